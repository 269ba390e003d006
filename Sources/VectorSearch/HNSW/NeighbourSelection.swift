/// Chooses a node's neighbours among candidates (the paper's algorithm 4, SELECT-NEIGHBORS-HEURISTIC, with keepPruned).
///
/// A candidate is taken if it is nearer to the node than to every neighbour taken before it, so that links point in different
/// directions; places left over go to the nearest of those passed over. A neighbour equal to the node does not count in this:
/// everything is as near to it as to the node, and among many equal vectors no link would lead out.
@unsafe
package struct NeighbourSelection {
    private var comparison: SlotComparison
    /// The comparison's memory: apart from a walk's, whose query stays.
    private let scratch: SearchScratch
    /// The neighbours taken, best first, after `choose`.
    package private(set) var chosen: [UInt32] = []
    /// Of these, the ones that differ from the node.
    private var directions: [UInt32] = []
    private var passedOver: [UInt32] = []

    package init(_ store: VectorStore, codes: CodeStore? = nil) {
        unsafe scratch = SearchScratch(dimension: store.dimension)
        unsafe comparison = unsafe SlotComparison(
            store.handle,
            codes?.handle,
            query: scratch.query,
            memory: scratch.comparison
        )
    }

    /// Chooses at most `limit` of `candidates`.
    ///
    /// - Parameters:
    ///   - candidates: Nearest first, with their distances to the node.
    ///   - limit: How many to choose.
    ///   - selfDistance: The distance of the node to itself.
    package mutating func choose(_ candidates: [RankedSlot], limit: Int, selfDistance: Float) {
        unsafe chosen.removeAll(keepingCapacity: true)
        if candidates.count <= limit {
            for candidate in candidates { unsafe chosen.append(candidate.slot) }
            return
        }
        unsafe directions.removeAll(keepingCapacity: true)
        unsafe passedOver.removeAll(keepingCapacity: true)
        for candidate in candidates {
            if unsafe chosen.count == limit { return }
            if unsafe candidate.distance == selfDistance && !chosen.isEmpty {
                unsafe passedOver.append(candidate.slot)
            } else if unsafe isNewDirection(candidate) {
                unsafe chosen.append(candidate.slot)
                if candidate.distance != selfDistance { unsafe directions.append(candidate.slot) }
            } else {
                unsafe passedOver.append(candidate.slot)
            }
        }
        for slot in unsafe passedOver.prefix(limit - chosen.count) { unsafe chosen.append(slot) }
    }

    /// Whether a candidate lies nearer to the node than to each neighbour that differs from the node.
    private mutating func isNewDirection(_ candidate: RankedSlot) -> Bool {
        guard unsafe !directions.isEmpty else { return true }
        unsafe comparison.setQuery(candidate.slot)
        // A few at a time: most candidates are passed over for one of the first.
        let group = 4
        var first = 0
        while unsafe first < directions.count {
            let count = unsafe min(group, directions.count - first)
            unsafe directions.withUnsafeBufferPointer { slots in
                guard let slots = slots.baseAddress else { return }
                unsafe comparison.distances(slots + first, count: count, into: scratch.distances)
            }
            for index in 0..<count where unsafe scratch.distances[index] <= candidate.distance { return false }
            first += count
        }
        return true
    }
}
