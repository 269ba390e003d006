/// What speaks for a candidate or against it, each as a number from 0 to 1.
///
/// docs/retrieval.md says of each what it is for and what it gained. The raw values are what answers call them.
package enum RankingSignal: String, Sendable, Hashable, CaseIterable {
    /// The words of the question, in the text, its author, date and tags and around it (BM25F), beside the best.
    case words = "lexical"
    /// The same, as far as the question is not in a language that the encoder reads.
    case wordsAlone = "lexical_alone"
    /// How near the nearest of its vectors is, beside the best, as far as the encoder reads the question's language.
    case meaning = "vector"
    /// The best of its thread, by words and meaning.
    case thread
    /// The best within a few messages of it, less with each step.
    case around
    /// It was said by somebody whom the question names.
    case speaker
    /// It was said on a day, in a month or year that the question names.
    case date
    /// Something is asked in it; counts against it.
    case asks
    /// It says when, and the question asks when.
    case time
    /// It is long enough to say something.
    case length
    /// It follows a question like this one.
    case answer
    /// It names somebody or something, and the question asks for a name.
    case name
    /// It is distilled knowledge, not talk.
    case item
    /// It was said by a person, and the question is about whoever asks.
    case asker
    /// It was said by an agent, and the question is put to an agent.
    case addressed
    /// A message that says what a well-placed item says, or the other way round.
    case companion
    /// It replaces an item that answers the question better than its own words do.
    case replaces
    /// A message that says what a replaced item says, from before it was replaced; counts against it.
    case outdated
    /// Others of its thread stand before it; counts against it.
    case crowded
    /// How much its writer thought of it.
    case importance
    /// How near its scope is to the place of the question.
    case scope
    /// How far its origin is to be believed.
    case trust
    /// It is the newest on its matter, and the question asks for what is current; see `Succession`.
    case newest
}

/// The values of all signals for one candidate.
package struct SignalValues: Sendable, Hashable {
    private var values = [Float](repeating: 0, count: RankingSignal.allCases.count)

    package init() {}

    package subscript(signal: RankingSignal) -> Float {
        get { values[Self.places[signal] ?? 0] }
        set { values[Self.places[signal] ?? 0] = newValue }
    }

    /// The weighted sum.
    func sum(_ weights: RankingWeights) -> Float {
        zip(values, weights.values).reduce(0) { $0 + $1.0 * $1.1 }
    }

    /// The values that are not 0, by the names that answers have.
    var named: [String: Float] {
        var named: [String: Float] = [:]
        for (signal, value) in zip(RankingSignal.allCases, values) where value != 0 { named[signal.rawValue] = value }
        return named
    }

    private static let places = Dictionary(
        uniqueKeysWithValues: RankingSignal.allCases.enumerated().map { ($1, $0) }
    )
}
