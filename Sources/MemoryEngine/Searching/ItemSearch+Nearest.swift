public import MemoryModel

/// Which items are wanted by a vector.
public struct NearestItemsQuery: Sendable, Hashable {
    /// Where to look from.
    public var embedding: GivenVector
    /// What this agent may see; nil for the principal itself.
    public var agentID: Identifier<Agent>?
    /// Only items that match; its `collections` names where to look.
    public var filter: ItemFilter
    /// The state of memory at an earlier time; nil for now.
    public var asOf: Timestamp?
    /// The write that must be seen.
    public var token: ConsistencyToken?
    /// The most items that come back.
    public var limit: Int

    /// Makes a query.
    public init(
        embedding: GivenVector,
        agentID: Identifier<Agent>? = nil,
        filter: ItemFilter = ItemFilter(),
        asOf: Timestamp? = nil,
        token: ConsistencyToken? = nil,
        limit: Int = 20
    ) {
        self.embedding = embedding
        self.agentID = agentID
        self.filter = filter
        self.asOf = asOf
        self.token = token
        self.limit = limit
    }
}

/// An item, and how near it is.
public struct NearestItem: Sendable, Hashable {
    /// The item.
    public let item: ContextItem
    /// The cosine between the query's vector and the nearest one of the item, from -1 to 1.
    public let similarity: Float
}

/// The answer to a search by a vector.
public struct NearestItemsAnswer: Sendable {
    /// The items, nearest first.
    public let items: [NearestItem]
    /// What the answer had seen.
    public let freshness: ContextFreshness
    /// Why the answer is less than it could be.
    public let degradations: [ContextDegradation]
}

extension ItemSearch {
    /// The items nearest to a vector.
    ///
    /// - Throws: `EngineError` (field `embedding`) for a vector that is none of the profile's, `StoreError`.
    public func nearest(
        _ query: NearestItemsQuery,
        as principal: Principal,
        deadline: ContinuousClock.Instant? = nil
    ) async throws -> NearestItemsAnswer {
        var asked = ContextQuery(
            agentID: query.agentID,
            query: "",
            collectionIDs: query.filter.collections,
            filter: query.filter,
            asOf: query.asOf,
            token: query.token
        )
        asked.recentMessages = 0
        asked.types = [.item]
        let vector = try query.embedding.unitVector(for: context.embedder.profile)
        let (read, found, freshness) = try await context.nearest(
            to: vector,
            asked,
            limit: query.limit,
            as: principal,
            deadline
        )
        return NearestItemsAnswer(
            items: read.compactMap { entry in
                guard case .item(let item) = entry.subject else { return nil }
                return NearestItem(item: item, similarity: entry.candidate.vectorScore ?? 0)
            },
            freshness: freshness,
            degradations: found.degradations.sorted { $0.rawValue < $1.rawValue }
        )
    }
}
