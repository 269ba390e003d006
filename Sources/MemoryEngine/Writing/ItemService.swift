public import MemoryModel

/// Writes context items: checks the rules of the domain, keeps the index's feed in step, asks for embeddings.
///
/// Every method works inside the caller's transaction and throws `EngineError` for a broken rule and `StoreError`
/// for what the store refuses. Nothing here waits on a provider.
public struct ItemService: Sendable {
    let identifiers: IdentifierGenerator
    let collections: CollectionService
    let indexing: ItemIndexing
    let rules: TextRules

    /// Makes a service.
    public init(
        identifiers: IdentifierGenerator,
        collections: CollectionService,
        limits: EngineLimits = EngineLimits()
    ) {
        self.identifiers = identifiers
        self.collections = collections
        self.indexing = ItemIndexing(analyzers: WorkspaceAnalyzers())
        self.rules = TextRules(limits: limits)
    }

    /// Writes one item.
    ///
    /// - Throws: `EngineError`, `StoreError`.
    public func create(_ draft: ItemDraft, in tx: any MemoryTransaction) async throws -> StoredItem {
        var resolver = DraftResolver(service: self)
        let (item, collection) = try await resolver.resolve(draft, in: tx)
        let batch = try await insert([item], of: [draft], resolver.vectors, [collection.id: collection], in: tx)
        if !batch.erased.isEmpty { throw EngineError.erased("content") }
        guard let first = batch.items.first else { throw EngineError(.internal, "the store returned no item") }
        if let replaced = draft.supersedes { _ = try await retire(replaced, for: first, in: tx) }
        return first
    }

    /// Writes up to 1,000 items, all or none, in the order given.
    ///
    /// Items whose ids are there already with the same content come back with `isNew` false. One may supersede another
    /// that comes before it.
    /// - Throws: `EngineError` whose field names the element (`items[3].content`), `StoreError`.
    public func create(_ drafts: [ItemDraft], in tx: any MemoryTransaction) async throws -> [StoredItem] {
        let batch = try await createUnlessErased(drafts, in: tx)
        if let position = batch.erased.first { throw EngineError.erased("items[\(position)].content") }
        return batch.items
    }

    /// Writes up to 1,000 items in the order given, all or none but for those that were erased: they are left out and
    /// named, so that a source that is read again does not stop at them.
    ///
    /// - Throws: `EngineError` whose field names the element (`items[3].content`), `StoreError`.
    public func createUnlessErased(
        _ drafts: [ItemDraft],
        in tx: any MemoryTransaction
    ) async throws -> StoredBatch {
        try rules.checkBatch(drafts.count, field: "items")
        var resolver = DraftResolver(service: self)
        var items: [ContextItem] = []
        var owners: [Identifier<MemoryCollection>: MemoryCollection] = [:]
        var seen: Set<Identifier<ContextItem>> = []
        for (position, draft) in drafts.enumerated() {
            do {
                let (item, collection) = try await resolver.resolve(draft, in: tx)
                guard seen.insert(item.id).inserted else {
                    throw EngineError(.invalid, "the same id comes twice in the batch", field: "id")
                }
                items.append(item)
                owners[collection.id] = collection
            } catch let error as EngineError {
                throw error.inside("items[\(position)]")
            }
        }
        let batch = try await insert(items, of: drafts, resolver.vectors, owners, in: tx)
        let written = drafts.indices.filter { !batch.erased.contains($0) }
        for (place, position) in written.enumerated() {
            guard let replaced = drafts[position].supersedes else { continue }
            do {
                _ = try await retire(replaced, for: batch.items[place], in: tx)
            } catch let error as EngineError {
                throw error.inside("items[\(position)]")
            }
        }
        return batch
    }

    /// Inserts what was not erased, and tells index, worker and events of what is new.
    private func insert(
        _ items: [ContextItem],
        of drafts: [ItemDraft],
        _ vectors: [Identifier<ContextItem>: [Float]],
        _ collections: [Identifier<MemoryCollection>: MemoryCollection],
        in tx: any MemoryTransaction
    ) async throws -> StoredBatch {
        let restoring = Set(drafts.indices.filter { drafts[$0].restoresErased })
        let erased = try await ErasureGuard.erasedPositions(of: items, restoring: restoring, in: tx)
        let stored = try await tx.insertItems(
            items.enumerated().filter { !erased.contains($0.offset) }.map(\.element)
        )
        let batch = StoredBatch(items: stored, erased: erased.sorted())
        let new = stored.filter(\.isNew).map(\.item)
        guard !new.isEmpty else { return batch }
        try await indexing.index(new, vectors: vectors, in: collections, tx: tx)
        tx.append(new.map { Self.event("item.created", $0) })
        return batch
    }

    /// An event about one item.
    static func event(_ kind: String, _ item: ContextItem) -> NewEvent {
        NewEvent(
            kind: kind,
            subject: "item:\(item.id)",
            details: [
                "collection_id": .string(item.collectionID.description),
                "version": .integer(Int64(item.version)),
                "state": .string(item.state.rawValue),
            ]
        )
    }
}

/// What came of a batch.
public struct StoredBatch: Sendable, Hashable {
    /// The items that are there now, in the order given.
    public let items: [StoredItem]
    /// The positions of drafts that were left out because they, or what they say, were erased.
    public let erased: [Int]

    /// Makes a batch.
    public init(items: [StoredItem], erased: [Int]) {
        self.items = items
        self.erased = erased
    }
}

extension Principal {
    /// How far what this principal writes is to be believed at most.
    var trust: Trust {
        if agentID != nil { return .agent }
        if userID != nil { return .user }
        return role == .admin ? .operator : .unknown
    }

    /// The name that provenance keeps: `agent:<id>`, `user:<id>` or `key:<id>`.
    var provenanceName: String? {
        if let agentID { return "agent:\(agentID)" }
        if let userID { return "user:\(userID)" }
        return keyID.map { "key:\($0)" }
    }
}
