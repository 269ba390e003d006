/// Chooses a node's neighbours among candidates (the paper's algorithm 4, SELECT-NEIGHBORS-HEURISTIC, with keepPruned).
///
/// A candidate is taken if it is nearer to the node than to every neighbour taken before it, so that links point in different
/// directions; places left over go to the nearest of those passed over.
@unsafe
package struct NeighbourSelection {
    private let store: VectorStore.UnsafeHandle

    package init(_ store: VectorStore) { unsafe self.store = store.handle }

    /// Writes at most `limit` slots of `candidates` (nearest first, distances to the node) to `chosen`.
    package func choose(_ candidates: [RankedSlot], limit: Int, into chosen: inout [UInt32]) {
        chosen.removeAll(keepingCapacity: true)
        if candidates.count <= limit {
            for candidate in candidates { chosen.append(candidate.slot) }
            return
        }
        var passedOver: [UInt32] = []
        for candidate in candidates {
            if chosen.count == limit { return }
            if unsafe isNearerToNode(candidate, than: chosen) {
                chosen.append(candidate.slot)
            } else if passedOver.count < limit {
                passedOver.append(candidate.slot)
            }
        }
        chosen.append(contentsOf: passedOver.prefix(limit - chosen.count))
    }

    /// Whether a candidate lies nearer to the node than to each slot chosen so far.
    private func isNearerToNode(_ candidate: RankedSlot, than chosen: [UInt32]) -> Bool {
        let distance = candidate.distance
        for slot in chosen where unsafe store.distance(candidate.slot, slot) <= distance { return false }
        return true
    }
}
