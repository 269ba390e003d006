/// Puts what was said last on a matter before what was said earlier, where a question asks for what is current.
///
/// Recency as such says little: most of what was said last is about something else. So a newer candidate passes an older one
/// only where both are about the same, by their vectors, and the question fits both about as well.
struct Succession {
    /// How much worse beside the best a newer candidate may fit, at full likeness: where the question asks for what is
    /// current in so many words, and where it merely does not ask for what was.
    static let reachWhenAsked: Float = 0.5
    static let reachOtherwise: Float = 0.1
    /// Below this likeness two candidates are not about the same.
    static let leastLikeness: Float = 0.45
    /// Only the first few candidates are compared.
    static let depth = 20

    private let reach: Float

    init(_ question: Question) {
        if question.cues.contains(.asksForCurrent) {
            reach = Self.reachWhenAsked
        } else {
            reach = question.cues.contains(.asksForPast) ? 0 : Self.reachOtherwise
        }
    }

    /// Moves older candidates behind newer ones on the same matter.
    ///
    /// - Parameters:
    ///   - candidates: Best first; stays so.
    ///   - likeness: Compares them.
    func apply(to candidates: inout [Candidate], likeness: Ranking.Likeness) {
        let first = candidates.indices.filter { candidates[$0].retirement == nil }.prefix(Self.depth)
        guard reach > 0, first.count > 1, let best = first.first.map({ candidates[$0].score }), best > 0 else { return }
        let compared = first.map { candidates[$0] }
        var ceilings: [Int: Float] = [:]
        for (place, older) in compared.enumerated() {
            let behind = Array(compared[(place + 1)...])
            let newer = behind.indices.filter {
                behind[$0].record.validFrom > older.record.validFrom && older.score - behind[$0].score <= reach * best
            }
            guard !newer.isEmpty else { continue }
            let likenesses = likeness(older, newer.map { behind[$0] })
            for (index, likeness) in zip(newer, likenesses) {
                guard let likeness, likeness >= Self.leastLikeness,
                    older.score - behind[index].score <= reach * best * likeness
                else { continue }
                candidates[first[place + 1 + index]].signals[.newest] = 1
                ceilings[first[place]] = min(ceilings[first[place]] ?? .infinity, behind[index].score)
            }
        }
        guard !ceilings.isEmpty else { return }
        for (index, ceiling) in ceilings { candidates[index].score = min(candidates[index].score, ceiling.nextDown) }
        candidates.sort(by: Ranking.precedes)
    }
}
