/// The answer to a context query: what goes into the prompt, and why.
public struct ContextPack: Sendable, Hashable {
    /// The id it can be replayed by.
    public let id: Identifier<ContextPack>
    /// What goes into the prompt.
    public let rendered: RenderedContext
    /// Tokens of what goes into the prompt, under the query's tokenizer; never above the budget.
    public let tokenCount: Int
    /// What is in it and what was left out, best first within each section.
    public let candidates: [ContextCandidate]
    /// What the answer had seen, per leg.
    public let freshness: ContextFreshness
    /// Why the answer is less than it could be; empty when it is not.
    public let degradations: [ContextDegradation]
    /// Milliseconds by stage, in order.
    public let timings: [StageTiming]
    /// How likely it is that what was found answers the question, from 0 to 1; 0 where nothing was asked or found.
    public let confidence: Float

    /// Makes a pack.
    public init(
        id: Identifier<ContextPack>,
        rendered: RenderedContext,
        tokenCount: Int,
        candidates: [ContextCandidate],
        freshness: ContextFreshness,
        degradations: [ContextDegradation],
        timings: [StageTiming],
        confidence: Float = 0
    ) {
        self.confidence = confidence
        self.id = id
        self.rendered = rendered
        self.tokenCount = tokenCount
        self.candidates = candidates
        self.freshness = freshness
        self.degradations = degradations
        self.timings = timings
    }
}

/// A pack in the shape a prompt wants.
public enum RenderedContext: Sendable, Hashable {
    /// One text (`text` and `xml`).
    case text(String)
    /// Role and text of messages (`openai`), or blocks of one type and text (`anthropic`, type in `role`).
    case blocks([RenderedBlock])
}

/// One message or content block.
public struct RenderedBlock: Sendable, Hashable, Codable {
    /// `system`, `user`, … for `openai`; the block's type for `anthropic`.
    public let role: String
    /// The text.
    public let text: String

    /// Makes a block.
    public init(role: String, text: String) {
        self.role = role
        self.text = text
    }
}

/// The parts of a pack, in order.
public enum ContextSection: String, Sendable, Hashable, CaseIterable, Codable {
    /// Pinned items: the stable prefix.
    case pins
    /// Items found.
    case items
    /// Messages found.
    case messages
    /// What was said last in the thread.
    case recentThread = "recent_thread"
}

/// What became of a candidate.
public enum CandidateOutcome: String, Sendable, Hashable, CaseIterable, Codable {
    /// In the pack, whole.
    case included
    /// In the pack, in part.
    case excerpted
    /// It did not fit the budget.
    case overBudget = "over_budget"
    /// It says what another candidate says.
    case duplicate
    /// It was replaced.
    case superseded
    /// It is past its time.
    case expired
    /// It is held back.
    case quarantined
    /// It does not match the filter.
    case filtered
    /// It changed between search and read: ordinary lag.
    case stale
    /// Its origin, which is little trusted, has as much in the pack as one origin may have.
    case originCapped = "origin_capped"
    /// It ranked too low.
    case belowCutoff = "below_cutoff"
}

/// One thing that was weighed for a pack.
public struct ContextCandidate: Sendable, Hashable {
    /// What it is.
    public enum Subject: Sendable, Hashable {
        /// A version of an item.
        case item(ContextItem)
        /// A message.
        case message(Message)
    }

    /// What it is.
    public let subject: Subject
    /// The section it was weighed for.
    public let section: ContextSection
    /// What became of it.
    public let outcome: CandidateOutcome
    /// Tokens it takes in the prompt; 0 where it is not in.
    public let tokens: Int
    /// The scores by signal (`vector`, `lexical`, `importance`, `scope`, `trust`, `recency`, `final`).
    public let scores: [String: Float]
    /// The candidate that says the same and stands for this one, where it was left out as `duplicate`.
    public let duplicateOf: CandidateReference?
    /// Candidates that say the same and were left out for this one.
    public let duplicates: [CandidateReference]
    /// Candidates that probably contradict this one: almost the same words, another value.
    public let conflictsWith: [CandidateReference]

    /// Makes a candidate.
    public init(
        subject: Subject,
        section: ContextSection,
        outcome: CandidateOutcome,
        tokens: Int,
        scores: [String: Float],
        duplicateOf: CandidateReference? = nil,
        duplicates: [CandidateReference] = [],
        conflictsWith: [CandidateReference] = []
    ) {
        self.subject = subject
        self.section = section
        self.outcome = outcome
        self.tokens = tokens
        self.scores = scores
        self.duplicateOf = duplicateOf
        self.duplicates = duplicates
        self.conflictsWith = conflictsWith
    }
}

/// Names a candidate: a version of an item, or a message.
public struct CandidateReference: Sendable, Hashable, Codable {
    /// The item's version; nil for a message.
    public let item: ItemVersionReference?
    /// The message; nil for an item.
    public let messageID: Identifier<Message>?

    /// Names a version of an item.
    public init(item: ItemVersionReference) {
        self.item = item
        messageID = nil
    }

    /// Names a message.
    public init(messageID: Identifier<Message>) {
        item = nil
        self.messageID = messageID
    }

    /// The id of the item or message.
    public var id: String { item?.itemID.description ?? messageID?.description ?? "" }
}

extension ContextCandidate.Subject {
    /// Names it.
    public var reference: CandidateReference {
        switch self {
        case .item(let item):
            CandidateReference(item: ItemVersionReference(itemID: item.id, version: item.version))
        case .message(let message): CandidateReference(messageID: message.id)
        }
    }
}

/// What an answer had seen.
public struct ContextFreshness: Sendable, Hashable {
    /// Whether the query's token was met: nil where it carried none.
    public let tokenMet: Bool?
    /// Whether every text of the collections was in the lexical index.
    public let lexicalCurrent: Bool
    /// Live entries of the collections that have no vector yet.
    public let awaitingVectors: Int

    /// Makes a freshness.
    public init(tokenMet: Bool?, lexicalCurrent: Bool, awaitingVectors: Int) {
        self.tokenMet = tokenMet
        self.lexicalCurrent = lexicalCurrent
        self.awaitingVectors = awaitingVectors
    }
}

/// Why an answer is less than it could be.
public enum ContextDegradation: String, Sendable, Hashable, CaseIterable, Codable {
    /// No embedding provider is configured: words alone.
    case noEmbedding = "no_embedding"
    /// The provider is late or down: words alone.
    case embeddingUnavailable = "embedding_unavailable"
    /// A quota of tokens or a limit of spending is used up: words alone.
    case allowanceUsedUp = "allowance_used_up"
    /// An index could not be loaded or caught up in time.
    case indexUnavailable = "index_unavailable"
    /// The token was not met within the bound.
    case notYet = "not_yet"
}

/// How long a stage took.
public struct StageTiming: Sendable, Hashable {
    /// `resolve`, `embed`, `catch_up`, `vector`, `lexical`, `fuse`, `read`, `pack`, `total`.
    public let stage: String
    /// Milliseconds.
    public let milliseconds: Double

    /// Makes a timing.
    public init(stage: String, milliseconds: Double) {
        self.stage = stage
        self.milliseconds = milliseconds
    }
}
