internal import LexicalSearch
internal import MemoryModel

/// Turns items into what the index of their collection is told: attributes, words, vectors that are known already.
struct ItemIndexing: Sendable {
    let analyzers: WorkspaceAnalyzers

    /// The id of an item as the feed names it.
    static func sourceID(of id: Identifier<ContextItem>) -> Identifier<IndexEntryChange> {
        id.as(IndexEntryChange.self)
    }

    /// Stamps new versions with their words and reusable vectors, and enqueues one job a collection for the rest.
    func index(
        _ items: [ContextItem],
        in collections: [Identifier<MemoryCollection>: MemoryCollection],
        tx: any MemoryTransaction
    ) async throws {
        let analyzer = try await analyzers.analyzer(in: tx)
        var changes: [IndexEntryChange] = []
        var jobs: [NewJob] = []
        for (collectionID, group) in Self.grouped(items) {
            let vectors = try await knownVectors(of: group, in: collections[collectionID], tx: tx)
            for item in group {
                changes.append(try change(for: item, analyzer: analyzer, vectors: vectors.byItem[item.id] ?? []))
            }
            guard !vectors.missing.isEmpty, let collection = collections[collectionID] else { continue }
            jobs.append(Self.embedJob(for: vectors.missing, in: collection))
        }
        tx.stamp(changes)
        if !jobs.isEmpty { try await tx.enqueue(jobs) }
    }

    /// Stamps a change of attributes alone: words and vectors stay.
    func restamp(_ item: ContextItem, tx: any MemoryTransaction, analyzedAnew: Bool = false) async throws {
        var terms: [UInt8]?
        var signature: Int32 = 0
        if analyzedAnew {
            let analyzer = try await analyzers.analyzer(in: tx)
            terms = try Self.terms(of: item, analyzer: analyzer)
            signature = analyzer.signature
        }
        tx.stamp([
            IndexEntryChange(
                collectionID: item.collectionID,
                sourceID: Self.sourceID(of: item.id),
                version: item.version,
                attributes: Self.attributes(of: item),
                terms: terms,
                analyzerVersion: signature
            )
        ])
    }

    /// Stamps the end of versions of an item.
    func remove(_ versions: [ContextItem], tx: any MemoryTransaction) {
        tx.stamp(
            versions.map { item in
                IndexEntryChange(
                    collectionID: item.collectionID,
                    sourceID: Self.sourceID(of: item.id),
                    version: item.version,
                    isLive: false
                )
            }
        )
    }

    /// What an index knows of an item.
    static func attributes(of item: ContextItem) -> EntryAttributes {
        EntryAttributes(
            kind: item.kind,
            scopeKind: item.scope.kind,
            scopeID: item.scope.id,
            tags: item.tags,
            source: item.source,
            threadID: item.provenance.threadID,
            forkID: item.provenance.forkID,
            importance: item.importance,
            isPinned: item.isPinned,
            trust: item.trust,
            state: item.state,
            validFrom: item.validFrom,
            invalidAt: item.invalidAt,
            expiresAt: item.expiresAt,
            createdAt: item.createdAt
        )
    }

    private func change(
        for item: ContextItem,
        analyzer: Analyzer,
        vectors: [EntryVector]
    ) throws -> IndexEntryChange {
        IndexEntryChange(
            collectionID: item.collectionID,
            sourceID: Self.sourceID(of: item.id),
            version: item.version,
            attributes: Self.attributes(of: item),
            terms: try Self.terms(of: item, analyzer: analyzer),
            analyzerVersion: analyzer.signature,
            vectors: vectors
        )
    }

    private static func terms(of item: ContextItem, analyzer: Analyzer) throws -> [UInt8] {
        let fields = DocumentFields(
            text: item.content,
            author: item.source,
            date: DateWords.words(of: item.createdAt),
            tags: item.tags + [item.kind.rawValue]
        )
        return try analyzer.terms(of: fields).serialized()
    }

    /// The vectors this workspace has for items of one collection, and the items that lack some.
    private func knownVectors(
        of items: [ContextItem],
        in collection: MemoryCollection?,
        tx: any MemoryTransaction
    ) async throws -> (byItem: [Identifier<ContextItem>: [EntryVector]], missing: [ContextItem]) {
        guard let collection, let profile = collection.profile else { return ([:], []) }
        let hashes = items.map { item in
            EmbeddedText.parts(of: item).map { EmbeddedText.hash(of: $0, profile: profile) }
        }
        let wanted = Array(Set(hashes.joined()))
        let known = try await tx.reusableVectors(profile: profile, textHashes: wanted)
        var byItem: [Identifier<ContextItem>: [EntryVector]] = [:]
        var missing: [ContextItem] = []
        for (item, parts) in zip(items, hashes) {
            let vectors = parts.enumerated().compactMap { part, hash in
                known[hash].map {
                    EntryVector(generation: collection.generation, part: Int16(part), textHash: hash, vector: $0)
                }
            }
            if vectors.count == parts.count {
                byItem[item.id] = vectors
            } else {
                missing.append(item)
            }
        }
        return (byItem, missing)
    }

    private static func embedJob(for items: [ContextItem], in collection: MemoryCollection) -> NewJob {
        let references = items.map { ItemVersionReference(itemID: $0.id, version: $0.version) }
        let names = references.map { "\($0.itemID)@\($0.version)" }.joined(separator: " ")
        return NewJob(
            key: "embed:\(collection.id):\(collection.generation):\(ContentHash.hexadecimal(of: names))",
            payload: .embedItems(
                collectionID: collection.id,
                generation: collection.generation,
                items: references
            )
        )
    }

    /// Items by collection, in the order in which collections first appear.
    private static func grouped(_ items: [ContextItem]) -> [(Identifier<MemoryCollection>, [ContextItem])] {
        var groups: [(Identifier<MemoryCollection>, [ContextItem])] = []
        var places: [Identifier<MemoryCollection>: Int] = [:]
        for item in items {
            if let place = places[item.collectionID] {
                groups[place].1.append(item)
            } else {
                places[item.collectionID] = groups.count
                groups.append((item.collectionID, [item]))
            }
        }
        return groups
    }
}
