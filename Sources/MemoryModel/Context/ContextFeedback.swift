/// One word on one thing that a pack held.
public struct ContextFeedback: Sendable, Hashable {
    /// The item or message.
    public let sourceID: Identifier<IndexEntryChange>
    /// Whether it was of use.
    public let isUseful: Bool

    /// Makes a word of feedback.
    public init(sourceID: Identifier<IndexEntryChange>, isUseful: Bool) {
        self.sourceID = sourceID
        self.isUseful = isUseful
    }
}

/// All the words on one thing, each counting half after ``halfLife``.
public struct FeedbackTally: Sendable, Hashable {
    /// After so many seconds a word counts half: 30 days.
    public static let halfLife: Double = 2_592_000

    /// How often it was of use.
    public var useful: Float
    /// How often it was not.
    public var notUseful: Float

    /// Makes a tally.
    public init(useful: Float = 0, notUseful: Float = 0) {
        self.useful = useful
        self.notUseful = notUseful
    }

    /// A signal for ranking, above -1 and below 1: what side the words are on, and how many they are.
    ///
    /// A single word says little, and none can take anything out of a pack or put it in by itself.
    public var signal: Float { (useful - notUseful) / (useful + notUseful + 4) }

    /// The tally after so many seconds.
    public func decayed(bySeconds seconds: Double) -> FeedbackTally {
        // 2 to the power of -x, by halving: exact enough for a signal, and without a library of mathematics.
        var factor: Float = 1
        var rest = max(0, seconds) / Self.halfLife
        while rest >= 1, factor > 1e-6 {
            factor /= 2
            rest -= 1
        }
        factor *= Float(1 - rest * (0.6931 - rest * (0.2402 - rest * 0.0473)))
        return FeedbackTally(useful: useful * factor, notUseful: notUseful * factor)
    }
}
