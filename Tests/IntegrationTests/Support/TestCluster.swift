import Logging
import PostgresDriver
import PostgresStorage

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// The cluster that `MNEME_TEST_DATABASE_URL` names: bootstrapped once a process, with a migrated template to clone.
actor TestCluster {
    /// Told where the variable is missing: a test without its database fails.
    struct MissingCluster: Error, CustomStringConvertible {
        let description = "MNEME_TEST_DATABASE_URL is not set: ./dev test starts a cluster and sets it"
    }

    static let shared = TestCluster()

    private static let mostDatabases = 6

    private var preparation: Task<String, any Error>?
    private var databases = 0
    private var waiting: [CheckedContinuation<Void, Never>] = []

    /// The admin's address, on the database that the variable names.
    nonisolated func admin() throws -> DatabaseAddress {
        guard let text = unsafe getenv("MNEME_TEST_DATABASE_URL") else { throw MissingCluster() }
        return DatabaseAddress(unsafe String(cString: text))
    }

    /// Passwords of the logins; every test process sets the same, because roles are the cluster's.
    nonisolated var passwords: [DatabaseLogin: String] {
        [.app: "app's \\ secret", .worker: "worker-secret", .indexer: "indexer-secret"]
    }

    nonisolated var logger: Logger {
        var logger = Logger(label: "tests")
        logger.logLevel = .critical
        return logger
    }

    /// Makes a database as a copy of the migrated template, or an empty one, and returns its name.
    func create(migrated: Bool = true) async throws -> String {
        let template = try await template()
        await enter()
        let name = Self.freshName("test")
        try await run("CREATE DATABASE \(name)" + (migrated ? " TEMPLATE \(template)" : ""))
        return name
    }

    /// Drops a database that `create` made.
    func drop(_ name: String) async throws {
        defer { leave() }
        try await run("DROP DATABASE \(name) WITH (FORCE)")
    }

    private func template() async throws -> String {
        if let preparation { return try await preparation.value }
        let task = Task { [logger, passwords] in
            let name = Self.freshName("template")
            let admin = try admin()
            try await DatabaseBootstrap(admin: admin, database: name, passwords: passwords, logger: logger).run()
            try await SchemaMigrator(admin: admin.replacing(database: name), logger: logger).up()
            return name
        }
        preparation = task
        return try await task.value
    }

    private nonisolated func run(_ statement: String) async throws {
        let configuration = PostgresConfiguration(connectionString: try admin().connectionString)
        try await PostgresAdministration.withConnection(configuration, logger: logger) {
            try await $0.execute(script: statement)
        }
    }

    private static func freshName(_ kind: String) -> String {
        "mneme_\(kind)_\(UInt64.random(in: 0 ... .max))"
    }

    // So many tests run side by side that all their pools together would want more connections than there are.
    private func enter() async {
        databases += 1
        if databases > Self.mostDatabases { await withCheckedContinuation { waiting.append($0) } }
    }

    private func leave() {
        databases -= 1
        if !waiting.isEmpty { waiting.removeFirst().resume() }
    }
}
