import CVectorKernels
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
    /// The words of a `CandidatePool`.
    private(set) var pool: UnsafeMutablePointer<UInt64>
    private var poolCapacity = 0
    /// The words of a second one.
    private(set) var steps: UnsafeMutablePointer<UInt64>
    private var stepsCapacity = 0
    /// The query as codes are compared with it, and what a comparison gathers.
    let comparison: SlotComparisonMemory
    let slots: UnsafeMutablePointer<UInt32>
    /// Neighbours that a filtered walk looks beyond.
    let stones: UnsafeMutablePointer<UInt32>
    let rows: UnsafeMutablePointer<UnsafePointer<Float>>
    let distances: UnsafeMutablePointer<Float>
    /// The query as compared: normalised where the metric asks for it, and padded with zeros.
    let query: UnsafeMutablePointer<Float>
    private let queryCapacity: Int

    init(dimension: Int) {
        unsafe slots = .allocate(capacity: Self.batch)
        unsafe stones = .allocate(capacity: Self.batch)
        unsafe rows = .allocate(capacity: Self.batch)
        unsafe distances = .allocate(capacity: Self.batch)
        queryCapacity = dimension
        unsafe pool = .allocate(capacity: 0)
        unsafe steps = .allocate(capacity: 0)
        unsafe comparison = SlotComparisonMemory(dimension: dimension, batch: Self.batch)
        unsafe query = .allocate(capacity: dimension)
    }

    deinit {
        unsafe frontier.deallocate()
        unsafe results.deallocate()
        unsafe visited.deallocate()
        unsafe slots.deallocate()
        unsafe stones.deallocate()
        unsafe rows.deallocate()
        unsafe distances.deallocate()
        unsafe query.deallocate()
        unsafe pool.deallocate()
        unsafe steps.deallocate()
        unsafe comparison.deallocate()
    }

    /// Makes room for a pool of this many candidates; the old contents are lost.
    func reservePool(_ capacity: Int) {
        guard capacity > poolCapacity else { return }
        unsafe pool.deallocate()
        unsafe pool = .allocate(capacity: capacity + Int(CVK_POOL_SLACK))
        poolCapacity = capacity
    }

    /// Makes room for `steps` of this many candidates; the old contents are lost.
    func reserveSteps(_ capacity: Int) {
        guard capacity > stepsCapacity else { return }
        unsafe steps.deallocate()
        unsafe steps = .allocate(capacity: capacity + Int(CVK_POOL_SLACK))
        stepsCapacity = capacity
    }

    /// The first `count` of the pool's candidates, in order.
    func takePool(_ count: Int) -> [RankedSlot] {
        (0..<count).map { unsafe CandidatePool.ranked(pool[$0]) }
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
