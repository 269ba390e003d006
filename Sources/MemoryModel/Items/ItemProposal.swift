/// Where a proposal stands.
public enum ProposalState: String, Sendable, Hashable, CaseIterable, Codable {
    /// Waits for somebody to decide.
    case proposed
    /// Became an item.
    case accepted
    /// Did not.
    case rejected
}

/// An item that was found in a conversation and that somebody has to accept before it is one.
///
/// It belongs to its thread: who sees that sees the proposal, and it goes with the thread.
public struct ItemProposal: Sendable, Hashable {
    /// The id.
    public let id: Identifier<ItemProposal>
    /// The thread it was found in.
    public let threadID: Identifier<ConversationThread>
    /// The thread's channel.
    public let channelID: Identifier<Channel>
    /// Inherited from the channel.
    public let audienceID: Identifier<Audience>
    /// The text of the item it would become.
    public let content: String
    /// What sort of knowledge that would be.
    public let kind: ItemKind
    /// How sure the finder is, from 0 to 1.
    public let confidence: Float
    /// The lowest trust of those who said it.
    public let trust: Trust
    /// The messages of the thread it was found in, never none.
    public let sourceMessageIDs: [Identifier<Message>]
    /// Who found it: the name of a model, or of the caller that proposed it.
    public let method: String
    /// Where it stands.
    public var state: ProposalState
    /// The item it became.
    public var itemID: Identifier<ContextItem>?
    /// When it was found.
    public let createdAt: Timestamp
    /// When somebody decided.
    public var decidedAt: Timestamp?
    /// Who decided: `user:<id>`, `agent:<id>` or `key:<id>`.
    public var decidedBy: String?

    /// Makes a proposal.
    public init(
        id: Identifier<ItemProposal>,
        threadID: Identifier<ConversationThread>,
        channelID: Identifier<Channel>,
        audienceID: Identifier<Audience>,
        content: String,
        kind: ItemKind,
        confidence: Float,
        trust: Trust,
        sourceMessageIDs: [Identifier<Message>],
        method: String,
        state: ProposalState = .proposed,
        itemID: Identifier<ContextItem>? = nil,
        createdAt: Timestamp,
        decidedAt: Timestamp? = nil,
        decidedBy: String? = nil
    ) {
        self.id = id
        self.threadID = threadID
        self.channelID = channelID
        self.audienceID = audienceID
        self.content = content
        self.kind = kind
        self.confidence = confidence
        self.trust = trust
        self.sourceMessageIDs = sourceMessageIDs
        self.method = method
        self.state = state
        self.itemID = itemID
        self.createdAt = createdAt
        self.decidedAt = decidedAt
        self.decidedBy = decidedBy
    }
}
