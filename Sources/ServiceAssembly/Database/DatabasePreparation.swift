package import Logging
internal import PostgresStorage

/// Brings the database to where this binary needs it: roles, extension, schema.
package struct DatabasePreparation: Sendable {
    private let access: DatabaseAccess
    private let logger: Logger

    /// Makes a preparation.
    package init(access: DatabaseAccess, logger: Logger) {
        self.access = access
        self.logger = logger
    }

    /// Makes roles and database where they are missing and applies migrations; without an administrator's address it
    /// does nothing, and the processes check for themselves.
    package func run() async throws {
        guard let admin = access.admin else { return }
        try await bootstrap(admin).run()
        let applied = try await SchemaMigrator(admin: admin.replacing(database: access.database), logger: logger).up()
        if !applied.isEmpty { logger.info("Migrated", metadata: ["migrations": "\(applied.joined(separator: ", "))"]) }
    }

    /// Applies what is missing and returns the names of what was applied; needs the administrator's address.
    package func migrateUp() async throws -> [String] {
        try await migrator().up()
    }

    /// Takes back every migration above a version, with the data they hold; needs the administrator's address.
    package func migrateDown(to version: Int32) async throws {
        try await migrator().down(to: version)
    }

    /// All migrations of this binary in order, and whether they are applied; needs the administrator's address.
    package func migrations() async throws -> [(version: Int32, name: String, isApplied: Bool)] {
        try await migrator().status().map { ($0.version, $0.name, $0.isApplied) }
    }

    private func migrator() async throws -> SchemaMigrator {
        guard let admin = access.admin else {
            throw ConfigurationError(
                code: .missing,
                key: "database.url",
                expected: "migrating needs the administrator's connection string: set DATABASE_URL"
            )
        }
        try await bootstrap(admin).run()
        return SchemaMigrator(admin: admin.replacing(database: access.database), logger: logger)
    }

    private func bootstrap(_ admin: DatabaseAddress) -> DatabaseBootstrap {
        DatabaseBootstrap(admin: admin, database: access.database, passwords: access.passwords, logger: logger)
    }
}
