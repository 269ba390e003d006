import Logging
import PostgresDriver
import PostgresStorage
import Testing

/// The schema's way up and down, the bootstrap, and what is refused at start.
@Suite struct MigrationTests {
    @Test func theSchemaGoesUpDownAndUpAgain() async throws {
        let cluster = TestCluster.shared
        let name = try await cluster.create(migrated: false)
        do {
            let admin = try cluster.admin()
            let bootstrap = DatabaseBootstrap(
                admin: admin,
                database: name,
                passwords: cluster.passwords,
                logger: cluster.logger
            )
            try await bootstrap.run()
            try await bootstrap.run()
            let migrator = SchemaMigrator(admin: admin.replacing(database: name), logger: cluster.logger)
            #expect(try await migrator.status().map(\.isApplied) == Migration.all.map { _ in false })
            let all = Migration.all.map(\.name)
            #expect(try await migrator.up() == all)
            #expect(try await migrator.up() == [])
            let first = try await catalogue(of: name)
            let floors = [0] + Migration.all.dropLast().map(\.version)
            for (place, version) in floors.enumerated().reversed() {
                try await migrator.down(to: version)
                #expect(try await migrator.up() == Array(all.dropFirst(place)))
            }
            try await migrator.down(to: 0)
            let left = try await catalogue(of: name)
            #expect(left.allSatisfy { $0.contains("schema_migrations") })
            // Two at once: one waits, and finds the work done.
            async let one = migrator.up()
            async let other = migrator.up()
            #expect(try await (one + other).sorted() == all.sorted())
            #expect(try await catalogue(of: name) == first)
        } catch {
            try await cluster.drop(name)
            throw error
        }
        try await cluster.drop(name)
    }

    @Test func aChangedOrUnknownMigrationIsRefused() async throws {
        try await withTestDatabase { database in
            let migrator = SchemaMigrator(admin: try database.admin, logger: TestCluster.shared.logger)
            try await database.withAdministration {
                try await $0.execute(script: "UPDATE mneme.schema_migrations SET checksum = '\\x00' WHERE version = 2")
            }
            #expect(await setupError { _ = try await migrator.up() }?.code == .checksumMismatch)
            #expect(
                await setupError { try await StartupChecks.verify(database.app, as: .app) }?.code == .checksumMismatch
            )
            try await database.withAdministration {
                try await $0.execute(
                    script: """
                        UPDATE mneme.schema_migrations SET checksum = sha256('x') WHERE version = 2;
                        INSERT INTO mneme.schema_migrations (version, name, checksum) VALUES (99, 'x', '')
                        """
                )
            }
            #expect(await setupError { _ = try await migrator.up() }?.code == .checksumMismatch)
            try await database.withAdministration {
                try await $0.execute(script: "DELETE FROM mneme.schema_migrations WHERE version < 99")
            }
            #expect(await setupError { _ = try await migrator.up() }?.code == .schemaAhead)
        }
    }

    @Test func onlyTheRightLoginOnTheRightSchemaMayStart() async throws {
        try await withTestDatabase { database in
            try await StartupChecks.verify(database.app, as: .app)
            try await StartupChecks.verify(database.worker, as: .worker)
            try await StartupChecks.verify(database.indexer, as: .indexer)
            let wrong = await setupError { try await StartupChecks.verify(database.app, as: .worker) }
            #expect(wrong?.code == .wrongRole)
            try await StartupChecks.verifyConnections(total: 20, database.app)
            let tooMany = await setupError { try await StartupChecks.verifyConnections(total: 100_000, database.app) }
            #expect(tooMany?.code == .tooFewConnections)
            let admins = try PostgresPool(
                configuration: PostgresPoolConfiguration(
                    connection: PostgresConfiguration(connectionString: try database.admin.connectionString)
                ),
                logger: TestCluster.shared.logger
            )
            let error = await setupError { try await StartupChecks.verify(admins, as: .app) }
            #expect(error?.code == .wrongRole)
            await admins.shutDown(deadline: .now + .seconds(5))
            let migrator = SchemaMigrator(admin: try database.admin, logger: TestCluster.shared.logger)
            try await migrator.down(to: 5)
            let behind = await setupError { try await StartupChecks.verify(database.app, as: .app) }
            #expect(behind?.code == .schemaBehind)
        }
    }

    @Test func anAdminWithoutSuperuserRightsIsEnough() async throws {
        let cluster = TestCluster.shared
        _ = try await cluster.drop(try await cluster.create(migrated: false))
        let name = "mneme_managed_\(UInt64.random(in: 0 ... .max))"
        let admin = try cluster.admin()
        let managed = admin.replacing(user: name, password: "managed")
        let server = PostgresConfiguration(connectionString: admin.connectionString)
        try await PostgresAdministration.withConnection(server, logger: cluster.logger) { administration in
            // As on a managed server of version 15: may make roles and databases, and no more.
            try await administration.execute(
                script: "CREATE ROLE \(name) LOGIN CREATEROLE CREATEDB PASSWORD 'managed'"
            )
        }
        let outcome: (any Error)?
        do {
            try await DatabaseBootstrap(
                admin: managed,
                database: name,
                passwords: cluster.passwords,
                logger: cluster.logger
            ).run()
            try await SchemaMigrator(admin: managed.replacing(database: name), logger: cluster.logger).up()
            outcome = nil
        } catch {
            outcome = error
        }
        #expect(outcome == nil, "\(String(describing: outcome))")
        try await PostgresAdministration.withConnection(server, logger: cluster.logger) { administration in
            try await administration.execute(script: "DROP DATABASE IF EXISTS \(name) WITH (FORCE)")
            try await administration.execute(script: "DROP OWNED BY \(name)")
            try await administration.execute(script: "DROP ROLE \(name)")
        }
    }

    private func setupError(_ body: () async throws -> Void) async -> DatabaseSetupError? {
        do {
            try await body()
            return nil
        } catch {
            return error as? DatabaseSetupError
        }
    }

    /// Every object of the schema, as lines to compare.
    private func catalogue(of database: String) async throws -> [String] {
        let address = try TestCluster.shared.admin().replacing(database: database)
        let configuration = PostgresConfiguration(connectionString: address.connectionString)
        return try await PostgresAdministration.withConnection(configuration, logger: TestCluster.shared.logger) {
            try await $0.query(
                """
                SELECT x FROM (
                    SELECT c.relname || ' ' || coalesce(c.relacl::text, '') FROM pg_class AS c
                    WHERE c.relnamespace = 'mneme'::regnamespace
                    UNION ALL SELECT p.oid::regprocedure::text || ' ' || coalesce(p.proacl::text, '') FROM pg_proc AS p
                    WHERE p.pronamespace = 'mneme'::regnamespace
                    UNION ALL SELECT tablename || ' ' || policyname || ' ' || coalesce(qual, '') FROM pg_policies
                    WHERE schemaname = 'mneme'
                    UNION ALL SELECT conrelid::regclass || ' ' || conname FROM pg_constraint
                    WHERE connamespace = 'mneme'::regnamespace) AS t (x)
                ORDER BY x
                """
            ).map { try $0.decode(column: 0, as: String.self) }
        }
    }
}
