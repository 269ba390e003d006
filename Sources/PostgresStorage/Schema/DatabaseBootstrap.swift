public import Logging
internal import PostgresDriver

/// Makes what must be there before the first migration: database, roles, extension, schema, and who may use them.
///
/// One admin login does it all: a superuser, or, as on managed servers, a role with CREATEROLE and CREATEDB. Running it
/// again changes nothing but the passwords, which are set to those given.
public struct DatabaseBootstrap: Sendable {
    /// The oldest server that is supported, as `server_version_num`.
    public static let oldestServerVersion = 150_000

    private let admin: DatabaseAddress
    private let database: String
    private let passwords: [DatabaseLogin: String]
    private let logger: Logger

    /// Makes a bootstrap.
    ///
    /// - Parameters:
    ///   - admin: the admin's address, on any database that exists.
    ///   - database: the service's own database, made where it is missing.
    ///   - passwords: of the logins; one that is left out keeps what it has.
    ///   - logger: hears what is made.
    public init(admin: DatabaseAddress, database: String, passwords: [DatabaseLogin: String], logger: Logger) {
        self.admin = admin
        self.database = database
        self.passwords = passwords
        self.logger = logger
    }

    /// Makes what is missing.
    public func run() async throws(DatabaseSetupError) {
        try await DatabaseSetupError.mapping {
            let isNew = try await withAdmin(on: nil) { administration in
                let version = try await administration.serverVersion()
                guard version >= Self.oldestServerVersion else {
                    throw DatabaseSetupError(
                        .serverTooOld,
                        "the server is version \(version / 10_000), and mneme needs 15 or newer"
                    )
                }
                return try await administration.withAdvisoryLock(Self.lockKey) {
                    try await createRoles(with: administration)
                    return try await createDatabase(with: administration)
                }
            }
            try await withAdmin(on: database) { administration in
                try await administration.withAdvisoryLock(Self.lockKey) {
                    try await prepareDatabase(isNew: isNew, with: administration)
                }
            }
        }
    }

    private static let lockKey: Int64 = 0x6D6E_656D_6502

    private func withAdmin<Value: Sendable>(
        on database: String?,
        _ body: (PostgresAdministration) async throws -> Value
    ) async throws -> Value {
        let configuration = PostgresConfiguration(
            connectionString: admin.replacing(database: database).connectionString,
            applicationName: "mneme bootstrap"
        )
        return try await PostgresAdministration.withConnection(configuration, logger: logger, body)
    }

    private func createRoles(with administration: PostgresAdministration) async throws {
        let known = Set(try await administration.query("SELECT rolname::text FROM pg_roles").firstColumn(String.self))
        let logins = DatabaseLogin.allCases.map(\.roleName)
        for role in ["mneme_owner", "mneme_gate"] + logins where !known.contains(role) {
            let kind = logins.contains(role) ? "LOGIN" : "NOLOGIN"
            try await administration.execute(script: "CREATE ROLE \(role) \(kind) NOCREATEDB NOCREATEROLE")
            logger.info("role created", metadata: ["role": "\(role)"])
        }
        for role in logins {
            // All names in statements are qualified; and nobody holds a transaction open for long.
            try await administration.execute(
                script: """
                    ALTER ROLE \(role) SET search_path = '';
                    ALTER ROLE \(role) SET idle_in_transaction_session_timeout = '60s'
                    """
            )
        }
        for (login, password) in passwords {
            // A password cannot be a parameter of ALTER ROLE; the server itself quotes it.
            let statement = try await administration.query(
                "SELECT format('ALTER ROLE %I PASSWORD %L', \(login.roleName), \(password))"
            ).decodeOne(String.self)
            try await administration.execute(script: statement)
        }
        try await administration.execute(script: "GRANT mneme_gate TO mneme_owner")
        let isSuperuser = try await administration.query(
            "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"
        ).decodeOne(Bool.self)
        if !isSuperuser {
            try await administration.execute(script: "GRANT mneme_owner TO CURRENT_USER")
        }
    }

    private func createDatabase(with administration: PostgresAdministration) async throws -> Bool {
        let found = try await administration.query("SELECT 1 FROM pg_database WHERE datname = \(database)")
        guard found.isEmpty else { return false }
        let statement = try await administration.query(
            "SELECT format('CREATE DATABASE %I', \(database))"
        ).decodeOne(String.self)
        try await administration.execute(script: statement)
        logger.info("database created", metadata: ["database": "\(database)"])
        return true
    }

    private func prepareDatabase(isNew: Bool, with administration: PostgresAdministration) async throws {
        let encoding = try await administration.query("SELECT current_setting('server_encoding')")
            .decodeOne(String.self)
        guard encoding == "UTF8" else {
            throw DatabaseSetupError(.wrongEncoding, "the database's encoding is \(encoding), and mneme needs UTF8")
        }
        if isNew {
            // A database that was there already may serve others: its rights are left alone.
            let statement = try await administration.query(
                """
                SELECT format('REVOKE ALL ON DATABASE %1$I FROM PUBLIC; GRANT CONNECT ON DATABASE %1$I TO '
                    || 'mneme_app, mneme_worker, mneme_indexer', current_database())
                """
            ).decodeOne(String.self)
            try await administration.execute(script: statement)
        }
        try await administration.execute(
            script: """
                CREATE EXTENSION IF NOT EXISTS btree_gin WITH SCHEMA public;
                CREATE SCHEMA IF NOT EXISTS mneme AUTHORIZATION mneme_owner;
                SET ROLE mneme_owner;
                GRANT USAGE ON SCHEMA mneme TO mneme_app, mneme_worker, mneme_indexer, mneme_gate;
                ALTER DEFAULT PRIVILEGES FOR ROLE mneme_owner REVOKE EXECUTE ON ROUTINES FROM PUBLIC;
                RESET ROLE
                """
        )
    }
}
