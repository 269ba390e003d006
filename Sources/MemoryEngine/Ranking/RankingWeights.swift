/// What each signal is worth: the one place where this is said.
///
/// Fitted by benchmarks/retrieval/fit.py on the fitting half of data/tasks, from values that were measured on long conversations
/// between people; docs/retrieval.md has the figures and the ablation. Words and meaning together weigh about one; whatever else there
/// is orders what is alike.
package struct RankingWeights: Sendable, Hashable {
    /// By `RankingSignal.allCases`.
    package private(set) var values: [Float]

    package init() {
        values = RankingSignal.allCases.map(Self.fitted)
    }

    package subscript(signal: RankingSignal) -> Float {
        get { RankingSignal.allCases.firstIndex(of: signal).map { values[$0] } ?? 0 }
        set {
            guard let index = RankingSignal.allCases.firstIndex(of: signal) else { return }
            values[index] = newValue
        }
    }

    private static func fitted(_ signal: RankingSignal) -> Float {
        switch signal {
        case .words: 0.34
        case .wordsAlone: 0.48
        case .meaning: 0.39
        case .thread: 0.49
        case .around: 0.17
        case .speaker: 0.22
        case .date: 0.34
        case .asks: -0.1
        case .time: 0.28
        case .length: 0.22
        case .answer: 0.14
        case .name: 0.12
        case .item: 0.15
        case .asker: 0.3
        case .addressed: 0.5
        case .companion: 0.85
        case .replaces: 0.73
        case .outdated: -0.6
        case .crowded: -0.16
        case .importance: 0.06
        case .scope: 0.06
        case .trust: 0.04
        // Not a summand: `Succession` moves candidates.
        case .newest: 0
        }
    }

    /// The share of words in the mixture that carries from one candidate to others, where both legs can be trusted.
    static let mixtureOfWords: Float = 0.4
    /// How far one step in a thread lets the best of the surroundings fade.
    static let fadingOfAStep: Float = 0.85
    /// The steps on each side that count as surroundings.
    static let surroundingSteps = 6
    /// How many items and how many messages are taken as well-placed, for companions.
    static let anchors = 3
    /// What an item and a message gain as companions for times close to each other.
    static let closeness: Float = 0.15
    /// Below this likeness they gain nothing for that.
    static let likenessForCloseness: Float = 0.4
    /// Times less than this many microseconds apart are close: two days.
    static let closeTimes: Int64 = 2 * 86_400 * 1_000_000
    /// From this likeness on a message says what a replaced item says.
    static let leastLikenessOfOutdated: Float = 0.5
    /// Where vectors say nothing: what share of the better one's score by words two messages of one thread must both have to be
    /// about the same.
    static let leastShareOfWords: Float = 0.9
    /// How like they count as then.
    static let likenessByWords: Float = 0.5
    /// What two messages of one thread gain in likeness for that, where a newer one may pass an older.
    static let likenessOfAThread: Float = 0.2
}
