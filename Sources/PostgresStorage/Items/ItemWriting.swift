internal import MemoryModel
internal import PostgresDriver

extension PostgresMemoryTransaction {
    func insertItems(_ items: [ContextItem]) async throws(StoreError) -> [StoredItem] {
        try requireWriter()
        guard !items.isEmpty else { return [] }
        let ids = items.map(\.id)
        guard Set(ids).count == ids.count else {
            throw StoreError(.invalid, "an id comes twice in one request", field: "id")
        }
        // In the order of ids, so that two batches with the same ids wait for one another and do not deadlock.
        let answers = try await pipeline([
            """
            WITH n AS (SELECT * FROM \(fragment: try ContextItem.unnested(items))),
            i AS (
                INSERT INTO mneme.items (workspace_id, id, collection_id, audience_id, version, created_at)
                SELECT c.workspace_id, n.id, c.id, c.audience_id, n.version, n.created_at
                FROM n JOIN mneme.collections AS c
                    ON c.workspace_id = \(workspaceID) AND c.id = n.collection_id AND c.content = 'items'
                ORDER BY n.id
                ON CONFLICT ON CONSTRAINT items_pkey DO NOTHING
                RETURNING workspace_id, id, collection_id, audience_id)
            \(fragment: ContextItem.versionInsertion) FROM i JOIN n ON n.id = i.id
            RETURNING item_id
            """,
            """
            SELECT c.id FROM mneme.collections AS c
            WHERE c.workspace_id = \(workspaceID) AND c.content = 'items'
                AND c.id = ANY (\(Array(Set(items.map(\.collectionID)))))
            """,
            // The hash of the first version as well: a repeated insert is told by what it said, also after an edit.
            """
            SELECT \(fragment: ContextItem.columns), (
                SELECT f.content_hash FROM mneme.item_versions AS f
                WHERE f.workspace_id = t.workspace_id AND f.item_id = t.id ORDER BY f.version LIMIT 1)
            \(fragment: ContextItem.present)
            WHERE t.workspace_id = \(workspaceID) AND t.id = ANY (\(ids))
            """,
        ])
        let new = Set(try answers[0].firstColumn(Identifier<ContextItem>.self))
        let collections = Set(try answers[1].firstColumn(Identifier<MemoryCollection>.self))
        let found = try answers[2].readAll { row throws(PostgresError) in
            var reader = RowReader(row)
            return (item: try ContextItem(reader: &reader), firstHash: try reader.nextBytes())
        }
        let stored = Dictionary(found.map { ($0.item.id, $0) }) { first, _ in first }
        var result: [StoredItem] = []
        result.reserveCapacity(items.count)
        for item in items {
            guard collections.contains(item.collectionID) else { throw .missing("collection") }
            guard let (present, firstHash) = stored[item.id], present.collectionID == item.collectionID,
                present.contentHash == item.contentHash || firstHash == item.contentHash
            else { throw StoreError(.conflict, "an item with this id says something else", field: "id") }
            result.append(StoredItem(item: present, isNew: new.contains(item.id)))
        }
        return result
    }

    func appendVersion(_ item: ContextItem) async throws(StoreError) {
        try requireWriter()
        let appended = try await execute(
            """
            WITH n AS (SELECT * FROM \(fragment: try ContextItem.unnested([item]))),
            i AS (
                UPDATE mneme.items AS i SET version = n.version FROM n
                WHERE i.workspace_id = \(workspaceID) AND i.id = n.id AND i.version = n.version - 1
                    AND i.deleted_at IS NULL
                RETURNING i.workspace_id, i.id, i.collection_id, i.audience_id),
            earlier AS (
                UPDATE mneme.item_versions AS v
                SET state = 'superseded', invalid_at = least(v.invalid_at, \(now)), updated_at = \(now)
                FROM i JOIN n ON n.id = i.id
                WHERE v.workspace_id = i.workspace_id AND v.item_id = i.id AND v.version = n.version - 1)
            \(fragment: ContextItem.versionInsertion) FROM i JOIN n ON n.id = i.id
            """
        )
        if appended > 0 { return }
        _ = try await self.item(item.id)
        throw StoreError(.conflict, "the item has another version by now", field: "version")
    }

    func updateItem(_ item: ContextItem) async throws(StoreError) {
        try requireWriter()
        try await executeOne(
            """
            UPDATE mneme.item_versions SET state = \(item.state), pinned = \(item.isPinned),
                importance = \(item.importance), trust = \(item.trust), valid_from = \(item.validFrom),
                invalid_at = \(item.invalidAt), superseded_by = \(item.supersededBy), expires_at = \(item.expiresAt),
                tags = \(item.tags), scope_kind = \(item.scope.kind), scope_id = \(item.scope.id),
                metadata = \(try JSONText.encode(metadata: item.metadata)), updated_at = \(item.updatedAt),
                quarantine_reasons = \(item.quarantineReasons)
            WHERE workspace_id = \(workspaceID) AND item_id = \(item.id) AND version = \(item.version)
            """,
            field: "item"
        )
    }

    func deleteItem(_ id: Identifier<ContextItem>) async throws(StoreError) {
        try requireWriter()
        let answers = try await pipeline([
            """
            UPDATE mneme.items SET deleted_at = \(now)
            WHERE workspace_id = \(workspaceID) AND id = \(id) AND deleted_at IS NULL
            """,
            """
            DELETE FROM mneme.item_versions WHERE workspace_id = \(workspaceID) AND item_id = \(id)
            RETURNING collection_id, item_id, version
            """,
            "DELETE FROM mneme.item_uses WHERE workspace_id = \(workspaceID) AND item_id = \(id)",
            "DELETE FROM mneme.pruned_items WHERE workspace_id = \(workspaceID) AND item_id = \(id)",
        ])
        guard answers[0].affectedRows > 0 else { throw .missing("item") }
        // Whatever the caller stamps, no attributes, words or vectors outlive the item.
        stamp(try answers[1].readAll(IndexEntryChange.tombstone(row:)))
    }
}
