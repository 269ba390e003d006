/// Puts a walk's candidates in the order of their exact distances.
@safe
struct Reranking {
    let store: VectorStore.UnsafeHandle
    let scratch: SearchScratch
    /// Whether the candidates' distances are estimates.
    let isNeeded: Bool

    init(_ contents: IndexContents, scratch: SearchScratch) {
        unsafe store = contents.store.handle
        self.scratch = scratch
        isNeeded = contents.codes != nil
    }

    /// How many of a walk's candidates are compared exactly for `k` results: enough that an estimate's error seldom costs one.
    static func depth(k: Int, effort: Int, form: CodeForm?) -> Int {
        switch form {
        case nil: k
        case .int8: k + 4 + (effort - k) / 16
        case .int4: k + 8 + (effort - k) / 4
        }
    }

    /// How many of all that were compared by their codes are compared exactly for `k` results.
    static func scanDepth(k: Int, form: CodeForm) -> Int {
        switch form {
        case .int8: 2 * k + 8
        case .int4: 6 * k + 32
        }
    }

    /// Candidates as they would come from a walk over the vectors themselves, nearest first.
    func rank(_ candidates: [RankedSlot]) -> [RankedSlot] {
        guard isNeeded else { return candidates }
        var ranked = exact(candidates)
        ranked.sort()
        return ranked
    }

    /// The candidates in their order, with their exact distances.
    func exact(_ candidates: [RankedSlot]) -> [RankedSlot] {
        var ranked = candidates
        for first in stride(from: 0, to: candidates.count, by: SearchScratch.batch) {
            let count = min(SearchScratch.batch, candidates.count - first)
            for index in 0..<count { unsafe scratch.rows[index] = unsafe store.row(candidates[first + index].slot) }
            unsafe store.distances.rows(
                scratch.query,
                scratch.rows,
                count: count,
                store.dimension,
                into: scratch.distances
            )
            for index in 0..<count {
                let slot = candidates[first + index].slot
                ranked[first + index] = unsafe RankedSlot(distance: scratch.distances[index], slot: slot)
            }
        }
        return ranked
    }
}

/// How far estimates of distances were from the distances, over candidates of which both are known.
struct EstimateError {
    private let mean: Float
    private let deviation: Float

    init(_ estimates: [RankedSlot], _ exact: [RankedSlot]) {
        let count = Float(max(1, estimates.count))
        var sum: Float = 0
        var squares: Float = 0
        for (estimate, exact) in zip(estimates, exact) {
            let error = exact.distance - estimate.distance
            sum += error
            squares += error * error
        }
        mean = sum / count
        deviation = max(0, squares / count - mean * mean).squareRoot()
    }

    /// What the distance of a slot with this estimate hardly ever falls below: three standard deviations less.
    func leastDistance(_ estimate: RankedSlot) -> Float { estimate.distance + mean - 3 * deviation }
}
