public import MemoryModel

/// What items are looked for.
public struct ItemSearchQuery: Sendable, Hashable {
    /// Words or a question.
    public var text: String
    /// What this agent may see; nil for the principal itself.
    public var agentID: Identifier<Agent>?
    /// Only items that match; its `collections` names where to look.
    public var filter: ItemFilter
    /// The state of memory at an earlier time; nil for now.
    public var asOf: Timestamp?
    /// The write that must be seen.
    public var token: ConsistencyToken?
    /// The page; its positions are made by the search.
    public var page: PageRequest

    /// Makes a query.
    public init(
        text: String,
        agentID: Identifier<Agent>? = nil,
        filter: ItemFilter = ItemFilter(),
        asOf: Timestamp? = nil,
        token: ConsistencyToken? = nil,
        page: PageRequest = PageRequest(limit: 20)
    ) {
        self.text = text
        self.agentID = agentID
        self.filter = filter
        self.asOf = asOf
        self.token = token
        self.page = page
    }
}

/// An item that was found.
public struct FoundItem: Sendable, Hashable {
    /// The item.
    public let item: ContextItem
    /// By signal, as in a context pack.
    public let scores: [String: Float]
    /// Where the words stand in its content.
    public let highlights: Highlights
}

/// The answer to an item search.
public struct ItemSearchAnswer: Sendable {
    /// The items, best first.
    public let page: Page<FoundItem>
    /// What the answer had seen.
    public let freshness: ContextFreshness
    /// Why the answer is less than it could be.
    public let degradations: [ContextDegradation]
}

/// Searches items by vectors and words, as a context query does, without a budget.
public struct ItemSearch: Sendable {
    /// Pages reach this far; what ranks below is found by better words.
    private static let deepest = 1_000

    let context: ContextService

    /// Makes a search that shares indexes and caches with the context service.
    public init(sharing context: ContextService) {
        self.context = context
    }

    /// One page of items, best first.
    ///
    /// - Throws: `EngineError` (field `q`) for a search without words, `StoreError`.
    public func search(
        _ query: ItemSearchQuery,
        as principal: Principal,
        deadline: ContinuousClock.Instant? = nil
    ) async throws -> ItemSearchAnswer {
        guard query.text.unicodeScalars.contains(where: { !$0.properties.isWhitespace }) else {
            throw EngineError(.invalid, "must not be empty", field: "q")
        }
        let start = Int(clamping: query.page.after?.order ?? 0)
        guard (0..<Self.deepest).contains(start) else {
            throw EngineError(.invalid, "is not a position of this search", field: "cursor")
        }
        let end = min(start + max(1, query.page.limit), Self.deepest)
        var asked = ContextQuery(
            agentID: query.agentID,
            query: query.text,
            collectionIDs: query.filter.collections,
            filter: query.filter,
            asOf: query.asOf,
            token: query.token
        )
        asked.recentMessages = 0
        let (read, found, freshness) = try await context.retrieve(asked, from: start, to: end, as: principal, deadline)
        let rows = try await context.highlighted(read, text: query.text, signature: found.signature)
        let next: PagePosition? =
            found.candidates.count > end && end < Self.deepest
            ? rows.last.map { PagePosition(order: Int64(end), id: $0.item.id) } : nil
        return ItemSearchAnswer(
            page: Page(rows: rows, next: next),
            freshness: freshness,
            degradations: found.degradations.sorted { $0.rawValue < $1.rawValue }
        )
    }
}
