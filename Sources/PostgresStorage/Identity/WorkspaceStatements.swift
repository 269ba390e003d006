internal import MemoryModel
internal import PostgresDriver

extension PostgresMemoryTransaction {
    func createWorkspace(_ workspace: Workspace, audienceID: Identifier<Audience>) async throws(StoreError) {
        try requireAdmin()
        guard workspace.id == workspaceID else {
            throw StoreError(.forbidden, "a principal creates its own workspace", field: "workspace")
        }
        // The fence secret is made of two random UUIDs of the server: 244 bits that nobody has seen.
        try await pipeline([
            """
            INSERT INTO mneme.workspaces (workspace_id, name, language, index_messages, fence_secret, created_at)
            VALUES (\(workspaceID), \(workspace.name), \(workspace.language)::regconfig::text,
                \(workspace.indexesMessages),
                sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())), \(workspace.createdAt))
            """,
            """
            INSERT INTO mneme.audiences (workspace_id, id, kind, created_at)
            VALUES (\(workspaceID), \(audienceID), 'workspace', \(workspace.createdAt))
            """,
        ])
    }

    func workspace() async throws(StoreError) -> Workspace {
        try await readOne(
            """
            SELECT workspace_id, name, language, index_messages, created_at FROM mneme.workspaces
            WHERE workspace_id = \(workspaceID)
            """,
            field: "workspace"
        ) { row throws(PostgresError) in
            var reader = RowReader(row)
            return Workspace(
                id: try reader.next(),
                name: try reader.next(),
                language: try reader.next(),
                indexesMessages: try reader.next(),
                createdAt: try reader.next()
            )
        }
    }

    func updateWorkspace(_ workspace: Workspace) async throws(StoreError) {
        try requireAdmin()
        try await executeOne(
            "UPDATE mneme.workspaces SET name = \(workspace.name) WHERE workspace_id = \(workspaceID)",
            field: "workspace"
        )
    }

    func setMessageIndexing(_ isOn: Bool) async throws(StoreError) {
        try requireAdmin()
        try await executeOne(
            "UPDATE mneme.workspaces SET index_messages = \(isOn) WHERE workspace_id = \(workspaceID)",
            field: "workspace"
        )
    }

    func deleteWorkspace() async throws(StoreError) -> [Identifier<MemoryCollection>] {
        try requireAdmin()
        let results = try await pipeline(
            ["SELECT id FROM mneme.collections WHERE workspace_id = \(workspaceID)"]
                + Self.emptying("true", in: workspaceID) + [
                    "DELETE FROM mneme.messages WHERE workspace_id = \(workspaceID)",
                    "DELETE FROM mneme.workspaces WHERE workspace_id = \(workspaceID)",
                ]
        )
        if results.last?.affectedRows == 0 { throw .missing("workspace") }
        return try results[0].firstColumn(Identifier<MemoryCollection>.self)
    }

    func workspaceAudienceID() async throws(StoreError) -> Identifier<Audience> {
        try await audienceID("a.kind = 'workspace'", field: "workspace")
    }

    // MARK: Users

    func createUser(_ user: User, audienceID: Identifier<Audience>) async throws(StoreError) {
        try requireAdmin()
        try await pipeline([
            """
            INSERT INTO mneme.users (workspace_id, id, name, email, external_id, role, created_at)
            VALUES (\(workspaceID), \(user.id), \(user.name), \(user.email), \(user.externalID), \(user.role),
                \(user.createdAt))
            """,
            """
            INSERT INTO mneme.audiences (workspace_id, id, kind, user_id, created_at)
            VALUES (\(workspaceID), \(audienceID), 'user', \(user.id), \(user.createdAt))
            """,
        ])
    }

    func user(_ id: Identifier<User>) async throws(StoreError) -> User {
        try await readOne(
            """
            SELECT \(fragment: User.columns) FROM mneme.users AS t
            WHERE t.workspace_id = \(workspaceID) AND t.id = \(id)
            """,
            field: "user",
            User.init(row:)
        )
    }

    func users(_ page: PageRequest) async throws(StoreError) -> Page<User> {
        try await self.page("SELECT \(fragment: User.columns) FROM mneme.users AS t", page)
    }

    func updateUser(_ user: User) async throws(StoreError) {
        try requireAdmin()
        try await executeOne(
            """
            UPDATE mneme.users SET name = \(user.name), email = \(user.email), external_id = \(user.externalID),
                role = \(user.role)
            WHERE workspace_id = \(workspaceID) AND id = \(user.id)
            """,
            field: "user"
        )
    }

    func deleteUser(_ id: Identifier<User>) async throws(StoreError) -> [Identifier<MemoryCollection>] {
        try requireAdmin()
        // What hangs on the audiences of the person and of its agents goes with it.
        let theirs: PostgresQuery = """
            audience_id IN (
                SELECT a.id FROM mneme.audiences AS a
                WHERE a.workspace_id = \(workspaceID) AND (a.user_id = \(id) OR a.owner_id = \(id)))
            """
        let results = try await pipeline(
            ["SELECT id FROM mneme.collections WHERE workspace_id = \(workspaceID) AND \(fragment: theirs)"]
                + Self.emptying(theirs, in: workspaceID) + [
                    "DELETE FROM mneme.messages WHERE workspace_id = \(workspaceID) AND \(fragment: theirs)",
                    "DELETE FROM mneme.users WHERE workspace_id = \(workspaceID) AND id = \(id)",
                ]
        )
        if results.last?.affectedRows == 0 { throw .missing("user") }
        return try results[0].firstColumn(Identifier<MemoryCollection>.self)
    }

    func audienceID(of user: Identifier<User>) async throws(StoreError) -> Identifier<Audience> {
        try await audienceID("a.user_id = \(user)", field: "user")
    }

    /// The one audience that fulfils a condition.
    func audienceID(_ condition: PostgresQuery, field: String) async throws(StoreError) -> Identifier<Audience> {
        try await readOne(
            """
            SELECT a.id FROM mneme.audiences AS a
            WHERE a.workspace_id = \(workspaceID) AND \(fragment: condition)
            """,
            field: field
        ) { row throws(PostgresError) in
            try row.decode(column: 0)
        }
    }
}

extension User {
    /// The columns of a user `t`, as ``init(row:)`` reads them.
    static let columns: PostgresQuery = "t.id, t.name, t.email, t.external_id, t.role, t.created_at"

    init(row: PostgresRow) throws(PostgresError) {
        var reader = RowReader(row)
        self.init(
            id: try reader.next(),
            name: try reader.next(),
            email: try reader.next(),
            externalID: try reader.next(),
            role: try reader.next(),
            createdAt: try reader.next()
        )
    }
}
