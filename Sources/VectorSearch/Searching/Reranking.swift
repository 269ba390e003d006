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

    /// Candidates as they would come from a walk over the vectors themselves, nearest first.
    func rank(_ candidates: [RankedSlot]) -> [RankedSlot] {
        guard isNeeded else { return candidates }
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
        ranked.sort()
        return ranked
    }
}
