public import Logging
internal import PostgresDriver

/// Brings the schema to a version: one transaction a migration, under an advisory lock, checksums verified.
///
/// It connects as the admin and works as `mneme_owner`, which the bootstrap let the admin become.
public struct SchemaMigrator: Sendable {
    /// One migration, and whether it is applied.
    public struct Status: Sendable, Hashable {
        /// Its place.
        public let version: Int32
        /// What it brings.
        public let name: String
        /// Whether it is applied.
        public let isApplied: Bool
    }

    // Held while migrations run; any fixed number does, other programs' locks in our database aside.
    private static let lockKey: Int64 = 0x6D6E_656D_6501

    private let configuration: PostgresConfiguration
    private let logger: Logger

    /// Makes a migrator.
    ///
    /// - Parameters:
    ///   - admin: the admin's address, on the service's database.
    ///   - logger: hears of each migration.
    public init(admin: DatabaseAddress, logger: Logger) {
        configuration = PostgresConfiguration(
            connectionString: admin.connectionString,
            applicationName: "mneme migrate"
        )
        self.logger = logger
    }

    /// Applies what is missing and returns the names of what was applied.
    @discardableResult
    public func up() async throws(DatabaseSetupError) -> [String] {
        try await connected { administration in
            let applied = try await verified(administration)
            var names: [String] = []
            for migration in Migration.all.dropFirst(applied) {
                try await apply(migration, with: administration)
                names.append(migration.name)
            }
            return names
        }
    }

    /// Takes back every migration above a version, the last one first, with the data they hold.
    public func down(to version: Int32) async throws(DatabaseSetupError) {
        try await connected { administration in
            let applied = try await verified(administration)
            for migration in Migration.all.prefix(applied).reversed() where migration.version > version {
                try await revert(migration, with: administration)
            }
        }
    }

    /// All migrations of this binary, and whether they are applied.
    public func status() async throws(DatabaseSetupError) -> [Status] {
        try await connected { administration in
            let applied = try await verified(administration)
            return Migration.all.enumerated().map { place, migration in
                Status(version: migration.version, name: migration.name, isApplied: place < applied)
            }
        }
    }

    private func connected<Value: Sendable>(
        _ body: (PostgresAdministration) async throws -> Value
    ) async throws(DatabaseSetupError) -> Value {
        try await DatabaseSetupError.mapping {
            try await PostgresAdministration.withConnection(configuration, logger: logger) { administration in
                try await administration.withAdvisoryLock(Self.lockKey) {
                    try await createHistory(with: administration)
                    return try await body(administration)
                }
            }
        }
    }

    /// The table that the applied migrations are noted in.
    ///
    /// It belongs to no workspace: everybody may read it.
    private func createHistory(with administration: PostgresAdministration) async throws {
        try await administration.withTransaction { transaction in
            try await transaction.execute("SET LOCAL ROLE mneme_owner")
            guard try await transaction.query("SELECT 1 WHERE to_regclass('mneme.schema_migrations') IS NULL").count > 0
            else { return }
            try await transaction.pipeline([
                """
                CREATE TABLE mneme.schema_migrations (
                    version integer PRIMARY KEY,
                    name text NOT NULL,
                    checksum bytea NOT NULL,
                    applied_at timestamptz NOT NULL DEFAULT now()
                )
                """,
                "ALTER TABLE mneme.schema_migrations ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY",
                "CREATE POLICY everybody ON mneme.schema_migrations USING (true) WITH CHECK (true)",
                "GRANT SELECT ON mneme.schema_migrations TO mneme_app, mneme_worker, mneme_indexer",
            ])
        }
    }

    /// How many migrations are applied; they must be the first of this binary's, unchanged.
    private func verified(_ administration: PostgresAdministration) async throws -> Int {
        try SchemaHistory.verify(try await administration.query(SchemaHistory.query))
    }

    private func apply(_ migration: Migration, with administration: PostgresAdministration) async throws {
        try await administration.withTransaction { transaction in
            try await transaction.execute("SET LOCAL ROLE mneme_owner")
            try await administration.execute(script: String(decoding: migration.up, as: UTF8.self))
            try await transaction.execute(
                """
                INSERT INTO mneme.schema_migrations (version, name, checksum)
                VALUES (\(migration.version), \(migration.name), sha256(\(PostgresBytes(migration.up))))
                """
            )
        }
        logger.info("migration applied", metadata: ["version": "\(migration.version)", "name": "\(migration.name)"])
    }

    private func revert(_ migration: Migration, with administration: PostgresAdministration) async throws {
        try await administration.withTransaction { transaction in
            try await transaction.execute("SET LOCAL ROLE mneme_owner")
            try await administration.execute(script: String(decoding: migration.down, as: UTF8.self))
            try await transaction.execute(
                "DELETE FROM mneme.schema_migrations WHERE version = \(migration.version)"
            )
        }
        logger.info("migration reverted", metadata: ["version": "\(migration.version)", "name": "\(migration.name)"])
    }
}
