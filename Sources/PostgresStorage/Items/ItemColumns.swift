internal import MemoryModel
internal import PostgresDriver

extension ContextItem {
    /// The columns of an item `t` and one of its versions `v`, as ``init(reader:)`` reads them.
    static let columns: PostgresQuery = """
        t.id, t.collection_id, t.audience_id, v.version, v.content, v.kind, v.scope_kind, v.scope_id, v.tags, v.source,
        v.from_message, v.from_thread, v.from_fork, v.from_task, v.from_url, v.from_principal, v.derived_from,
        v.importance, v.pinned, v.trust, v.state, v.valid_from, v.invalid_at, v.superseded_by, v.expires_at,
        v.content_hash, v.metadata, t.created_at, v.updated_at, v.quarantine_reasons
        """

    /// Items with their present versions.
    static let present: PostgresQuery = """
        FROM mneme.items AS t JOIN mneme.item_versions AS v
            ON v.workspace_id = t.workspace_id AND v.item_id = t.id AND v.version = t.version
        """

    init(row: PostgresRow) throws(PostgresError) {
        var reader = RowReader(row)
        try self.init(reader: &reader)
    }

    init(reader: inout RowReader) throws(PostgresError) {
        self.init(
            id: try reader.next(),
            collectionID: try reader.next(),
            audienceID: try reader.next(),
            version: try reader.next(),
            content: try reader.next(),
            kind: try reader.next(),
            scope: try ItemScope(reader: &reader),
            tags: try reader.next(),
            source: try reader.next(),
            provenance: Provenance(
                messageID: try reader.next(),
                threadID: try reader.next(),
                forkID: try reader.next(),
                taskID: try reader.next(),
                url: try reader.next(),
                principal: try reader.next(),
                derivedFrom: try reader.next()
            ),
            importance: try reader.next(),
            isPinned: try reader.next(),
            trust: try reader.next(),
            state: try reader.next(),
            validFrom: try reader.next(),
            invalidAt: try reader.next(),
            supersededBy: try reader.next(),
            expiresAt: try reader.next(),
            contentHash: try reader.nextBytes(),
            metadata: try reader.nextMetadata(),
            createdAt: try reader.next(),
            updatedAt: try reader.next(),
            quarantineReasons: try reader.next()
        )
    }
}

extension ItemScope {
    fileprivate init(reader: inout RowReader) throws(PostgresError) {
        let kind: String = try reader.next()
        let id: String? = try reader.next()
        guard let scope = ItemScope(kind: kind, id: id) else {
            throw PostgresError(.decoding, "a scope's kind and id do not fit together")
        }
        self = scope
    }
}

extension ContextItem {
    /// The columns of new versions as parallel arrays: `unnest(…) AS n (columnNames)`.
    static func unnested(_ items: [ContextItem]) throws(StoreError) -> PostgresQuery {
        var tags: [PostgresJSON] = []
        var derived: [PostgresJSON] = []
        var metadata: [PostgresJSON] = []
        var reasons: [PostgresJSON] = []
        for item in items {
            reasons.append(
                item.quarantineReasons.isEmpty ? .emptyArray : try JSONText.encode(item.quarantineReasons)
            )
            tags.append(item.tags.isEmpty ? .emptyArray : try JSONText.encode(item.tags))
            derived.append(
                item.provenance.derivedFrom.isEmpty ? .emptyArray : try JSONText.encode(item.provenance.derivedFrom)
            )
            metadata.append(try JSONText.encode(metadata: item.metadata))
        }
        return """
            unnest(
                \(items.map(\.id)), \(items.map(\.collectionID)), \(items.map(\.version)), \(items.map(\.content)),
                \(items.map(\.kind)), \(items.map(\.scope.kind)), \(items.map(\.scope.id)), \(tags),
                \(items.map(\.source)), \(items.map(\.provenance.messageID)), \(items.map(\.provenance.threadID)),
                \(items.map(\.provenance.forkID)), \(items.map(\.provenance.taskID)), \(items.map(\.provenance.url)),
                \(items.map(\.provenance.principal)), \(derived), \(items.map(\.importance)),
                \(items.map(\.isPinned)), \(items.map(\.trust)), \(items.map(\.state)), \(items.map(\.validFrom)),
                \(items.map(\.invalidAt)), \(items.map(\.supersededBy)), \(items.map(\.expiresAt)),
                \(items.map { PostgresBytes($0.contentHash) }), \(metadata), \(items.map(\.createdAt)),
                \(items.map(\.updatedAt)), \(reasons)
            ) AS n (
                id, collection_id, version, content, kind, scope_kind, scope_id, tags, source, from_message,
                from_thread, from_fork, from_task, from_url, from_principal, derived_from, importance, pinned, trust,
                state, valid_from, invalid_at, superseded_by, expires_at, content_hash, metadata, created_at,
                updated_at, quarantine_reasons)
            """
    }

    /// Inserts into `item_versions` from rows `n` of ``unnested(_:)`` joined to their items `i`.
    static let versionInsertion: PostgresQuery = """
        INSERT INTO mneme.item_versions (
            workspace_id, item_id, version, collection_id, audience_id, content, kind, scope_kind, scope_id, tags,
            source, from_message, from_thread, from_fork, from_task, from_url, from_principal, derived_from,
            importance, pinned, trust, state, valid_from, invalid_at, superseded_by, expires_at, content_hash,
            metadata, updated_at, quarantine_reasons)
        SELECT i.workspace_id, i.id, n.version, i.collection_id, i.audience_id, n.content, n.kind, n.scope_kind,
            n.scope_id, ARRAY(SELECT jsonb_array_elements_text(n.tags)), n.source, n.from_message, n.from_thread,
            n.from_fork, n.from_task, n.from_url, n.from_principal,
            ARRAY(SELECT jsonb_array_elements_text(n.derived_from))::uuid[], n.importance, n.pinned, n.trust, n.state,
            n.valid_from, n.invalid_at, n.superseded_by, n.expires_at, n.content_hash, n.metadata, n.updated_at,
            ARRAY(SELECT jsonb_array_elements_text(n.quarantine_reasons))
        """
}

extension PostgresJSON {
    /// An array without elements.
    static let emptyArray = PostgresJSON(text: "[]")
}
