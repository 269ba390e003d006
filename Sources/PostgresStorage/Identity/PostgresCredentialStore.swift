public import MemoryModel
public import PostgresDriver

/// Finds API keys before there is a principal, through the gate functions `find_key` and `touch_keys`.
public final class PostgresCredentialStore: CredentialStore {
    private let pool: PostgresPool

    /// Makes a store on a pool of `mneme_app`.
    public init(pool: PostgresPool) {
        self.pool = pool
    }

    /// The key with this id, or nil; one probe of an index either way.
    public func findKey(
        _ id: Identifier<APIKey>,
        deadline: ContinuousClock.Instant?
    ) async throws(StoreError) -> KeyCredential? {
        let rows = try await run(
            """
            SELECT workspace_id, id, name, user_id, agent_id, role, scopes, created_at, expires_at, revoked_at,
                last_used_at, secret_hash, usable
            FROM mneme.find_key(\(id))
            """,
            access: .readOnly,
            deadline: deadline
        )
        return try rows.readAll { row throws(PostgresError) in
            var reader = RowReader(row)
            return KeyCredential(
                key: try APIKey(reader: &reader),
                secretHash: try reader.nextBytes(),
                isUsable: try reader.next()
            )
        }.first
    }

    /// Notes that keys were used, to the minute.
    public func touchKeys(_ ids: [Identifier<APIKey>]) async throws(StoreError) {
        guard !ids.isEmpty else { return }
        _ = try await run("SELECT mneme.touch_keys(\(ids))", access: .readWrite, deadline: nil)
    }

    private func run(
        _ query: PostgresQuery,
        access: TransactionSettings.Access,
        deadline: ContinuousClock.Instant?
    ) async throws(StoreError) -> PostgresRows {
        do {
            return try await pool.transaction(
                TransactionSettings(access: access),
                deadline: deadline,
                pipeline: [query]
            )[0]
        } catch {
            throw mapped(error) as? StoreError ?? StoreError(.internal, "an unexpected error")
        }
    }
}
