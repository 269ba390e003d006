public import PostgresDriver

/// What must hold before a process serves: the right login with no more rights than it needs, the right server and
/// schema, and enough connections.
public enum StartupChecks {
    /// Checks the login of a pool, the server's version and the schema.
    ///
    /// - Throws: ``DatabaseSetupError``.
    public static func verify(
        _ pool: PostgresPool,
        as login: DatabaseLogin,
        deadline: ContinuousClock.Instant? = nil
    ) async throws(DatabaseSetupError) {
        try await DatabaseSetupError.mapping {
            let answers = try await pool.transaction(
                TransactionSettings(access: .readOnly),
                deadline: deadline,
                pipeline: [
                    "SELECT current_setting('server_version_num')::int4, current_user::text",
                    // Rights of the role itself, and of every role that it is a member of.
                    """
                    SELECT r.rolname::text FROM pg_roles AS r
                    WHERE pg_has_role(current_user, r.oid, 'MEMBER')
                        AND (r.rolsuper OR r.rolbypassrls OR r.rolcreaterole
                            OR r.rolname IN ('mneme_owner', 'mneme_gate'))
                    """,
                    """
                    SELECT count(*) FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
                    WHERE n.nspname = 'mneme' AND pg_has_role(current_user, c.relowner, 'MEMBER')
                    """,
                    "SELECT to_regclass('mneme.schema_migrations') IS NOT NULL",
                ]
            )
            let (version, role) = try answers[0].decodeOne((Int, String).self)
            try verify(version: version)
            guard role == login.roleName else {
                throw DatabaseSetupError(.wrongRole, "the connection is of \(role), and must be of \(login.roleName)")
            }
            let strong = try answers[1].firstColumn(String.self)
            let owned = try answers[2].decodeOne(Int.self)
            guard strong.isEmpty, owned == 0 else {
                throw DatabaseSetupError(
                    .tooPrivileged,
                    "\(role) could bypass row-level security"
                        + (strong.isEmpty ? "" : " by way of \(strong.sorted().joined(separator: ", "))")
                )
            }
            guard try answers[3].decodeOne(Bool.self) else {
                throw DatabaseSetupError(.schemaBehind, "the schema is not there yet: run `mneme migrate up`")
            }
            try await verifySchema(pool, deadline: deadline)
        }
    }

    /// Checks that all pools together fit the server's limit, with room for the admin.
    ///
    /// - Parameters:
    ///   - total: the sum of the pools' largest sizes, over all processes.
    ///   - pool: any pool on the server.
    ///   - deadline: how long the check may take.
    /// - Throws: ``DatabaseSetupError``.
    public static func verifyConnections(
        total: Int,
        _ pool: PostgresPool,
        deadline: ContinuousClock.Instant? = nil
    ) async throws(DatabaseSetupError) {
        try await DatabaseSetupError.mapping {
            let rows = try await pool.transaction(
                TransactionSettings(access: .readOnly),
                deadline: deadline,
                pipeline: [
                    """
                    SELECT current_setting('max_connections')::int4
                        - current_setting('superuser_reserved_connections')::int4
                        - coalesce(current_setting('reserved_connections', true)::int4, 0)
                    """
                ]
            )
            let available = try rows[0].decodeOne(Int.self)
            guard total <= available else {
                throw DatabaseSetupError(
                    .tooFewConnections,
                    """
                    the pools want up to \(total) connections, and the server gives \(available): \
                    raise max_connections or make the pools smaller
                    """
                )
            }
        }
    }

    private static func verify(version: Int) throws {
        guard version >= DatabaseBootstrap.oldestServerVersion else {
            throw DatabaseSetupError(
                .serverTooOld,
                "the server is version \(version / 10_000), and mneme needs 15 or newer"
            )
        }
    }

    private static func verifySchema(_ pool: PostgresPool, deadline: ContinuousClock.Instant?) async throws {
        let rows = try await pool.transaction(
            TransactionSettings(access: .readOnly),
            deadline: deadline,
            pipeline: [SchemaHistory.query]
        )
        let applied = try SchemaHistory.verify(rows[0])
        guard applied == Migration.all.count else {
            throw DatabaseSetupError(
                .schemaBehind,
                "the schema is at \(applied), and this version of mneme needs \(Migration.all.count): run `mneme migrate up`"
            )
        }
    }
}
