/// Chooses a node's neighbours among candidates (the paper's algorithm 4, SELECT-NEIGHBORS-HEURISTIC, with keepPruned).
///
/// A candidate is taken if it is nearer to the node than to every neighbour taken before it, so that links point in different
/// directions; places left over go to the nearest of those passed over. A neighbour equal to the node does not count in this:
/// everything is as near to it as to the node, and among many equal vectors no link would lead out.
@unsafe
package struct NeighbourSelection {
    private let store: VectorStore.UnsafeHandle
    /// The neighbours taken, best first, after `choose`.
    package private(set) var chosen: [UInt32] = []
    /// Of these, the ones that differ from the node.
    private var directions: [UInt32] = []
    private var passedOver: [UInt32] = []

    package init(_ store: VectorStore) { unsafe self.store = store.handle }

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
    private func isNewDirection(_ candidate: RankedSlot) -> Bool {
        let distance = candidate.distance
        for slot in unsafe directions where unsafe store.distance(candidate.slot, slot) <= distance { return false }
        return true
    }
}
