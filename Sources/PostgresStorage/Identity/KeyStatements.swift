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

    func keys(_ page: PageRequest) async throws(StoreError) -> Page<APIKey> {
        try await self.page(
            """
            SELECT t.workspace_id, t.id, t.name, t.user_id, t.agent_id, t.role, t.scopes, t.created_at, t.expires_at,
                t.revoked_at, t.last_used_at
            FROM mneme.api_keys AS t
            """,
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
