internal import LexicalSearch
internal import MemoryModel

/// Turns items into what the index of their collection is told: attributes, words, vectors that are known already.
struct ItemIndexing: Sendable {
    let analyzers: WorkspaceAnalyzers

    /// The id of an item as the feed names it.
    static func sourceID(of id: Identifier<ContextItem>) -> Identifier<IndexEntryChange> {
        id.as(IndexEntryChange.self)
    }

    /// Stamps new versions with their words and the vectors that are given or known, and enqueues jobs for the rest.
    func index(
        _ items: [ContextItem],
        vectors: [Identifier<ContextItem>: [Float]] = [:],
        in collections: [Identifier<MemoryCollection>: MemoryCollection],
        tx: any MemoryTransaction
    ) async throws {
        var jobs: [NewJob] = []
        for (collectionID, group) in Self.grouped(items) {
            var collection = collections[collectionID]
            if collection == nil { collection = try await tx.collection(collectionID) }
            guard let collection else { continue }
            let missing = try await TextIndexing(analyzers: analyzers).stamp(
                group.map { Self.text(of: $0, vector: vectors[$0.id]) },
                in: collection,
                tx: tx
            )
            jobs += TextIndexing.jobs(for: missing, in: collection) { texts in
                .embedItems(
                    collectionID: collection.id,
                    generation: collection.generation,
                    items: texts.map {
                        ItemVersionReference(itemID: $0.sourceID.as(ContextItem.self), version: $0.version)
                    }
                )
            }
        }
        if !jobs.isEmpty { try await tx.enqueue(jobs) }
    }

    /// Stamps a change of attributes alone: words and vectors stay.
    func restamp(_ item: ContextItem, tx: any MemoryTransaction, analyzedAnew: Bool = false) async throws {
        var terms: [UInt8]?
        var signature: Int32 = 0
        if analyzedAnew {
            let analyzer = try await analyzers.analyzer(in: tx)
            terms = try analyzer.terms(of: Self.fields(of: item)).serialized()
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

    /// An item as an index is to know it.
    private static func text(of item: ContextItem, vector: [Float]?) -> IndexedText {
        IndexedText(
            sourceID: sourceID(of: item.id),
            version: item.version,
            attributes: attributes(of: item),
            fields: fields(of: item),
            parts: vector == nil ? EmbeddedText.parts(of: item) : [],
            givenVector: vector
        )
    }

    private static func fields(of item: ContextItem) -> DocumentFields {
        DocumentFields(
            text: item.content,
            author: item.source,
            date: DateWords.words(of: item.createdAt),
            tags: item.tags + [item.kind.rawValue]
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
