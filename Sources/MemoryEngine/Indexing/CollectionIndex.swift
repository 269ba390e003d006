package import LexicalSearch
internal import Logging
internal import MemoryModel
internal import Synchronization
package import VectorSearch

/// The loaded index of one collection: vectors, words and attributes of every live entry, up to one place in its feed.
///
/// Changes come from one task at a time; searches run beside them. Vectors and words may be a moment ahead of the
/// attributes, so a search trusts a key only where the table it took has a record of it.
package final class CollectionIndex: Sendable {
    /// Tells apart what may not be mixed.
    package struct Identity: Sendable, Hashable {
        let collectionID: Identifier<MemoryCollection>
        let generation: Int32
        let profileName: String
        let epoch: String
    }

    /// What changes together.
    package struct Contents: Sendable {
        package var table = EntryTable()
        /// Made with the first entry, whose analyzer it takes.
        package var lexical: LexicalIndex?
        package var lastSeq: Int64 = 0
        /// Rises with every change.
        var revision: UInt64 = 0
        /// Entries whose words could not be read here: made by another analyzer, or damaged.
        var unreadable: Set<UInt64> = []
    }

    let identity: Identity
    /// Absent where the collection is searched by words alone.
    package let vectors: VectorIndex?
    /// The bytes it holds of the registry's memory; nil where nobody counts them.
    let reservation: IndexReservation?
    /// What the last filters allowed.
    let filteredKeys = FilteredKeysCache()
    private let contents: Mutex<Contents>

    init(
        identity: Identity,
        vectors: VectorIndex?,
        contents: Contents = Contents(),
        reservation: IndexReservation? = nil
    ) {
        self.identity = identity
        self.vectors = vectors
        self.contents = Mutex(contents)
        self.reservation = reservation
    }

    /// What a search reads from now on to its end.
    package var snapshot: Contents { contents.withLock { $0 } }

    /// The place in the feed up to which everything is in.
    package var lastSeq: Int64 { contents.withLock { $0.lastSeq } }

    /// Whether every live entry up to a place has its vectors.
    func hasAllVectors(upTo seq: Int64) -> Bool {
        guard vectors != nil else { return true }
        let table = snapshot.table
        return !table.awaitingVectors.contains { key in table[key].map { $0.seq <= seq } ?? false }
    }

    /// Applies entries of the feed in any order, as often as they come: what is older than what is known is ignored.
    ///
    /// Computes; call it on a thread that may block.
    /// - Parameters:
    ///   - entries: Entries of the feed.
    ///   - seq: The place up to which everything is in afterwards.
    /// - Throws: `full` or `outOfMemory`.
    func apply(_ entries: [FeedEntry], upTo seq: Int64) throws(VectorSearchError) {
        var contents = snapshot
        var inserted: [VectorEntry] = []
        var documents: [LexicalDocument] = []
        var removed: [UInt64] = []
        for entry in entries {
            let key = UInt64(entry.key)
            if let known = contents.table[key], known.seq >= entry.seq { continue }
            guard entry.isLive, let attributes = entry.attributes else {
                contents.table.remove(key)
                contents.unreadable.remove(key)
                removed.append(key)
                continue
            }
            let usable = usableVectors(of: entry, key: key)
            inserted += usable
            contents.table.set(
                EntryRecord(
                    sourceID: entry.sourceID,
                    version: entry.version,
                    seq: entry.seq,
                    hasVector: !usable.isEmpty || (vectors?.contains(key: key) ?? true),
                    attributes: attributes
                ),
                at: key
            )
            if let terms = readTerms(of: entry, into: &contents) {
                documents.append(LexicalDocument(key: key, terms: terms, place: attributes.sequencePlace))
                contents.unreadable.remove(key)
            } else {
                contents.unreadable.insert(key)
            }
        }
        try vectors?.insert(inserted)
        vectors?.remove(keys: removed)
        contents.lexical?.insert(documents)
        for key in removed { contents.lexical?.remove(key) }
        contents.lastSeq = max(contents.lastSeq, seq)
        contents.revision += 1
        let new = contents
        self.contents.withLock { $0 = new }
        noteByteCount()
        EngineMetrics.count(.entriesApplied, by: entries.count)
    }

    /// The entry's vectors that fit this index; a faulty one is left out rather than bring the others down.
    private func usableVectors(of entry: FeedEntry, key: UInt64) -> [VectorEntry] {
        guard let vectors else { return [] }
        return entry.vectors.compactMap { vector in
            guard vector.generation == identity.generation,
                let number = EmbeddedView(rawValue: vector.view)?.number(ofPart: Int(vector.part)),
                vector.vector.count == vectors.configuration.dimension,
                vector.vector.allSatisfy(\.isFinite), vector.vector.contains(where: { $0 != 0 })
            else { return nil }
            return VectorEntry(key: key, part: number, vector: vector.vector)
        }
    }

    private func readTerms(of entry: FeedEntry, into contents: inout Contents) -> TermVector? {
        if contents.lexical == nil { contents.lexical = LexicalIndex(analyzerSignature: entry.analyzerVersion) }
        guard contents.lexical?.analyzerSignature == entry.analyzerVersion,
            let terms = try? TermVector(serialized: entry.terms)
        else {
            EngineMetrics.count(.unreadableEntries)
            return nil
        }
        return terms
    }
}
