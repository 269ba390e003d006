internal import MemoryModel
internal import PostgresDriver

extension PostgresMemoryTransaction {
    func createKey(_ key: APIKey, secretHash: [UInt8]) async throws(StoreError) {
        try requireAdmin()
        guard key.workspaceID == workspaceID else {
            throw StoreError(.forbidden, "a key opens its own workspace", field: "workspace")
        }
        try await execute(
            """
            INSERT INTO mneme.api_keys (
                workspace_id, id, name, user_id, agent_id, role, scopes, secret_hash, created_at, expires_at)
            VALUES (\(workspaceID), \(key.id), \(key.name), \(key.userID), \(key.agentID), \(key.role),
                \(key.scopes.sorted { $0.rawValue < $1.rawValue }), \(PostgresBytes(secretHash)), \(key.createdAt),
                \(key.expiresAt))
            """
        )
    }

    func key(_ id: Identifier<APIKey>) async throws(StoreError) -> APIKey {
        try await readOne(
            """
            SELECT \(fragment: APIKey.columns) FROM mneme.api_keys AS t
            WHERE t.workspace_id = \(workspaceID) AND t.id = \(id)
            """,
            field: "key"
        ) { row throws(PostgresError) in
            var reader = RowReader(row)
            return try APIKey(reader: &reader)
        }
    }

    func retireKey(_ id: Identifier<APIKey>, afterSeconds seconds: Int) async throws(StoreError) {
        try requireAdmin()
        _ = try await key(id)
        let seconds = Double(seconds)
        let retired = try await execute(
            """
            UPDATE mneme.api_keys SET
                revoked_at = CASE WHEN \(seconds) = 0::double precision THEN now() END,
                expires_at = least(expires_at, now() + \(seconds) * interval '1 second')
            WHERE workspace_id = \(workspaceID) AND id = \(id)
                AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())
            """
        )
        if retired == 0 { throw StoreError(.conflict, "the key is not in use any more", field: "key") }
    }

    func keys(_ page: PageRequest) async throws(StoreError) -> Page<APIKey> {
        try await self.page(
            "SELECT \(fragment: APIKey.columns) FROM mneme.api_keys AS t",
            page
        ) { row throws(PostgresError) in
            var reader = RowReader(row)
            let key = try APIKey(reader: &reader)
            return (key, key.createdAt, key.id)
        }
    }

    func revokeKey(_ id: Identifier<APIKey>) async throws(StoreError) {
        try requireAdmin()
        // By the database's clock, as everything about credentials.
        try await executeOne(
            """
            UPDATE mneme.api_keys SET revoked_at = coalesce(revoked_at, now())
            WHERE workspace_id = \(workspaceID) AND id = \(id)
            """,
            field: "key"
        )
    }
}

extension APIKey {
    /// The columns of a key `t`, as ``init(reader:)`` reads them.
    static let columns: PostgresQuery = """
        t.workspace_id, t.id, t.name, t.user_id, t.agent_id, t.role, t.scopes, t.created_at, t.expires_at, t.revoked_at,
        t.last_used_at
        """

    init(reader: inout RowReader) throws(PostgresError) {
        let workspaceID: Identifier<Workspace> = try reader.next()
        let id: Identifier<APIKey> = try reader.next()
        let name: String = try reader.next()
        let userID: Identifier<User>? = try reader.next()
        let agentID: Identifier<Agent>? = try reader.next()
        let role: Role = try reader.next()
        // A scope that a newer version gave out and this one does not know opens nothing here.
        let scopes = Set(try reader.next([String].self).compactMap(AccessScope.init(rawValue:)))
        self.init(
            id: id,
            workspaceID: workspaceID,
            name: name,
            userID: userID,
            agentID: agentID,
            role: role,
            scopes: scopes,
            createdAt: try reader.next(),
            expiresAt: try reader.next(),
            revokedAt: try reader.next(),
            lastUsedAt: try reader.next()
        )
    }
}
