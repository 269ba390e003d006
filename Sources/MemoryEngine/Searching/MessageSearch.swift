public import MemoryModel

/// What messages are looked for; conditions that are nil let everything through.
public struct MessageSearchQuery: Sendable, Hashable {
    /// What was typed: words, `"phrases"`, `-not`, `OR`.
    public var text: String
    /// In this channel.
    public var channelID: Identifier<Channel>?
    /// In this thread.
    public var threadID: Identifier<ConversationThread>?
    /// As seen from this fork.
    public var forkID: Identifier<Fork>?
    /// By this author's name.
    public var author: String?
    /// By this kind of author.
    public var authorType: AuthorType?
    /// Said at or after.
    public var from: Timestamp?
    /// Said before.
    public var before: Timestamp?
    /// The page.
    public var page: PageRequest

    /// Makes a query.
    public init(
        text: String,
        channelID: Identifier<Channel>? = nil,
        threadID: Identifier<ConversationThread>? = nil,
        forkID: Identifier<Fork>? = nil,
        author: String? = nil,
        authorType: AuthorType? = nil,
        from: Timestamp? = nil,
        before: Timestamp? = nil,
        page: PageRequest = PageRequest(limit: 20)
    ) {
        self.text = text
        self.channelID = channelID
        self.threadID = threadID
        self.forkID = forkID
        self.author = author
        self.authorType = authorType
        self.from = from
        self.before = before
        self.page = page
    }
}

/// A message that was found.
public struct FoundMessage: Sendable, Hashable {
    /// The message.
    public let message: Message
    /// Postgres' rank; comparable within one search.
    public let rank: Float
    /// Where the words stand in its content.
    public let highlights: Highlights
}

/// Searches messages: parses what was typed, has the store find it, marks the words of the returned page.
public struct MessageSearch: Sendable {
    private let store: any MemoryStore
    private let executor: SearchExecutor
    private let parser: SearchParser
    private let limits: EngineLimits
    private let analyzers = WorkspaceAnalyzers()

    /// Makes a search.
    public init(store: any MemoryStore, executor: SearchExecutor, limits: EngineLimits = EngineLimits()) {
        self.store = store
        self.executor = executor
        self.limits = limits
        parser = SearchParser(limit: limits.searchTerms)
    }

    /// One page of messages, best first.
    ///
    /// - Throws: `EngineError` (field `q`) for a search without words, `StoreError`.
    public func search(
        _ query: MessageSearchQuery,
        as principal: Principal,
        deadline: ContinuousClock.Instant? = nil
    ) async throws -> Page<FoundMessage> {
        guard query.text.unicodeScalars.count <= limits.query else {
            throw EngineError(.tooLarge, "is longer than \(limits.query) characters", field: "q")
        }
        let expression = try parser.parse(query.text)
        let messageQuery = MessageQuery(
            expression: expression,
            channelID: query.channelID,
            threadID: query.threadID,
            forkID: query.forkID,
            author: query.author,
            authorType: query.authorType,
            from: query.from,
            before: query.before
        )
        let (page, analyzer) = try await store.withTransaction(as: principal, .reading(until: deadline)) { tx in
            (try await tx.searchMessages(messageQuery, query.page), try await analyzers.analyzer(in: tx))
        }.value
        let highlighter = try Highlighter(words: SearchParser.wanted(in: expression), analyzer: analyzer)
        let rows = await executor.searches.run {
            page.rows.map { hit in
                FoundMessage(
                    message: hit.message,
                    rank: hit.rank,
                    highlights: highlighter.highlights(in: hit.message.content)
                )
            }
        }
        return Page(rows: rows, next: page.next)
    }
}
