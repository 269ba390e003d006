internal import MemoryModel
internal import PostgresDriver
internal import Synchronization

/// The last statements of a transaction, sent in one round trip with COMMIT.
///
/// They take their locks in one order: the heads of collections by id, then the workspace's usage and counts, then its
/// event counter.
struct ClosingStep: Sendable {
    var statements: [PostgresQuery] = []
    private var writesFeed = false

    init() {}

    /// Writes the feed rows of the changes.
    mutating func writeFeed(_ changes: [IndexEntryChange]) throws(StoreError) {
        guard !changes.isEmpty else { return }
        var attributes: [PostgresJSON] = []
        attributes.reserveCapacity(changes.count)
        for change in changes {
            attributes.append(
                try change.attributes.map { value throws(StoreError) in try JSONText.encode(value) } ?? .null
            )
        }
        let vectors = changes.enumerated().flatMap { place, change in
            change.vectors.map { (place: Int32(place + 1), vector: $0) }
        }
        statements.append(
            """
            SELECT collection_id, last_seq FROM mneme.write_feed(
                \(changes.map(\.collectionID)), \(changes.map(\.sourceID)), \(changes.map(\.version)),
                \(changes.map(\.isLive)), \(attributes), \(changes.map { $0.terms != nil }),
                \(changes.map { PostgresBytes($0.terms ?? []) }), \(changes.map(\.analyzerVersion)),
                \(vectors.map(\.place)), \(vectors.map(\.vector.generation)), \(vectors.map(\.vector.view)),
                \(vectors.map(\.vector.part)), \(vectors.map { PostgresBytes($0.vector.textHash) }),
                \(vectors.map { VectorBytes.encode($0.vector.vector) }))
            """
        )
        writesFeed = true
    }

    /// Fills the token into the answer kept for a repeatable request.
    mutating func fillToken(
        epoch: String,
        collections: [Identifier<MemoryCollection>],
        request: RepeatableRequest,
        caller: String,
        workspaceID: Identifier<Workspace>
    ) {
        statements.append(
            """
            UPDATE mneme.requests SET token = jsonb_build_object('epoch', \(epoch), 'positions', (
                SELECT jsonb_object_agg(h.collection_id, h.last_seq) FROM mneme.collection_heads AS h
                WHERE h.workspace_id = \(workspaceID) AND h.collection_id = ANY (\(collections))))
            WHERE workspace_id = \(workspaceID) AND caller = \(caller) AND request_key = \(request.key)
            """
        )
    }

    /// Adds up what the transaction's statements have noted, and holds it to the workspace's quotas.
    mutating func writeCounts(_ quotas: QuotaTable?, on day: PostgresDate) {
        statements.append("SELECT mneme.write_counts(\(quotas?.json), \(day))")
    }

    /// Numbers and writes events.
    mutating func writeEvents(_ events: [NewEvent], at moment: Timestamp) throws(StoreError) {
        guard !events.isEmpty else { return }
        var details: [PostgresJSON] = []
        for event in events { details.append(try JSONText.encode(metadata: event.details)) }
        statements.append(
            "SELECT mneme.write_events(\(events.map(\.kind)), \(events.map(\.subject)), \(details), \(moment))"
        )
    }

    /// Where the feeds of the written collections stand, from the answers to the statements.
    func positions(in rows: [PostgresRows]) throws(StoreError) -> [Identifier<MemoryCollection>: Int64] {
        guard writesFeed, let heads = rows.first else { return [:] }
        let pairs = try mappingErrors { () throws(PostgresError) in
            try heads.decode((Identifier<MemoryCollection>, Int64).self)
        }
        return Dictionary(pairs) { _, last in last }
    }
}

extension PostgresMemoryTransaction {
    /// What the closing step is to write.
    func closing() throws(StoreError) -> ClosingStep {
        let pending = pending.withLock { $0 }
        let changes = pending.indexChanges
        var closing = ClosingStep()
        try closing.writeFeed(changes)
        if let request = pending.answeredRequest, !changes.isEmpty {
            closing.fillToken(
                epoch: epoch,
                collections: Array(Set(changes.map(\.collectionID))),
                request: request,
                caller: caller,
                workspaceID: workspaceID
            )
        }
        if !isReadOnly { closing.writeCounts(quotas, on: now.day) }
        let audit = pending.audit.map { AuditEntry(id: identifiers.next(), $0, by: principal, at: now) }
        closing.writeAudit(audit, in: workspaceID)
        try closing.writeEvents(pending.events, at: now)
        return closing
    }

    func stamp(_ changes: [IndexEntryChange]) {
        pending.withLock { pending in
            for change in changes { pending.stamp(change) }
        }
    }

    func append(_ events: [NewEvent]) {
        pending.withLock { $0.events += events }
    }
}

extension PostgresJSON {
    /// JSON's null, which is not SQL's.
    static let null = PostgresJSON(text: "null")
}
