internal import MemoryModel

/// Finds messages that say what a well-placed item says, and items that say what a well-placed message says.
///
/// An item is distilled from what was said, in other words than it was said; each finds what the other misses. Mostly it is
/// written down soon after, so that times close to each other speak for the two, too.
struct Companions {
    /// By candidate: the best likeness with an anchor of the other kind, as far as that is well placed.
    private(set) var values: [Float]

    init(_ candidates: [Candidate], mixture: [Float], comparison: Ranking.Comparison) {
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
                for (other, likeness) in zip(others, comparison(candidates[anchor], subjects)) {
                    guard let nearest = likeness?.nearest else { continue }
                    let value = nearest + Self.closeness(candidates[anchor], candidates[other], nearest)
                    values[other] = max(values[other], min(1, value) * mixture[anchor] / best)
                }
            }
        }
    }

    private static func closeness(_ one: Candidate, _ other: Candidate, _ nearest: Float) -> Float {
        let times = (one.record.createdAt.microseconds, other.record.createdAt.microseconds)
        let (distance, isBeyond) = max(times.0, times.1).subtractingReportingOverflow(min(times.0, times.1))
        guard nearest > RankingWeights.likenessForCloseness, !isBeyond, distance < RankingWeights.closeTimes else {
            return 0
        }
        return RankingWeights.closeness
    }
}
