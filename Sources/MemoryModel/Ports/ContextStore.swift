/// What a context query reads before it searches, and leaves behind after it has answered, inside a transaction.
public protocol ContextStore: Sendable {
    /// Reads in one round trip what a context query starts from.
    func contextPrelude(_ request: ContextPreludeRequest) async throws(StoreError) -> ContextPrelude
    /// Writes traces of answered queries.
    func insertTraces(_ traces: [ContextTrace]) async throws(StoreError)
    /// The trace of one answered query.
    func trace(_ id: Identifier<ContextPack>) async throws(StoreError) -> ContextTrace
}

/// What a context query wants to start from.
public struct ContextPreludeRequest: Sendable, Hashable {
    /// The agent asked for: its personal collection and what its audiences share; nil for the principal itself.
    public let agentID: Identifier<Agent>?
    /// Only these collections; nil for all that agent (or principal) may see.
    public let collectionIDs: [Identifier<MemoryCollection>]?
    /// Only collections of this content.
    ///
    /// Those of messages are left out where messages are no memory.
    public let contents: Set<MemoryCollection.Content>
    /// The scopes whose pins are wanted; `global` is always among them.
    public let pinScopes: Set<ItemScope>
    /// The thread whose recent messages are wanted.
    public let threadID: Identifier<ConversationThread>?
    /// The fork within the thread.
    public let forkID: Identifier<Fork>?
    /// At most so many recent messages.
    public let recentMessages: Int

    /// Makes a request.
    public init(
        agentID: Identifier<Agent>?,
        collectionIDs: [Identifier<MemoryCollection>]?,
        contents: Set<MemoryCollection.Content> = Set(MemoryCollection.Content.allCases),
        pinScopes: Set<ItemScope>,
        threadID: Identifier<ConversationThread>?,
        forkID: Identifier<Fork>?,
        recentMessages: Int
    ) {
        self.agentID = agentID
        self.collectionIDs = collectionIDs
        self.contents = contents
        self.pinScopes = pinScopes
        self.threadID = threadID
        self.forkID = forkID
        self.recentMessages = recentMessages
    }
}

/// What a context query starts from.
public struct ContextPrelude: Sendable {
    /// The collections to search, with where their feeds stand.
    public let collections: [AuthorizedCollection]
    /// Active pinned items of those collections and the scopes asked for, oldest first.
    public let pins: [ContextItem]
    /// Recent messages of the thread or fork, oldest first.
    public let recentMessages: [Message]
    /// The thread's channel, where a thread was named.
    public let channelID: Identifier<Channel>?
    /// What is visible of the thread from the fork, where a fork was named.
    public let forkLine: ForkLine?
    /// Keys the fences of this workspace's packs; 32 bytes, never leaves the service.
    public let fenceSecret: [UInt8]

    /// Makes a prelude.
    public init(
        collections: [AuthorizedCollection],
        pins: [ContextItem],
        recentMessages: [Message],
        channelID: Identifier<Channel>?,
        forkLine: ForkLine? = nil,
        fenceSecret: [UInt8]
    ) {
        self.collections = collections
        self.pins = pins
        self.recentMessages = recentMessages
        self.channelID = channelID
        self.forkLine = forkLine
        self.fenceSecret = fenceSecret
    }
}
