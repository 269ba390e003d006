public import MemoryModel
public import PostgresDriver

extension PostgresMemoryTransaction {
    func acknowledgeErasure(
        _ id: Identifier<Erasure>,
        by node: Identifier<Node>,
        stores: [ErasedStore]
    ) async throws(StoreError) {
        try requireWriter()
        try await execute(
            """
            INSERT INTO mneme.erasure_acknowledgements (workspace_id, erasure_id, node_id, stores, acknowledged_at)
            SELECT e.workspace_id, e.id, \(node), \(try JSONText.encode(stores)), \(now) FROM mneme.erasures AS e
            WHERE e.workspace_id = \(workspaceID) AND e.id = \(id)
            ON CONFLICT ON CONSTRAINT erasure_acknowledgements_pkey DO NOTHING
            """
        )
    }

    func nodes(following id: Identifier<Erasure>) async throws(StoreError) -> [FollowingNode] {
        try await read(
            """
            SELECT n.node_id, n.name, n.seen_at, n.is_live, a.stores FROM mneme.erasures AS e
            CROSS JOIN LATERAL mneme.known_nodes() AS n
            LEFT JOIN mneme.erasure_acknowledgements AS a
                ON a.workspace_id = e.workspace_id AND a.erasure_id = e.id AND a.node_id = n.node_id
            WHERE e.workspace_id = \(workspaceID) AND e.id = \(id)
                AND (e.followable_at IS NULL OR n.first_seen_at < e.followable_at)
            ORDER BY n.node_id
            """
        ) { row throws(PostgresError) in
            let (id, name, seenAt, isLive, stores) = try row.decode(
                (Identifier<Node>, String, Timestamp, Bool, PostgresJSON?).self
            )
            return FollowingNode(
                id: id,
                name: name,
                seenAt: seenAt,
                isLive: isLive,
                stores: try stores.map { json throws(PostgresError) in
                    try JSONText.decode([ErasedStore].self, from: json.text)
                }
            )
        }
    }

    func authorizedCollections(
        _ ids: [Identifier<MemoryCollection>]
    ) async throws(StoreError) -> [AuthorizedCollection] {
        try await read(
            """
            SELECT \(fragment: MemoryCollection.columns), h.last_seq, h.feed_floor FROM mneme.collections AS t
            JOIN mneme.collection_heads AS h ON h.workspace_id = t.workspace_id AND h.collection_id = t.id
            WHERE t.workspace_id = \(workspaceID) AND t.id = ANY (\(ids)) ORDER BY t.id
            """
        ) { [workspaceID] row throws(PostgresError) in
            var reader = RowReader(row)
            return AuthorizedCollection(
                readUnderPolicies: try MemoryCollection(reader: &reader),
                workspaceID: workspaceID,
                head: FeedHead(lastSeq: try reader.next(), floor: try reader.next())
            )
        }
    }
}

/// Erasures across workspaces, as a node of the API follows them, through the gate.
public final class PostgresErasureFeed: ErasureFeed {
    private let pool: PostgresPool

    /// Makes a feed on a pool of `mneme_app`.
    public init(pool: PostgresPool) {
        self.pool = pool
    }

    /// Says that a node lives, and returns what it has yet to follow up.
    public func report(
        node: Identifier<Node>,
        name: String
    ) async throws(StoreError) -> [OutstandingErasure] {
        let rows: PostgresRows
        do {
            rows = try await pool.transaction(
                TransactionSettings(),
                pipeline: ["SELECT id, workspace_id, touched, gone FROM mneme.report_node(\(node), \(name))"]
            )[0]
        } catch {
            throw mapped(error) as? StoreError ?? StoreError(.internal, "an unexpected error")
        }
        return try rows.readAll { row throws(PostgresError) in
            var reader = RowReader(row)
            return OutstandingErasure(
                id: try reader.next(),
                workspaceID: try reader.next(),
                touched: try reader.next(),
                gone: try reader.next()
            )
        }
    }
}
