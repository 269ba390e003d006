internal import MemoryModel
internal import PostgresDriver

extension PostgresMemoryTransaction {
    func prune(_ items: [PrunableItem], finalAt: Timestamp) async throws(StoreError) -> [ContextItem] {
        try requireWriter()
        guard !items.isEmpty else { return [] }
        let ids = items.map(\.id)
        let answers = try await pipeline([
            // In the order of ids, as every writer of several items locks them.
            """
            SELECT 1 FROM mneme.items AS t
            WHERE t.workspace_id = \(workspaceID) AND t.id = ANY (\(ids)) ORDER BY t.id FOR UPDATE
            """,
            """
            INSERT INTO mneme.pruned_items AS p (
                workspace_id, item_id, collection_id, audience_id, reason, pruned_at, final_at)
            SELECT t.workspace_id, t.id, t.collection_id, t.audience_id, n.reason, \(now), \(finalAt)
            FROM unnest(\(ids), \(items.map(\.version)), \(items.map(\.reason.rawValue))) AS n (id, version, reason)
            JOIN mneme.items AS t ON t.workspace_id = \(workspaceID) AND t.id = n.id AND t.version = n.version
            JOIN mneme.item_versions AS v
                ON v.workspace_id = \(workspaceID) AND v.item_id = t.id AND v.version = t.version
            WHERE t.deleted_at IS NULL AND NOT v.pinned
            ORDER BY t.id
            ON CONFLICT ON CONSTRAINT pruned_items_pkey DO UPDATE SET
                reason = excluded.reason, pruned_at = excluded.pruned_at, final_at = excluded.final_at,
                restored_at = NULL
            """,
            // What is held back or superseded is out of use already, and is to be so when it comes back.
            """
            UPDATE mneme.item_versions AS v SET state = 'expired', updated_at = \(now)
            FROM mneme.items AS t JOIN mneme.pruned_items AS p
                ON p.workspace_id = t.workspace_id AND p.item_id = t.id
            WHERE t.workspace_id = \(workspaceID) AND t.id = ANY (\(ids))
                AND p.pruned_at = \(now) AND p.restored_at IS NULL
                AND v.workspace_id = \(workspaceID) AND v.item_id = t.id AND v.version = t.version
                AND v.state = 'active'
            """,
            """
            SELECT \(fragment: ContextItem.columns) \(fragment: ContextItem.present)
            JOIN mneme.pruned_items AS p ON p.workspace_id = t.workspace_id AND p.item_id = t.id
            WHERE t.workspace_id = \(workspaceID) AND t.id = ANY (\(ids))
                AND p.pruned_at = \(now) AND p.restored_at IS NULL
            """,
        ])
        return try answers[3].readAll(ContextItem.init(row:))
    }

    func restorePruned(
        _ selection: PrunedSelection,
        in collection: Identifier<MemoryCollection>,
        limit: Int
    ) async throws(StoreError) -> [ContextItem] {
        try requireWriter()
        let ids = try await query(
            """
            SELECT p.item_id FROM mneme.pruned_items AS p
            WHERE p.workspace_id = \(workspaceID) AND p.collection_id = \(collection) AND p.restored_at IS NULL
                AND (\(selection.since)::timestamptz IS NULL OR p.pruned_at >= \(selection.since))
                AND (\(selection.items == nil) OR p.item_id = ANY (\(selection.items ?? [])))
            ORDER BY p.pruned_at, p.item_id LIMIT \(limit)
            """
        ).firstColumn(Identifier<ContextItem>.self)
        guard !ids.isEmpty else { return [] }
        let answers = try await pipeline([
            """
            SELECT 1 FROM mneme.items AS t
            WHERE t.workspace_id = \(workspaceID) AND t.id = ANY (\(ids)) ORDER BY t.id FOR UPDATE
            """,
            """
            UPDATE mneme.pruned_items SET restored_at = \(now)
            WHERE workspace_id = \(workspaceID) AND item_id = ANY (\(ids)) AND restored_at IS NULL
            """,
            // Something may have superseded it meanwhile.
            """
            UPDATE mneme.item_versions AS v SET updated_at = \(now), state =
                CASE WHEN v.superseded_by IS NOT NULL AND v.invalid_at <= \(now) THEN 'superseded' ELSE 'active' END
            FROM mneme.items AS t JOIN mneme.pruned_items AS p
                ON p.workspace_id = t.workspace_id AND p.item_id = t.id
            WHERE t.workspace_id = \(workspaceID) AND t.id = ANY (\(ids)) AND p.restored_at = \(now)
                AND v.workspace_id = \(workspaceID) AND v.item_id = t.id AND v.version = t.version
                AND v.state = 'expired'
            """,
            """
            SELECT \(fragment: ContextItem.columns) \(fragment: ContextItem.present)
            JOIN mneme.pruned_items AS p ON p.workspace_id = t.workspace_id AND p.item_id = t.id
            WHERE t.workspace_id = \(workspaceID) AND t.id = ANY (\(ids)) AND p.restored_at = \(now)
            """,
        ])
        return try answers[3].readAll(ContextItem.init(row:))
    }

    func pruningState(of collection: Identifier<MemoryCollection>) async throws(StoreError) -> PruningState {
        let answers = try await pipeline([
            "SELECT 1 FROM \(fragment: Self.pruned(of: collection, in: workspaceID)) LIMIT 1",
            """
            SELECT 1 FROM \(fragment: Self.pruned(of: collection, in: workspaceID)) AND p.final_at <= \(now)
                AND NOT EXISTS (
                    SELECT 1 FROM mneme.erasures AS e
                    WHERE e.workspace_id = \(workspaceID) AND e.target_kind = 'pruned'
                        AND e.target_id = \(collection) AND e.rows_erased_at IS NULL)
            LIMIT 1
            """,
        ])
        if !answers[1].isEmpty { return .due }
        return answers[0].isEmpty ? .none : .waiting
    }

    /// Pruned items `p` of a collection that nothing has rescued since: brought back, approved or pinned.
    static func pruned(
        of collection: some PostgresEncodable & Sendable,
        in workspaceID: Identifier<Workspace>
    ) -> PostgresQuery {
        """
        mneme.pruned_items AS p
        JOIN mneme.items AS t ON t.workspace_id = p.workspace_id AND t.id = p.item_id
        JOIN mneme.item_versions AS v
            ON v.workspace_id = t.workspace_id AND v.item_id = t.id AND v.version = t.version
        WHERE p.workspace_id = \(workspaceID) AND p.collection_id = \(collection) AND p.restored_at IS NULL
            AND v.state <> 'active' AND NOT v.pinned
        """
    }
}
