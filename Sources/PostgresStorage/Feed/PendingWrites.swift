internal import MemoryModel
internal import PostgresDriver

/// What a transaction has collected for its closing step.
struct PendingWrites: Sendable {
    private struct EntryKey: Hashable {
        let collectionID: Identifier<MemoryCollection>
        let sourceID: Identifier<IndexEntryChange>
        let version: Int32
    }

    private var changes: [IndexEntryChange?] = []
    private var places: [EntryKey: Int] = [:]
    var events: [NewEvent] = []
    var audit: [NewAuditEntry] = []
    /// The repeatable request whose kept answer still lacks its token.
    var answeredRequest: RepeatableRequest?

    /// The changes in order, each (collection, source, version) once.
    var indexChanges: [IndexEntryChange] { changes.compactMap(\.self) }

    /// Adds a change; one of the same (collection, source, version) before it is merged into it.
    mutating func stamp(_ change: IndexEntryChange) {
        let key = EntryKey(collectionID: change.collectionID, sourceID: change.sourceID, version: change.version)
        var merged = change
        if let place = places[key], let earlier = changes[place] {
            changes[place] = nil
            merged = earlier.followed(by: change)
        }
        places[key] = changes.count
        changes.append(merged)
    }
}

extension IndexEntryChange {
    /// Both changes as one: what the later one says holds, what it leaves out stays; a tombstone stays one.
    func followed(by later: IndexEntryChange) -> IndexEntryChange {
        let isLive = isLive && later.isLive
        var vectors = vectors
        for vector in later.vectors {
            vectors.removeAll {
                ($0.generation, $0.view, $0.part) == (vector.generation, vector.view, vector.part)
            }
            vectors.append(vector)
        }
        return IndexEntryChange(
            collectionID: collectionID,
            sourceID: sourceID,
            version: version,
            isLive: isLive,
            attributes: isLive ? later.attributes ?? attributes : nil,
            terms: isLive ? later.terms ?? terms : nil,
            analyzerVersion: later.terms == nil ? analyzerVersion : later.analyzerVersion,
            vectors: isLive ? vectors : []
        )
    }
}
