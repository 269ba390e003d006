/// Full-text search inside a transaction.
public protocol SearchStore: Sendable {
    /// Messages that match, best first; `order` of the page position is the scaled rank.
    func searchMessages(_ query: MessageQuery, _ page: PageRequest) async throws(StoreError) -> Page<MessageHit>
}

/// A parsed web-style search.
public indirect enum SearchExpression: Sendable, Hashable {
    /// A word, stemmed by the workspace's language.
    case word(String)
    /// Words that follow one another.
    case phrase([String])
    /// Bigrams that follow one another: a run of a script without spaces.
    case bigrams([String])
    /// All of these.
    case all([SearchExpression])
    /// One of these.
    case any([SearchExpression])
    /// Not this.
    case not(SearchExpression)
}

/// What messages are wanted.
public struct MessageQuery: Sendable, Hashable {
    /// What they must say.
    public var expression: SearchExpression
    /// In this channel.
    public var channelID: Identifier<Channel>?
    /// In this thread, its forks included unless `forkID` is set.
    public var threadID: Identifier<ConversationThread>?
    /// As seen from this fork: its messages and what came before its fork points, no sibling's.
    public var forkID: Identifier<Fork>?
    /// By this author's name.
    public var author: String?
    /// By this kind of author.
    public var authorType: AuthorType?
    /// Said at or after.
    public var from: Timestamp?
    /// Said before.
    public var before: Timestamp?

    /// Makes a query.
    public init(
        expression: SearchExpression,
        channelID: Identifier<Channel>? = nil,
        threadID: Identifier<ConversationThread>? = nil,
        forkID: Identifier<Fork>? = nil,
        author: String? = nil,
        authorType: AuthorType? = nil,
        from: Timestamp? = nil,
        before: Timestamp? = nil
    ) {
        self.expression = expression
        self.channelID = channelID
        self.threadID = threadID
        self.forkID = forkID
        self.author = author
        self.authorType = authorType
        self.from = from
        self.before = before
    }
}

/// A message that matched.
public struct MessageHit: Sendable, Hashable {
    /// The message.
    public let message: Message
    /// Postgres' rank; comparable within one search.
    public let rank: Float

    /// Makes a hit.
    public init(message: Message, rank: Float) {
        self.message = message
        self.rank = rank
    }
}
