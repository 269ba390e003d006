public import MemoryModel

/// A message to be appended.
public struct MessageDraft: Sendable, Hashable {
    /// The id, where the client chooses it so that the write can be repeated.
    public var id: Identifier<Message>?
    /// The kind of author.
    public var authorType: AuthorType
    /// The author's name as shown.
    public var author: String
    /// The user or agent behind the name; set by the server where the principal itself is the author.
    public var authorID: String?
    /// The text.
    public var content: String
    /// The message answered.
    public var replyTo: Identifier<Message>?
    /// Free fields.
    public var metadata: [String: JSONValue]
    /// When it was said, for imports; nil for now, never later than now.
    public var createdAt: Timestamp?
    /// Whether it is written although it was erased.
    public var restoresErased = false

    /// Makes a draft.
    public init(
        id: Identifier<Message>? = nil,
        authorType: AuthorType,
        author: String,
        authorID: String? = nil,
        content: String,
        replyTo: Identifier<Message>? = nil,
        metadata: [String: JSONValue] = [:],
        createdAt: Timestamp? = nil
    ) {
        self.id = id
        self.authorType = authorType
        self.author = author
        self.authorID = authorID
        self.content = content
        self.replyTo = replyTo
        self.metadata = metadata
        self.createdAt = createdAt
    }
}

/// Where messages go: a thread, or a fork of it.
public struct ConversationPlace: Sendable, Hashable {
    /// The thread.
    public var threadID: Identifier<ConversationThread>
    /// The fork, where it is not the thread itself.
    public var forkID: Identifier<Fork>?

    /// Makes a place.
    public init(threadID: Identifier<ConversationThread>, forkID: Identifier<Fork>? = nil) {
        self.threadID = threadID
        self.forkID = forkID
    }
}

/// How a message becomes an item.
public struct PinDraft: Sendable, Hashable {
    /// The item's id, where the client chooses it.
    public var id: Identifier<ContextItem>?
    /// Where the item goes.
    public var target: CollectionTarget
    /// The item's text; nil for the message's own.
    public var content: String?
    /// What sort of knowledge it is.
    public var kind: ItemKind
    /// Where it holds; nil for the message's thread.
    public var scope: ItemScope?
    /// Labels.
    public var tags: [String]
    /// From 0 to 1.
    public var importance: Float
    /// Whether it is always injected in its scope.
    public var isPinned: Bool
    /// The runtime it came from.
    public var source: String

    /// Makes a draft.
    public init(
        id: Identifier<ContextItem>? = nil,
        target: CollectionTarget = .own,
        content: String? = nil,
        kind: ItemKind = .note,
        scope: ItemScope? = nil,
        tags: [String] = [],
        importance: Float = 0.5,
        isPinned: Bool = true,
        source: String = "api"
    ) {
        self.id = id
        self.target = target
        self.content = content
        self.kind = kind
        self.scope = scope
        self.tags = tags
        self.importance = importance
        self.isPinned = isPinned
        self.source = source
    }
}

/// What came of resolving a fork.
public struct ResolvedFork: Sendable, Hashable {
    /// The fork, resolved.
    public let fork: Fork
    /// The summary as posted into the parent; nil while it is being made.
    public let message: Message?
    /// The summary as an item; nil while it is being made.
    public let item: ContextItem?
    /// The id that the item will have, while it is being made.
    public let awaitedItemID: Identifier<ContextItem>?

    /// Makes a result.
    public init(
        fork: Fork,
        message: Message?,
        item: ContextItem?,
        awaitedItemID: Identifier<ContextItem>? = nil
    ) {
        self.fork = fork
        self.message = message
        self.item = item
        self.awaitedItemID = awaitedItemID
    }
}
