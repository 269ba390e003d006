public import MemoryModel
public import PostgresDriver

/// Finds API keys before there is a principal, through the gate functions `find_key` and `touch_keys`; and members, of one
/// workspace and under its policies.
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

    /// The person of a workspace whom an identity provider calls so.
    public func findMember(
        _ subject: String,
        in workspace: Identifier<Workspace>,
        deadline: ContinuousClock.Instant?
    ) async throws(StoreError) -> WorkspaceMember? {
        let rows = try await run(
            member(subject, in: workspace),
            access: .readOnly,
            settings: PrincipalSettings(Principal(workspaceID: workspace, role: .viewer, scopes: [])).local,
            deadline: deadline
        )
        return try rows.readAll(WorkspaceMember.init(row:)).first
    }

    /// Adds a person with an external id, or returns who has it.
    public func addMember(
        _ user: User,
        audienceID: Identifier<Audience>,
        in workspace: Identifier<Workspace>
    ) async throws(StoreError) -> WorkspaceMember? {
        guard let subject = user.externalID else { throw StoreError(.invalid, "an external id", field: "external_id") }
        let rows = try await run(
            [
                // Who comes second, or with a workspace that is not there, adds nothing.
                """
                WITH added AS (
                    INSERT INTO mneme.users (workspace_id, id, name, external_id, role, created_at)
                    SELECT w.workspace_id, \(user.id), \(user.name), \(subject), \(user.role), \(user.createdAt)
                    FROM mneme.workspaces AS w WHERE w.workspace_id = \(workspace)
                    ON CONFLICT (workspace_id, external_id) DO NOTHING
                    RETURNING workspace_id, id, created_at)
                INSERT INTO mneme.audiences (workspace_id, id, kind, user_id, created_at)
                SELECT workspace_id, \(audienceID), 'user', id, created_at FROM added
                """,
                member(subject, in: workspace),
            ],
            access: .readWrite,
            settings: PrincipalSettings(.worker(in: workspace)).local,
            deadline: nil
        )
        return try rows[1].readAll(WorkspaceMember.init(row:)).first
    }

    private func member(_ subject: String, in workspace: Identifier<Workspace>) -> PostgresQuery {
        """
        SELECT id, role FROM mneme.users
        WHERE workspace_id = \(workspace)
            AND (external_id = \(subject) OR (external_id IS NULL AND id = \(Identifier<User>(subject))))
        ORDER BY external_id NULLS LAST LIMIT 1
        """
    }

    private func run(
        _ query: PostgresQuery,
        access: TransactionSettings.Access,
        settings: [TransactionSettings.LocalSetting] = [],
        deadline: ContinuousClock.Instant?
    ) async throws(StoreError) -> PostgresRows {
        try await run([query], access: access, settings: settings, deadline: deadline)[0]
    }

    private func run(
        _ queries: [PostgresQuery],
        access: TransactionSettings.Access,
        settings: [TransactionSettings.LocalSetting],
        deadline: ContinuousClock.Instant?
    ) async throws(StoreError) -> [PostgresRows] {
        do {
            return try await pool.transaction(
                TransactionSettings(access: access, localSettings: settings),
                deadline: deadline,
                pipeline: queries
            )
        } catch {
            throw mapped(error) as? StoreError ?? StoreError(.internal, "an unexpected error")
        }
    }
}

extension WorkspaceMember {
    init(row: PostgresRow) throws(PostgresError) {
        var reader = RowReader(row)
        self.init(userID: try reader.next(), role: try reader.next())
    }
}
