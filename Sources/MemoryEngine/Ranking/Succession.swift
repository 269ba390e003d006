internal import LexicalSearch

/// Puts what was said last on a matter before what was said earlier, where a question asks for what is current.
///
/// Recency as such says little: most of what was said last is about something else. So a newer candidate passes an older one
/// only where both are about the same, by their vectors (in one thread that takes less), and it has a figure (a number, a day
/// of the week) to offer. A question that does not ask for what is current in so many words, nor for what was, is answered so only where both are
/// very much alike and differ in their figures: then the newer is most likely a correction.
struct Succession {
    /// When a newer candidate passes an older one.
    struct Rule {
        /// How much worse it may be, as a part of the best score, at full likeness.
        let reach: Float
        /// Below this likeness the two are not about the same.
        let leastLikeness: Float
        /// So many of the first are passed.
        let depthOfOlder: Int
        /// So many of the first may pass.
        let depthOfNewer: Int
        /// Whether the older must have figures, too, and others.
        let needsOtherFigures: Bool

        static let whenAsked = Rule(
            reach: 0.7,
            leastLikeness: 0.4,
            depthOfOlder: 10,
            depthOfNewer: 20,
            needsOtherFigures: false
        )
        static let otherwise = Rule(
            reach: 0.25,
            leastLikeness: 0.6,
            depthOfOlder: 5,
            depthOfNewer: 20,
            needsOtherFigures: true
        )
    }

    /// At most so many pass one older candidate: those most like it.
    private static let limit = 3

    private let rule: Rule?

    /// Reads a question: "what did she do lately" asks for what was.
    init(_ question: Question) {
        if question.cues.contains(.asksForPast) {
            rule = nil
        } else {
            rule = question.cues.contains(.asksForCurrent) ? .whenAsked : .otherwise
        }
    }

    /// Moves newer candidates before the best older one on the same matter.
    ///
    /// - Parameters:
    ///   - candidates: Best first; stays so.
    ///   - comparison: Compares them.
    func apply(to candidates: inout [Candidate], comparison: Ranking.Comparison) {
        guard let rule else { return }
        let first = Array(candidates.indices.filter { candidates[$0].retirement == nil }.prefix(rule.depthOfNewer))
        guard first.count > 1, let best = first.first.map({ candidates[$0].score }), best > 0 else { return }
        var isMoved = false
        var open = first.indices.dropFirst().filter { figures(of: candidates[first[$0]]) != 0 }
        for place in first.indices.prefix(rule.depthOfOlder) {
            let older = candidates[first[place]]
            guard older.signals[.newest] == 0 else { continue }
            let newer = open.filter { place < $0 && passes(candidates[first[$0]], older, rule, best) }
            guard !newer.isEmpty else { continue }
            let likenesses = comparison(older, newer.map { candidates[first[$0]] })
            let passing = zip(newer, likenesses).compactMap { other, found -> (place: Int, likeness: Float)? in
                guard let found else { return nil }
                let isSameThread = older.sequence != nil && older.sequence == candidates[first[other]].sequence
                let likeness = found.whole + (isSameThread ? RankingWeights.likenessOfAThread : 0)
                guard likeness >= rule.leastLikeness,
                    older.score - candidates[first[other]].score <= rule.reach * best * likeness
                else { return nil }
                return (other, likeness)
            }
            for (other, _) in passing.sorted(by: { $0.likeness > $1.likeness }).prefix(Self.limit) {
                let index = first[other]
                candidates[index].signals[.newest] = 1
                candidates[index].score = older.score.nextUp
                open.removeAll { $0 == other }
                isMoved = true
            }
        }
        guard isMoved else { return }
        candidates.sort(by: Ranking.precedes)
    }

    /// Whether a candidate may pass an older one, whatever their likeness.
    private func passes(_ newer: Candidate, _ older: Candidate, _ rule: Rule, _ best: Float) -> Bool {
        guard newer.record.validFrom > older.record.validFrom, older.score - newer.score <= rule.reach * best else {
            return false
        }
        let figures = figures(of: older)
        return !rule.needsOtherFigures || (figures != 0 && figures != self.figures(of: newer))
    }

    private func figures(of candidate: Candidate) -> UInt64 { candidate.outline?.figures ?? 0 }
}
