import Logging
import MemoryModel
import PostgresDriver
import PostgresStorage

/// A migrated database of a test's own, with the pools and stores that the service has.
struct TestDatabase: Sendable {
    let name: String
    let app: PostgresPool
    let worker: PostgresPool
    let indexer: PostgresPool
    let clock: TestClock
    let identifiers: IdentifierGenerator
    let store: PostgresMemoryStore
    let workerStore: PostgresMemoryStore
    let feed: PostgresFeedReader
    let queue: PostgresJobQueue
    let credentials: PostgresCredentialStore

    /// The admin's address, on this database.
    var admin: DatabaseAddress {
        get throws { try TestCluster.shared.admin().replacing(database: name) }
    }

    /// Runs `body` with the admin's connection to this database.
    func withAdministration<Value: Sendable>(
        _ body: (PostgresAdministration) async throws -> Value
    ) async throws -> Value {
        let configuration = PostgresConfiguration(connectionString: try admin.connectionString)
        return try await PostgresAdministration.withConnection(
            configuration,
            logger: TestCluster.shared.logger,
            body
        )
    }

    /// A pool of one of the logins.
    func pool(_ login: DatabaseLogin, maximum: Int = 4) throws -> PostgresPool {
        let address = try admin.replacing(user: login.roleName, password: TestCluster.shared.passwords[login])
        var configuration = PostgresPoolConfiguration(
            connection: PostgresConfiguration(connectionString: address.connectionString)
        )
        configuration.minimumConnections = 0
        configuration.maximumConnections = maximum
        return try PostgresPool(configuration: configuration, logger: TestCluster.shared.logger)
    }

    /// Runs `body` in a transaction of the app as a principal and returns its value.
    func write<Value: Sendable>(
        as principal: Principal,
        _ body: @Sendable (any MemoryTransaction) async throws -> Value
    ) async throws -> Value {
        try await store.withTransaction(as: principal, .writing(), body).value
    }

    /// Runs `body` in a reading transaction of the app as a principal and returns its value.
    func read<Value: Sendable>(
        as principal: Principal,
        _ body: @Sendable (any MemoryTransaction) async throws -> Value
    ) async throws -> Value {
        try await store.withTransaction(as: principal, .reading(), body).value
    }
}

/// Lends a migrated database of the test's own, and drops it whatever happens.
///
/// `rewriting` changes the statements of every login's connections; the app's go by another socket where `socketFolder`
/// names one.
func withTestDatabase<Value: Sendable>(
    rewriting: (@Sendable (String) -> String)? = nil,
    socketFolder: String? = nil,
    _ body: (TestDatabase) async throws -> Value
) async throws -> Value {
    let name = try await TestCluster.shared.create()
    let result: Result<Value, any Error>
    do {
        result = .success(try await lend(name, rewriting, socketFolder, body))
    } catch {
        result = .failure(error)
    }
    try await TestCluster.shared.drop(name)
    return try result.get()
}

private func lend<Value: Sendable>(
    _ name: String,
    _ rewriting: (@Sendable (String) -> String)?,
    _ socketFolder: String?,
    _ body: (TestDatabase) async throws -> Value
) async throws -> Value {
    let clock = TestClock()
    let identifiers = IdentifierGenerator(clock: clock)
    let pools = try DatabaseLogin.allCases.map { login in
        let address = try TestCluster.shared.admin().replacing(
            database: name,
            user: login.roleName,
            password: TestCluster.shared.passwords[login]
        )
        var connection = PostgresConfiguration(connectionString: address.connectionString)
        if login == .app, let socketFolder {
            let elsewhere = try address.replacing(socketFolder: socketFolder)
            connection = PostgresConfiguration(connectionString: elsewhere.connectionString)
        }
        var configuration = PostgresPoolConfiguration(connection: connection)
        configuration.minimumConnections = 0
        configuration.maximumConnections = login == .app ? 12 : 4
        configuration.connection.rewriting = rewriting
        return try PostgresPool(configuration: configuration, logger: TestCluster.shared.logger)
    }
    let database = TestDatabase(
        name: name,
        app: pools[0],
        worker: pools[1],
        indexer: pools[2],
        clock: clock,
        identifiers: identifiers,
        store: try await PostgresMemoryStore.open(pool: pools[0], clock: clock, identifiers: identifiers),
        workerStore: try await PostgresMemoryStore.open(pool: pools[1], clock: clock, identifiers: identifiers),
        feed: PostgresFeedReader(pool: pools[2]),
        queue: PostgresJobQueue(pool: pools[1]),
        credentials: PostgresCredentialStore(pool: pools[0])
    )
    let result: Result<Value, any Error>
    do {
        result = .success(try await body(database))
    } catch {
        result = .failure(error)
    }
    for pool in pools { await pool.shutDown(deadline: .now + .seconds(10)) }
    return try result.get()
}

/// The `StoreError` a closure throws, or nil.
func storeError(_ body: () async throws -> Void) async -> StoreError? {
    do {
        try await body()
        return nil
    } catch {
        return error as? StoreError
    }
}
