/// Finds messages that say what a well-placed item says, and items that say what a well-placed message says.
///
/// An item is distilled from what was said, in other words than it was said; each finds what the other misses.
struct Companions {
    /// By candidate: the best likeness with an anchor of the other kind, as far as that is well placed.
    private(set) var values: [Float]

    init(_ candidates: [Candidate], mixture: [Float], likeness: Ranking.Likeness) {
        values = [Float](repeating: 0, count: candidates.count)
        let best = mixture.max() ?? 0
        guard best > 0 else { return }
        let inUse = candidates.indices.filter { candidates[$0].retirement == nil }
        let items = inUse.filter { !candidates[$0].record.isMessage }
        let messages = inUse.filter { candidates[$0].record.isMessage }
        for (anchors, others) in [(items, messages), (messages, items)] where !anchors.isEmpty && !others.isEmpty {
            let chosen = anchors.sorted { (mixture[$0], $1) > (mixture[$1], $0) }.prefix(RankingWeights.anchors)
            let subjects = others.map { candidates[$0] }
            for anchor in chosen {
                let likenesses = likeness(candidates[anchor], subjects)
                for (other, likeness) in zip(others, likenesses) {
                    values[other] = max(values[other], (likeness ?? 0) * mixture[anchor] / best)
                }
            }
        }
    }
}
