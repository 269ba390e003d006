/// How large things may be; texts are counted in Unicode scalars.
public struct EngineLimits: Sendable, Hashable {
    /// The longest content of an item.
    public var itemContent = 32_768
    /// The longest content of a message.
    public var messageContent = 65_536
    /// The most items or messages in one batch.
    public var batch = 1_000
    /// The most tags of an item.
    public var tags = 64
    /// The longest tag, source, author, title, name or task id.
    public var label = 256
    /// The longest summary of a fork.
    public var summary = 32_768
    /// The longest address of a document.
    public var url = 2_048
    /// The most items that one item may be derived from.
    public var derivedFrom = 256
    /// The longest query.
    public var query = 8_192
    /// The largest token budget of a context query.
    public var tokenBudget = 200_000
    /// The most recent messages in a context pack.
    public var recentMessages = 200
    /// The most collections that one query may name.
    public var collections = 1_000
    /// The most operators and words in a search.
    public var searchTerms = 64

    /// The limits of a service that nobody has configured.
    public init() {}
}
