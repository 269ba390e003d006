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

    func setMessageIndexing(_ isOn: Bool) async throws(StoreError) {
        try requireAdmin()
        try await executeOne(
            "UPDATE mneme.workspaces SET index_messages = \(isOn) WHERE workspace_id = \(workspaceID)",
            field: "workspace"
        )
    }

    func workspaceAudienceID() async throws(StoreError) -> Identifier<Audience> {
        try await audienceID("a.kind = 'workspace'", field: "workspace")
    }

    // MARK: Users

    func createUser(_ user: User, audienceID: Identifier<Audience>) async throws(StoreError) {
        try requireAdmin()
        try await pipeline([
            """
            INSERT INTO mneme.users (workspace_id, id, name, email, role, created_at)
            VALUES (\(workspaceID), \(user.id), \(user.name), \(user.email), \(user.role), \(user.createdAt))
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
            SELECT t.id, t.name, t.email, t.role, t.created_at FROM mneme.users AS t
            WHERE t.workspace_id = \(workspaceID) AND t.id = \(id)
            """,
            field: "user",
            User.init(row:)
        )
    }

    func users(_ page: PageRequest) async throws(StoreError) -> Page<User> {
        try await self.page(
            "SELECT t.id, t.name, t.email, t.role, t.created_at FROM mneme.users AS t",
            page
        ) { row throws(PostgresError) in
            let user = try User(row: row)
            return (user, user.createdAt, user.id)
        }
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
    init(row: PostgresRow) throws(PostgresError) {
        var reader = RowReader(row)
        self.init(
            id: try reader.next(),
            name: try reader.next(),
            email: try reader.next(),
            role: try reader.next(),
            createdAt: try reader.next()
        )
    }
}
