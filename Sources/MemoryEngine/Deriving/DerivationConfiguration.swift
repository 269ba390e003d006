/// How summaries are made and conversations looked through.
public struct DerivationConfiguration: Sendable, Hashable {
    /// Characters of a conversation in one request to the chat model.
    public var requestCharacters = 24_000
    /// Characters of a conversation that are summed up at most; the newest count.
    public var summaryCharacters = 240_000
    /// The longest summary that is made without a model, in characters.
    public var extractCharacters = 1_200
    /// The most tokens of a model's summary.
    public var summaryTokens = 800
    /// The most tokens of a model's list of proposals.
    public var proposalTokens = 4_000
    /// Proposals of one part of a conversation.
    public var proposalsPerPart = 20
    /// What the model is less sure of is not proposed.
    public var minimumConfidence: Float = 0.5
    /// The longest proposal, in characters.
    public var proposalCharacters = 2_000
    /// Parts of a conversation that one job looks through; what is left is the next job's.
    public var partsPerJob = 8
    /// How long one call of the chat model may take, its repetitions included.
    public var callTimeout: Duration = .seconds(180)
    /// Tries at a summary with the chat model before it is made without.
    public var attemptsWithModel = 3

    /// The configuration of a service that nobody has configured.
    public init() {}
}
