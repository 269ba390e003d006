internal import Foundation
internal import LexicalSearch
internal import MemoryModel

/// Puts the union of what the legs found into one order.
///
/// Scores of words and of vectors are set beside the best of the union, over all collections, and added with the other signals,
/// each with its weight. A candidate that a leg did not find was scored by it all the same, so that the union is never cut to
/// one leg. The reasons for each signal are in docs/retrieval.md.
package struct Ranking: Sendable {
    /// How like the text of one candidate those of others are; nil where either has no vector.
    package typealias Comparison = (_ anchor: Candidate, _ others: [Candidate]) -> [Likeness?]

    package var weights = RankingWeights()
    /// Whether the encoder reads languages in Latin letters only.
    package var readsLatinOnly = false

    package init() {}

    /// The candidates with their scores, best first; equal ones newest first.
    ///
    /// - Parameters:
    ///   - candidates: In use or not; those that are not are ranked apart, by the same measures.
    ///   - question: The question.
    ///   - place: Where it is asked.
    ///   - isPast: Whether it is asked of an earlier time; then nothing is current.
    ///   - comparison: Compares candidates with each other.
    /// - Returns: All candidates.
    package func ranked(
        _ candidates: [Candidate],
        question: Question,
        place: QueryPlace,
        isPast: Bool = false,
        comparison: Comparison = { _, others in others.map { _ in nil } }
    ) -> [Candidate] {
        var candidates = candidates
        let scales = Scales(candidates, question: question, readsLatinOnly: readsLatinOnly)
        let own = candidates.map(scales.mixture)
        let replacements = Replacements(
            candidates,
            mixture: own,
            asksForPast: isPast || question.cues.contains(.asksForPast),
            comparison: comparison
        )
        let mixture = zip(own, replacements.inherited).map { max($0, $1) }
        let surroundings = Surroundings(candidates, mixture: mixture)
        let companions = Companions(candidates, mixture: mixture, comparison: comparison)
        for index in candidates.indices {
            var signals = scales.signals(of: candidates[index])
            signals[.thread] = surroundings.threads[index]
            signals[.around] = surroundings.around[index]
            signals[.companion] = companions.values[index] * (1 - scales.unread)
            signals[.replaces] = mixture[index] - own[index]
            signals[.outdated] = replacements.outdated[index] * (1 - scales.unread)
            add(&signals, of: candidates[index], question: question, place: place)
            candidates[index].signals = signals
            candidates[index].score = signals.sum(weights)
        }
        candidates.sort(by: Self.precedes)
        Crowding.apply(to: &candidates, weights: weights)
        if !isPast {
            let byWords: Comparison = { scales.likenessByWords($0, $1) }
            Succession(question).apply(to: &candidates, comparison: scales.unread < 0.5 ? comparison : byWords)
        }
        return candidates
    }

    /// Whether a candidate stands before another: by score, then the newer, then by id.
    static func precedes(_ left: Candidate, _ right: Candidate) -> Bool {
        (left.score, left.record.createdAt, left.record.sourceID)
            > (right.score, right.record.createdAt, right.record.sourceID)
    }

    /// The signals that a candidate has by itself.
    private func add(_ signals: inout SignalValues, of candidate: Candidate, question: Question, place: QueryPlace) {
        let record = candidate.record
        let cues = question.cues
        if let author = record.author, question.mention.authors.contains(author) { signals[.speaker] = 1 }
        signals[.date] = question.dates.match(record.createdAt)
        if let outline = candidate.outline {
            if outline.marks.contains(.question) { signals[.asks] = 1 }
            if cues.contains(.asksWhen), outline.marks.contains(.time) { signals[.time] = 1 }
            if cues.contains(.asksForName), outline.marks.contains(.name) {
                signals[.name] = outline.marks.contains(.names) ? 1 : 0.5
            }
            signals[.length] = Self.telling(length: outline.textLength)
        }
        let isByAgent = record.authorType == .agent
        if !record.isMessage { signals[.item] = 1 }
        if cues.contains(.isAboutAsker), !isByAgent { signals[.asker] = 1 }
        if cues.contains(.isAboutAnswerer), isByAgent { signals[.addressed] = 1 }
        signals[.importance] = record.importance
        signals[.scope] = place.nearness(kind: record.scopeKind, id: record.scopeID)
        signals[.trust] = Float(record.trust.rawValue) / Float(Trust.operator.rawValue)
    }

    /// 0 for no words, 1 from forty on.
    private static func telling(length: Int) -> Float {
        min(1, log(1 + Float(length)) / log(40))
    }
}

/// The legs' scores beside the best of the union.
private struct Scales {
    private let bestWords: Float
    private let bestMeaning: Float
    /// The share of the question that the encoder does not read.
    let unread: Float

    init(_ candidates: [Candidate], question: Question, readsLatinOnly: Bool) {
        // What is not in use is measured by what is, unless there is nothing else.
        let inUse = candidates.filter { $0.retirement == nil }
        let measure = inUse.isEmpty ? candidates : inUse
        bestWords = measure.reduce(0) { max($0, $1.lexicalScore ?? 0) }
        bestMeaning = measure.reduce(0) { max($0, $1.vectorScore ?? 0) }
        // Where nothing was found by vectors, words have all the weight.
        unread = bestMeaning <= 0 ? 1 : readsLatinOnly ? question.foreignShare : 0
    }

    /// Words and meaning of a candidate in one number.
    func mixture(of candidate: Candidate) -> Float {
        let share = RankingWeights.mixtureOfWords
        return words(candidate) * (share + (1 - share) * unread) + meaning(candidate) * (1 - share) * (1 - unread)
    }

    /// The signals of the two legs.
    func signals(of candidate: Candidate) -> SignalValues {
        var signals = SignalValues()
        signals[.words] = words(candidate)
        signals[.wordsAlone] = words(candidate) * unread
        signals[.meaning] = meaning(candidate) * (1 - unread)
        if let score = candidate.questionScore, bestMeaning > 0 {
            signals[.answer] = min(1, max(0, score / bestMeaning)) * (1 - unread)
        }
        return signals
    }

    /// Where vectors say nothing, messages close to each other in one thread are alike that have as much of the question's words.
    func likenessByWords(_ anchor: Candidate, _ others: [Candidate]) -> [Likeness?] {
        others.map { other in
            guard let place = anchor.record.sequencePlace, let another = other.record.sequencePlace,
                place.sequence == another.sequence,
                abs(place.position - another.position) <= RankingWeights.surroundingSteps
            else { return nil }
            let (one, two) = (words(anchor), words(other))
            guard min(one, two) >= RankingWeights.leastShareOfWords * max(one, two) else { return nil }
            return Likeness(whole: RankingWeights.likenessByWords, nearest: RankingWeights.likenessByWords)
        }
    }

    private func words(_ candidate: Candidate) -> Float {
        bestWords > 0 ? min(1, (candidate.lexicalScore ?? 0) / bestWords) : 0
    }

    private func meaning(_ candidate: Candidate) -> Float {
        bestMeaning > 0 ? min(1, max(0, candidate.vectorScore ?? 0) / bestMeaning) : 0
    }
}
