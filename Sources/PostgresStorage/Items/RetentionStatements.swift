internal import MemoryModel
internal import PostgresDriver

extension PostgresMemoryTransaction {
    func retentionPolicy(
        of collection: Identifier<MemoryCollection>
    ) async throws(StoreError) -> RetentionPolicy? {
        try await read(
            """
            SELECT maximum_age, maximum_count, maximum_unused, minimum_importance, importance_age, undo_window
            FROM mneme.retention_policies WHERE workspace_id = \(workspaceID) AND collection_id = \(collection)
            """
        ) { row throws(PostgresError) in
            var reader = RowReader(row)
            let age: Int64? = try reader.next()
            let count: Int32? = try reader.next()
            let unused: Int64? = try reader.next()
            return RetentionPolicy(
                maximumAge: age.map { .seconds($0) },
                maximumCount: count,
                maximumUnused: unused.map { .seconds($0) },
                minimumImportance: try reader.next(),
                importanceAge: .seconds(try reader.next(Int64.self)),
                undoWindow: .seconds(try reader.next(Int64.self))
            )
        }.first
    }

    func setRetentionPolicy(
        _ policy: RetentionPolicy,
        of collection: Identifier<MemoryCollection>
    ) async throws(StoreError) {
        try requireWriter()
        guard !policy.isEmpty else {
            try await execute(
                """
                DELETE FROM mneme.retention_policies
                WHERE workspace_id = \(workspaceID) AND collection_id = \(collection)
                """
            )
            return
        }
        let usesNotedFrom = policy.maximumUnused == nil ? nil : now
        try await executeOne(
            """
            INSERT INTO mneme.retention_policies AS p (
                workspace_id, collection_id, audience_id, maximum_age, maximum_count, maximum_unused,
                uses_noted_from, minimum_importance, importance_age, undo_window, updated_at)
            SELECT c.workspace_id, c.id, c.audience_id, \(policy.maximumAge?.components.seconds),
                \(policy.maximumCount), \(policy.maximumUnused?.components.seconds), \(usesNotedFrom),
                \(policy.minimumImportance), \(policy.importanceAge.components.seconds),
                \(policy.undoWindow.components.seconds), \(now)
            FROM mneme.collections AS c
            WHERE c.workspace_id = \(workspaceID) AND c.id = \(collection) AND c.content = 'items'
            ON CONFLICT ON CONSTRAINT retention_policies_pkey DO UPDATE SET
                maximum_age = excluded.maximum_age, maximum_count = excluded.maximum_count,
                maximum_unused = excluded.maximum_unused,
                uses_noted_from = CASE WHEN excluded.uses_noted_from IS NOT NULL
                    THEN coalesce(p.uses_noted_from, excluded.uses_noted_from) END,
                minimum_importance = excluded.minimum_importance, importance_age = excluded.importance_age,
                undo_window = excluded.undo_window, updated_at = excluded.updated_at
            """,
            field: "collection"
        )
    }

    func noteUses(of items: [Identifier<ContextItem>], at time: Timestamp) async throws(StoreError) {
        guard !items.isEmpty else { return }
        // To the hour: a popular item is written once an hour, not once a query.
        try await execute(
            """
            INSERT INTO mneme.item_uses AS u (workspace_id, item_id, collection_id, audience_id, last_used_at)
            SELECT t.workspace_id, t.id, t.collection_id, t.audience_id, \(time)
            FROM mneme.retention_policies AS r
            JOIN mneme.items AS t ON t.workspace_id = r.workspace_id AND t.collection_id = r.collection_id
            WHERE r.workspace_id = \(workspaceID) AND r.maximum_unused IS NOT NULL
                AND t.id = ANY (\(Array(Set(items)))) AND t.deleted_at IS NULL
            ORDER BY t.id
            ON CONFLICT ON CONSTRAINT item_uses_pkey DO UPDATE SET last_used_at = excluded.last_used_at
            WHERE u.last_used_at < excluded.last_used_at - interval '1 hour'
            """
        )
    }

    func prunable(
        by policy: RetentionPolicy,
        in collection: Identifier<MemoryCollection>,
        limit: Int
    ) async throws(StoreError) -> [PrunableItem] {
        try await read(
            """
            SELECT p.id, p.version, p.reason FROM (\(fragment: candidates(of: policy, in: collection))) AS p
            WHERE p.reason IS NOT NULL ORDER BY p.since, p.id LIMIT \(limit)
            """
        ) { row throws(PostgresError) in
            var reader = RowReader(row)
            return PrunableItem(id: try reader.next(), version: try reader.next(), reason: try reader.next())
        }
    }

    func prunableCounts(
        by policy: RetentionPolicy,
        in collection: Identifier<MemoryCollection>
    ) async throws(StoreError) -> [PruneReason: Int] {
        let counts = try await read(
            """
            SELECT p.reason, count(*) FROM (\(fragment: candidates(of: policy, in: collection))) AS p
            WHERE p.reason IS NOT NULL GROUP BY p.reason
            """
        ) { row throws(PostgresError) in
            var reader = RowReader(row)
            return (try reader.next(PruneReason.self), try reader.next(Int.self))
        }
        return Dictionary(counts) { $1 }
    }

    /// The items of a collection that may be pruned, each with the first reason that a policy has for it, or null.
    private func candidates(
        of policy: RetentionPolicy,
        in collection: Identifier<MemoryCollection>
    ) -> PostgresQuery {
        func before(_ age: Duration?) -> Timestamp? {
            age.map { now.advanced(bySeconds: -$0.components.seconds) }
        }
        return """
            SELECT c.id, c.version, c.since, CASE
                WHEN c.since < \(before(policy.maximumAge)) THEN 'age'
                WHEN greatest(c.since, c.last_used_at, c.uses_noted_from) < \(before(policy.maximumUnused))
                    THEN 'unused'
                WHEN c.importance < \(policy.minimumImportance) AND c.since < \(before(policy.importanceAge))
                    THEN 'importance'
                WHEN row_number() OVER (ORDER BY c.since DESC, c.id DESC) > \(policy.maximumCount) THEN 'count'
                END AS reason
            FROM (
                SELECT t.id, t.version, v.importance, u.last_used_at,
                    coalesce(r.uses_noted_from, \(now)) AS uses_noted_from,
                    greatest(t.created_at, coalesce(p.restored_at, p.pruned_at)) AS since
                FROM mneme.items AS t
                JOIN mneme.item_versions AS v
                    ON v.workspace_id = t.workspace_id AND v.item_id = t.id AND v.version = t.version
                LEFT JOIN mneme.retention_policies AS r
                    ON r.workspace_id = t.workspace_id AND r.collection_id = t.collection_id
                LEFT JOIN mneme.item_uses AS u ON u.workspace_id = t.workspace_id AND u.item_id = t.id
                LEFT JOIN mneme.pruned_items AS p ON p.workspace_id = t.workspace_id AND p.item_id = t.id
                WHERE t.workspace_id = \(workspaceID) AND t.collection_id = \(collection) AND t.deleted_at IS NULL
                    AND NOT v.pinned AND (p.item_id IS NULL OR p.restored_at IS NOT NULL OR v.state = 'active')) AS c
            """
    }
}
