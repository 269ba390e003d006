internal import MemoryModel
internal import PostgresDriver

extension PostgresMemoryTransaction {
    func items(from origin: ItemOrigin, includingDerived: Bool) async throws(StoreError) -> [OriginatedItem] {
        // What items were made of is joined by equality; derived items have no good version of their own.
        let further: PostgresQuery = """
            UNION
            SELECT d.item_id, NULL::integer FROM found AS f JOIN derived AS d ON d.parent_id = f.item_id
            """
        return try await read(
            """
            WITH RECURSIVE derived AS MATERIALIZED (
                SELECT v.item_id, unnest(v.derived_from) AS parent_id FROM mneme.item_versions AS v
                WHERE v.workspace_id = \(workspaceID) AND cardinality(v.derived_from) > 0),
            found AS (
                SELECT o.item_id, (
                    SELECT max(g.version) FROM mneme.item_versions AS g
                    WHERE g.workspace_id = \(workspaceID) AND g.item_id = o.item_id AND g.version < o.version) AS good
                FROM (
                    SELECT v.item_id, min(v.version) AS version FROM mneme.item_versions AS v
                    WHERE v.workspace_id = \(workspaceID) AND \(fragment: origin.condition)
                    GROUP BY v.item_id) AS o
                \(fragment: includingDerived ? further : ""))
            SELECT item_id, max(good) FROM found GROUP BY item_id ORDER BY item_id
            """
        ) { row throws(PostgresError) in
            let (id, version) = try row.decode((Identifier<ContextItem>, Int32?).self)
            return OriginatedItem(id: id, lastGoodVersion: version)
        }
    }

    func quarantine(
        _ ids: [Identifier<ContextItem>],
        for reason: QuarantineReason
    ) async throws(StoreError) -> [ContextItem] {
        try requireWriter()
        guard !ids.isEmpty else { return [] }
        let answers = try await pipeline([
            """
            SELECT 1 FROM mneme.items AS t
            WHERE t.workspace_id = \(workspaceID) AND t.id = ANY (\(ids)) ORDER BY t.id FOR UPDATE
            """,
            """
            UPDATE mneme.item_versions AS v SET state = 'quarantined', updated_at = \(now),
                quarantine_reasons = array_remove(v.quarantine_reasons, \(reason.rawValue)) || \(reason.rawValue)::text
            FROM mneme.items AS t
            WHERE t.workspace_id = \(workspaceID) AND t.id = ANY (\(ids)) AND v.workspace_id = \(workspaceID)
                AND v.item_id = t.id AND v.version = t.version AND v.state IN ('active', 'expired')
            RETURNING \(fragment: ContextItem.columns)
            """,
        ])
        return try answers[1].readAll(ContextItem.init(row:))
    }
}

extension ItemOrigin {
    /// What a version `v` must fulfil.
    fileprivate var condition: PostgresQuery {
        var conditions: [PostgresQuery] = ["true"]
        if let source { conditions.append("v.source = \(source)") }
        if let principal { conditions.append("v.from_principal = \(principal)") }
        if let messageID { conditions.append("v.from_message = \(messageID)") }
        if let threadID { conditions.append("v.from_thread = \(threadID)") }
        if let url { conditions.append("v.from_url = \(url)") }
        if let from { conditions.append("v.updated_at >= \(from)") }
        return conditions.joined(separator: " AND ")
    }
}
