/// What is kept of an answered context query, so that it can be replayed: ids, versions and scores, no text.
public struct ContextTrace: Sendable, Hashable {
    /// The pack's id.
    public let id: Identifier<ContextPack>
    /// The agent it was for, or that asked.
    public let agentID: Identifier<Agent>?
    /// The person who asked.
    public let userID: Identifier<User>?
    /// The thread it happened in.
    public let threadID: Identifier<ConversationThread>?
    /// When it was answered.
    public let createdAt: Timestamp
    /// Everything that a replay needs, as the engine writes it: budget, tokenizer, format, entries, scores.
    public let body: TraceBody

    /// Makes a trace.
    public init(
        id: Identifier<ContextPack>,
        agentID: Identifier<Agent>?,
        userID: Identifier<User>? = nil,
        threadID: Identifier<ConversationThread>?,
        createdAt: Timestamp,
        body: TraceBody
    ) {
        self.id = id
        self.agentID = agentID
        self.userID = userID
        self.threadID = threadID
        self.createdAt = createdAt
        self.body = body
    }
}

/// The part of a trace that is stored as one JSON document.
public struct TraceBody: Sendable, Hashable, Codable {
    /// The budget.
    public var tokenBudget: Int
    /// The tokenizer.
    public var tokenizer: Tokenizer
    /// The format.
    public var format: ContextFormat
    /// The tokens of the pack.
    public var tokenCount: Int
    /// What was weighed, in the pack's order.
    public var entries: [TraceEntry]
    /// Why the answer was less than it could be.
    public var degradations: [ContextDegradation]
    /// Milliseconds by stage.
    public var timings: [String: Double]
    /// SHA-256 of the rendered pack, in hexadecimal: tells whether a replay is identical.
    public var renderedHash: String

    /// Makes a body.
    public init(
        tokenBudget: Int,
        tokenizer: Tokenizer,
        format: ContextFormat,
        tokenCount: Int,
        entries: [TraceEntry],
        degradations: [ContextDegradation],
        timings: [String: Double],
        renderedHash: String
    ) {
        self.tokenBudget = tokenBudget
        self.tokenizer = tokenizer
        self.format = format
        self.tokenCount = tokenCount
        self.entries = entries
        self.degradations = degradations
        self.timings = timings
        self.renderedHash = renderedHash
    }
}

/// One candidate of a trace.
public struct TraceEntry: Sendable, Hashable, Codable {
    /// The item's version; nil for a message.
    public var item: ItemVersionReference?
    /// The message; nil for an item.
    public var messageID: Identifier<Message>?
    /// The section.
    public var section: ContextSection
    /// What became of it.
    public var outcome: CandidateOutcome
    /// Tokens it took.
    public var tokens: Int
    /// The part that was shown, as ranges of UTF-8 offsets into the content; nil for the whole.
    public var excerpt: [Int]?
    /// Scores by signal.
    public var scores: [String: Float]
    /// What stands for it, where it was left out as a duplicate.
    public var duplicateOf: CandidateReference?
    /// What probably contradicts it; nil where nothing does.
    public var conflictsWith: [CandidateReference]?

    /// Makes an entry.
    public init(
        item: ItemVersionReference? = nil,
        messageID: Identifier<Message>? = nil,
        section: ContextSection,
        outcome: CandidateOutcome,
        tokens: Int,
        excerpt: [Int]? = nil,
        scores: [String: Float],
        duplicateOf: CandidateReference? = nil,
        conflictsWith: [CandidateReference]? = nil
    ) {
        self.item = item
        self.messageID = messageID
        self.section = section
        self.outcome = outcome
        self.tokens = tokens
        self.excerpt = excerpt
        self.scores = scores
        self.duplicateOf = duplicateOf
        self.conflictsWith = conflictsWith
    }
}
