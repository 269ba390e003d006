import Synchronization

/// Working memory of one search; kept between searches so that a search allocates only its answer.
@safe
final class SearchScratch: @unchecked Sendable {
    // @unchecked: a scratch belongs to one search at a time; `ScratchPool` hands it over under its lock.

    /// Rows whose distances are computed in one call.
    static let batch = 256

    /// Slots yet to be expanded, nearest on top.
    var frontier = unsafe WordHeap(capacity: 1_024)
    /// Best slots so far, farthest on top (inverted words).
    var results = unsafe WordHeap(capacity: 1_024)
    var visited = unsafe VisitedMarks()
    let slots: UnsafeMutablePointer<UInt32>
    let rows: UnsafeMutablePointer<UnsafePointer<Float>>
    let distances: UnsafeMutablePointer<Float>
    /// The query as compared: normalised where the metric asks for it, and padded with zeros.
    let query: UnsafeMutablePointer<Float>
    private let queryCapacity: Int

    init(dimension: Int) {
        unsafe slots = .allocate(capacity: Self.batch)
        unsafe rows = .allocate(capacity: Self.batch)
        unsafe distances = .allocate(capacity: Self.batch)
        queryCapacity = dimension
        unsafe query = .allocate(capacity: dimension)
    }

    deinit {
        unsafe frontier.deallocate()
        unsafe results.deallocate()
        unsafe visited.deallocate()
        unsafe slots.deallocate()
        unsafe rows.deallocate()
        unsafe distances.deallocate()
        unsafe query.deallocate()
    }

    /// Takes in a checked query.
    func setQuery(_ vector: [Float], scale: Double) {
        assert(vector.count == queryCapacity)
        for index in vector.indices { unsafe query[index] = Float(Double(vector[index]) * scale) }
    }

    /// Empties `results` into ranked slots, nearest first.
    func takeResults() -> [RankedSlot] { unsafe results.drainFarthestFirst() }
}

/// Scratches that wait for a search.
final class ScratchPool: Sendable {
    /// More than this many are freed rather than kept.
    private static let kept = 16

    private let dimension: Int
    private let idle = Mutex<[SearchScratch]>([])

    init(dimension: Int) { self.dimension = dimension }

    func withScratch<Result, Failure: Error>(
        _ body: (SearchScratch) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let scratch = idle.withLock { $0.popLast() } ?? SearchScratch(dimension: dimension)
        defer {
            idle.withLock { idle in
                if idle.count < Self.kept { idle.append(scratch) }
            }
        }
        return try body(scratch)
    }
}
