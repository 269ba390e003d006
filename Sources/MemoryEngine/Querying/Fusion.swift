internal import MemoryModel

/// Puts the legs' candidates into one order.
///
/// Scores are brought to 0...1 per leg over the union of all collections and added (min-max fusion; rank fusion was
/// measured to be worse wherever one leg is weak). A candidate that a leg did not find gets nothing from it, and stays:
/// the union is never cut to one leg. The other signals are small beside relevance, so that they order what is alike.
package struct Fusion: Sendable {
    /// What each signal is worth.
    package struct Weights: Sendable, Hashable {
        package var vector: Float = 0.5
        package var lexical: Float = 0.5
        var importance: Float = 0.1
        var scope: Float = 0.08
        var trust: Float = 0.06
        /// Only where the question asks for what is current.
        var recency: Float = 0.15
    }

    package var weights = Weights()

    package init() {}

    /// The candidates with their scores, best first; equal ones in order of age, newest first.
    package func ranked(_ candidates: [Candidate], place: QueryPlace, asksForCurrent: Bool) -> [Candidate] {
        let vector = Normaliser(candidates.compactMap(\.vectorScore), hasNaturalZero: false)
        let lexical = Normaliser(candidates.compactMap(\.lexicalScore), hasNaturalZero: true)
        let times = candidates.map(\.record.validFrom)
        let (oldest, newest) = (times.min(), times.max())
        // Without one of the legs the other has all the weight.
        let total = (vector.isEmpty ? 0 : weights.vector) + (lexical.isEmpty ? 0 : weights.lexical)
        return candidates.map { candidate in
            var candidate = candidate
            let attributes = candidate.record
            var signals: [(name: String, value: Float, weight: Float)] = [
                ("importance", attributes.importance, weights.importance),
                ("scope", place.nearness(kind: attributes.scopeKind, id: attributes.scopeID), weights.scope),
                ("trust", Float(attributes.trust.rawValue) / Float(Trust.operator.rawValue), weights.trust),
            ]
            if let score = candidate.vectorScore {
                signals.append(("vector", vector.normalised(score), weights.vector / max(total, 0.001)))
            }
            if let score = candidate.lexicalScore {
                signals.append(("lexical", lexical.normalised(score), weights.lexical / max(total, 0.001)))
            }
            if asksForCurrent, let oldest, let newest {
                let age = Self.position(attributes.validFrom, from: oldest, to: newest)
                signals.append(("recency", age, weights.recency))
            }
            candidate.score = signals.reduce(0) { $0 + $1.value * $1.weight }
            for signal in signals { candidate.scores[signal.name] = signal.value }
            candidate.scores["final"] = candidate.score
            return candidate
        }
        .sorted { left, right in
            (left.score, left.record.createdAt, left.record.sourceID)
                > (right.score, right.record.createdAt, right.record.sourceID)
        }
    }

    private static func position(_ time: Timestamp, from oldest: Timestamp, to newest: Timestamp) -> Float {
        let span = newest.microseconds - oldest.microseconds
        return span == 0 ? 1 : Float(Double(time.microseconds - oldest.microseconds) / Double(span))
    }
}

/// Brings scores to 0...1.
private struct Normaliser {
    private let low: Float
    private let high: Float
    let isEmpty: Bool

    /// Takes the scores of one leg; `hasNaturalZero` says that zero means that nothing matches, as for words.
    init(_ scores: [Float], hasNaturalZero: Bool) {
        isEmpty = scores.isEmpty
        high = scores.max() ?? 1
        low = hasNaturalZero ? 0 : scores.min() ?? 0
    }

    func normalised(_ score: Float) -> Float {
        high > low ? (score - low) / (high - low) : 1
    }
}

/// Tells whether a question asks for what is current.
package enum CurrencyCue {
    private static let words: Set<String> = [
        "now", "current", "currently", "latest", "today", "nowadays", "still", "anymore", "present", "presently",
        "recent", "recently", "newest", "updated",
    ]

    /// Whether any word of the question says so (English).
    package static func isPresent(in question: String) -> Bool {
        question.lowercased().split { !$0.isLetter }.contains { words.contains(String($0)) }
    }
}
