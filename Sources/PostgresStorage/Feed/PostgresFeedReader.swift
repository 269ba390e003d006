public import MemoryModel
public import PostgresDriver

/// Reads feeds over the indexer's own pool, as `mneme_indexer`, whose policies open the feed's tables and nothing else.
public final class PostgresFeedReader: FeedReader {
    private let pool: PostgresPool

    /// Makes a reader on the indexer's pool.
    public init(pool: PostgresPool) {
        self.pool = pool
    }

    /// Where the feed stands; a collection that is gone is not found.
    public func head(of collection: AuthorizedCollection) async throws(StoreError) -> FeedHead {
        let rows = try await read(
            """
            SELECT last_seq, feed_floor FROM mneme.collection_heads
            WHERE workspace_id = \(collection.workspaceID) AND collection_id = \(collection.collection.id)
            """,
            in: collection
        )
        guard let row = rows.first else { throw .missing("collection") }
        return try mappingErrors { () throws(PostgresError) in
            let (lastSeq, floor) = try row.decode((Int64, Int64).self)
            return FeedHead(lastSeq: lastSeq, floor: floor)
        }
    }

    /// Entries with `seq` above a place, in order of `seq`, tombstones among them.
    public func changes(
        in collection: AuthorizedCollection,
        after seq: Int64,
        limit: Int
    ) async throws(StoreError) -> [FeedEntry] {
        try await entries(
            in: collection,
            where: "e.seq > \(seq)",
            order: "e.seq",
            limit: limit
        )
    }

    /// Live entries with a key above a place, in order of keys.
    public func entries(
        in collection: AuthorizedCollection,
        afterKey key: Int64,
        limit: Int
    ) async throws(StoreError) -> [FeedEntry] {
        try await entries(
            in: collection,
            where: "e.key > \(key) AND e.live",
            order: "e.key",
            limit: limit
        )
    }

    // One statement, so that entries and vectors are of one snapshot; an entry with several vectors comes as so many
    // rows. OFFSET 0 holds the planner to looking vectors up by key: a hash of all of them for each page would make a
    // rebuild quadratic.
    private func entries(
        in collection: AuthorizedCollection,
        where condition: PostgresQuery,
        order: PostgresQuery,
        limit: Int
    ) async throws(StoreError) -> [FeedEntry] {
        let rows = try await read(
            """
            SELECT e.key, e.source_id, e.seq, e.version, e.live, e.analyzer_version, e.terms, e.kind, e.scope_kind,
                e.scope_id, e.tags, e.source, e.author, e.author_id, e.author_type, e.channel_id, e.thread_id, e.fork_id,
                e.position, e.reply_to, e.importance, e.pinned, e.trust, e.state, e.valid_from, e.invalid_at,
                e.expires_at, e.created_at, v.generation, v.view, v.part, v.text_hash, v.vector
            FROM (
                SELECT * FROM mneme.index_entries AS e
                WHERE e.workspace_id = \(collection.workspaceID) AND e.collection_id = \(collection.collection.id)
                    AND \(fragment: condition)
                ORDER BY \(fragment: order) LIMIT \(limit)) AS e
            LEFT JOIN LATERAL (
                SELECT * FROM mneme.item_vectors AS v
                WHERE v.workspace_id = \(collection.workspaceID) AND v.collection_id = \(collection.collection.id)
                    AND v.key = e.key AND v.generation = \(collection.collection.generation)
                OFFSET 0) AS v ON true
            ORDER BY \(fragment: order), v.view, v.part
            """,
            in: collection
        )
        return try mappingErrors { () throws(PostgresError) in try FeedRows.decode(rows) }
    }

    private func read(
        _ query: PostgresQuery,
        in collection: AuthorizedCollection
    ) async throws(StoreError) -> PostgresRows {
        let settings = TransactionSettings(
            access: .readOnly,
            localSettings: PrincipalSettings.workspace(collection.workspaceID)
        )
        do {
            return try await pool.withTransaction(settings) { try await $0.query(query) }
        } catch {
            throw mapped(error) as? StoreError ?? StoreError(.internal, "an unexpected error")
        }
    }
}
