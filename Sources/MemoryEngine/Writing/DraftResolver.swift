internal import MemoryModel

/// Makes items out of the drafts of one batch, reading each collection and parent once.
struct DraftResolver {
    private let service: ItemService
    private var collections: [CollectionTarget: MemoryCollection] = [:]
    private var trusts: [Identifier<ContextItem>: Trust] = [:]
    /// The vectors that came with drafts, at unit length.
    private(set) var vectors: [Identifier<ContextItem>: [Float]] = [:]
    /// Where the items of this batch go.
    private var places: [Identifier<ContextItem>: Identifier<MemoryCollection>] = [:]

    init(service: ItemService) {
        self.service = service
    }

    /// The item a draft describes, with its collection.
    mutating func resolve(
        _ draft: ItemDraft,
        in tx: any MemoryTransaction
    ) async throws -> (item: ContextItem, collection: MemoryCollection) {
        let rules = service.rules
        try rules.checkItemContent(draft.content)
        try rules.checkImportance(draft.importance)
        try rules.checkOrigin(scope: draft.scope, source: draft.source, provenance: draft.provenance)
        let tags = try rules.normalisedTags(draft.tags)
        let createdAt = try tx.time(imported: draft.createdAt)
        let validFrom = draft.validFrom ?? createdAt
        try rules.checkValidity(from: validFrom, invalidAt: draft.invalidAt)
        let collection = try await collection(for: try await target(of: draft, in: tx), in: tx)
        guard collection.content == .items else {
            throw EngineError(.invalid, "holds messages, not items", field: "collection")
        }
        let trust = try await trust(of: draft, in: tx)
        var provenance = draft.provenance
        provenance.principal = try tx.principal.provenanceName(imported: draft.provenance.principal)
        let reasons = ContentScreen.reasons(of: draft.content, tags: tags)
        let item = ContextItem(
            id: draft.id ?? service.identifiers.next(),
            collectionID: collection.id,
            audienceID: collection.audienceID,
            content: draft.content,
            kind: draft.kind,
            scope: draft.scope,
            tags: tags,
            source: draft.source,
            provenance: provenance,
            importance: draft.importance,
            isPinned: draft.isPinned,
            trust: trust,
            state: reasons.isEmpty ? .active : .quarantined,
            validFrom: validFrom,
            invalidAt: draft.invalidAt,
            expiresAt: draft.expiresAt,
            contentHash: ContentHash.of(draft.content),
            metadata: draft.metadata,
            createdAt: createdAt,
            updatedAt: tx.now,
            quarantineReasons: reasons
        )
        vectors[item.id] = try draft.embedding?.unitVector(for: collection.profile)
        trusts[item.id] = trust
        places[item.id] = collection.id
        return (item, collection)
    }

    /// What the draft names; else, where it supersedes an item, that item's collection.
    private func target(of draft: ItemDraft, in tx: any MemoryTransaction) async throws -> CollectionTarget {
        guard draft.target == .own, let replaced = draft.supersedes else { return draft.target }
        if let place = places[replaced] { return .collection(place) }
        return .collection(try await tx.item(replaced).collectionID)
    }

    private mutating func collection(
        for target: CollectionTarget,
        in tx: any MemoryTransaction
    ) async throws -> MemoryCollection {
        if let known = collections[target] { return known }
        let collection = try await service.collections.collection(for: target, in: tx)
        collections[target] = collection
        return collection
    }

    /// The principal's trust, or the lower one asked for; never above that of what the item was derived from.
    private mutating func trust(of draft: ItemDraft, in tx: any MemoryTransaction) async throws -> Trust {
        var trust = tx.principal.trust
        if let wanted = draft.trust {
            guard wanted <= trust else {
                throw EngineError(.forbidden, "this credential's trust is \(trust.name) at most", field: "trust")
            }
            trust = wanted
        }
        for parent in draft.provenance.derivedFrom {
            if trusts[parent] == nil { trusts[parent] = try await tx.item(parent).trust }
            trust = min(trust, trusts[parent] ?? .unknown)
        }
        return trust
    }
}
