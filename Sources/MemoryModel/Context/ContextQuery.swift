/// A request for the context that matters now.
public struct ContextQuery: Sendable, Hashable {
    /// The agent it is for; nil for the principal itself.
    public var agentID: Identifier<Agent>?
    /// What is about to be done or answered.
    ///
    /// May be empty: then pins and recent messages alone come back.
    public var query: String
    /// The channel it happens in.
    public var channelID: Identifier<Channel>?
    /// The thread it happens in.
    public var threadID: Identifier<ConversationThread>?
    /// The fork it happens in.
    public var forkID: Identifier<Fork>?
    /// The task it belongs to.
    public var taskID: String?
    /// Only these collections; nil for all.
    public var collectionIDs: [Identifier<MemoryCollection>]?
    /// What is looked for: items, messages, or both.
    public var types: Set<MemoryType>
    /// Only what matches; its `collections` is ignored.
    ///
    /// Of messages, which have no kind, scope, tags or pin, none
    /// matches where one of these is asked for.
    public var filter: ItemFilter
    /// Only messages that match; items are not held by it.
    public var messageFilter: MessageFilter
    /// The most tokens the rendered text may have.
    public var tokenBudget: Int
    /// How tokens are counted.
    public var tokenizer: Tokenizer
    /// The state of memory at an earlier time; nil for now.
    public var asOf: Timestamp?
    /// The write that must be seen.
    public var token: ConsistencyToken?
    /// How the pack is rendered.
    public var format: ContextFormat
    /// At most so many recent messages of the thread.
    public var recentMessages: Int

    /// The budget where none is given, in tokens.
    public static let defaultTokenBudget = 4000

    /// Makes a query.
    public init(
        agentID: Identifier<Agent>? = nil,
        query: String,
        channelID: Identifier<Channel>? = nil,
        threadID: Identifier<ConversationThread>? = nil,
        forkID: Identifier<Fork>? = nil,
        taskID: String? = nil,
        collectionIDs: [Identifier<MemoryCollection>]? = nil,
        types: Set<MemoryType> = Set(MemoryType.allCases),
        filter: ItemFilter = ItemFilter(),
        messageFilter: MessageFilter = MessageFilter(),
        tokenBudget: Int = defaultTokenBudget,
        tokenizer: Tokenizer = .o200k,
        asOf: Timestamp? = nil,
        token: ConsistencyToken? = nil,
        format: ContextFormat = .text,
        recentMessages: Int = 10
    ) {
        self.agentID = agentID
        self.query = query
        self.channelID = channelID
        self.threadID = threadID
        self.forkID = forkID
        self.taskID = taskID
        self.collectionIDs = collectionIDs
        self.types = types
        self.filter = filter
        self.messageFilter = messageFilter
        self.tokenBudget = tokenBudget
        self.tokenizer = tokenizer
        self.asOf = asOf
        self.token = token
        self.format = format
        self.recentMessages = recentMessages
    }
}

/// What memory is made of.
public enum MemoryType: String, Sendable, Hashable, CaseIterable, Codable {
    /// Distilled knowledge.
    case item
    /// What was said.
    case message
}

/// Which messages are wanted; every condition that is set must hold.
public struct MessageFilter: Sendable, Hashable {
    /// In one of these channels.
    public var channels: Set<Identifier<Channel>>
    /// In one of these threads, their forks included.
    public var threads: Set<Identifier<ConversationThread>>
    /// In one of these forks.
    public var forks: Set<Identifier<Fork>>
    /// By one of these authors' names, as written.
    public var authors: Set<String>
    /// By one of these kinds of author.
    public var authorTypes: Set<AuthorType>

    /// Makes a filter that lets every message through.
    public init(
        channels: Set<Identifier<Channel>> = [],
        threads: Set<Identifier<ConversationThread>> = [],
        forks: Set<Identifier<Fork>> = [],
        authors: Set<String> = [],
        authorTypes: Set<AuthorType> = []
    ) {
        self.channels = channels
        self.threads = threads
        self.forks = forks
        self.authors = authors
        self.authorTypes = authorTypes
    }
}

/// How tokens are counted.
public enum Tokenizer: String, Sendable, Hashable, CaseIterable, Codable {
    /// Characters (Unicode scalars) divided by four, rounded up.
    case chars4
    /// A conservative estimate of OpenAI's `o200k_base`: it does not undercount.
    case o200k
    /// A conservative estimate of OpenAI's `cl100k_base`: it does not undercount.
    case cl100k
}

/// How a pack is rendered.
public enum ContextFormat: String, Sendable, Hashable, CaseIterable, Codable {
    /// Plain text with fences.
    case text
    /// XML elements.
    case xml
    /// The messages of an OpenAI chat request.
    case openai
    /// The content blocks of an Anthropic messages request.
    case anthropic
}
