internal import MemoryModel

/// What items that were superseded say about the others: the one that replaces it answers what it answered, and the messages
/// that say what it says are out of date with it.
struct Replacements {
    /// By candidate: how well what it replaces answers the question, by words and meaning; 0 where it replaces nothing found.
    private(set) var inherited: [Float]
    /// By candidate: how like a replaced item a message is that is older than the replacement, as far as that item answers.
    private(set) var outdated: [Float]

    /// So many replaced items are compared with messages.
    private static let limit = 5

    /// Looks at the candidates that are not in use.
    ///
    /// - Parameters:
    ///   - candidates: All of them.
    ///   - mixture: For each, words and meaning in one number.
    ///   - asksForPast: Whether what was is asked for; then nothing is out of date.
    ///   - comparison: Compares them.
    init(_ candidates: [Candidate], mixture: [Float], asksForPast: Bool, comparison: Ranking.Comparison) {
        inherited = [Float](repeating: 0, count: candidates.count)
        outdated = inherited
        let replaced = candidates.indices.filter { candidates[$0].retirement == .superseded && mixture[$0] > 0 }
        guard !replaced.isEmpty else { return }
        var pairs: [(old: Int, new: Int)] = []
        for old in replaced.sorted(by: { (mixture[$0], $1) > (mixture[$1], $0) }) {
            guard let new = Self.replacement(of: candidates[old], among: candidates) else { continue }
            inherited[new] = max(inherited[new], mixture[old])
            pairs.append((old, new))
        }
        guard !asksForPast else { return }
        let messages = candidates.indices.filter { candidates[$0].record.isMessage && candidates[$0].retirement == nil }
        guard !messages.isEmpty, let best = mixture.max(), best > 0 else { return }
        for (old, new) in pairs.prefix(Self.limit) {
            let older = messages.filter { candidates[$0].record.createdAt < candidates[new].record.validFrom }
            guard !older.isEmpty else { continue }
            let subjects = older.map { candidates[$0] }
            let likenesses = zip(comparison(candidates[old], subjects), comparison(candidates[new], subjects))
            for (message, (toOld, toNew)) in zip(older, likenesses) {
                guard let toOld = toOld?.nearest, toOld >= RankingWeights.leastLikenessOfOutdated,
                    toOld > toNew?.nearest ?? -1
                else { continue }
                outdated[message] = max(outdated[message], toOld * mixture[old] / best)
            }
        }
    }

    /// The candidate in use that took the place of one: a later version of the same item, or the item of its collection that
    /// holds from the very moment on at which the other ceased to.
    private static func replacement(of old: Candidate, among candidates: [Candidate]) -> Int? {
        candidates.firstIndex { candidate in
            guard candidate.retirement == nil, !candidate.record.isMessage,
                candidate.collectionID == old.collectionID
            else { return false }
            return candidate.record.sourceID == old.record.sourceID
                || old.record.invalidAt.map { $0 == candidate.record.validFrom } ?? false
        }
    }
}
