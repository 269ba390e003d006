import Logging
import PostgresDriver

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// A database of its own for one test, on the cluster that `MNEME_TEST_DATABASE_URL` names.
struct DriverDatabase: Sendable {
    struct MissingCluster: Error, CustomStringConvertible {
        let description = "MNEME_TEST_DATABASE_URL is not set: ./dev test starts a cluster and sets it"
    }

    let name: String
    let logger: Logger
    /// An administrator's connection to this database.
    let configuration: PostgresConfiguration

    /// Makes a database, lends it, and drops it whatever happens.
    static func with<Value>(_ body: (DriverDatabase) async throws -> Value) async throws -> Value {
        guard let text = unsafe getenv("MNEME_TEST_DATABASE_URL") else { throw MissingCluster() }
        var logger = Logger(label: "driver-tests")
        logger.logLevel = .critical
        let cluster = PostgresConfiguration(connectionString: unsafe String(cString: text))
        let name = "driver_\(UInt64.random(in: 0 ... .max))"
        try await PostgresAdministration.withConnection(cluster, logger: logger) { server in
            try await server.execute(script: "CREATE DATABASE \(name)")
        }
        var configuration = cluster
        configuration.database = name
        let result: Result<Value, any Error>
        do {
            result = .success(try await body(DriverDatabase(name: name, logger: logger, configuration: configuration)))
        } catch {
            result = .failure(error)
        }
        try await PostgresAdministration.withConnection(cluster, logger: logger) { server in
            try await server.execute(script: "DROP DATABASE \(name) WITH (FORCE)")
        }
        return try result.get()
    }

    /// Makes a database and a pool on it.
    static func withPool<Value>(
        minimum: Int = 1,
        maximum: Int = 4,
        configure: (inout PostgresPoolConfiguration) -> Void = { _ in },
        _ body: (PostgresPool, DriverDatabase) async throws -> Value
    ) async throws -> Value {
        try await with { database in
            var configuration = PostgresPoolConfiguration(connection: database.configuration)
            configuration.minimumConnections = minimum
            configuration.maximumConnections = maximum
            configure(&configuration)
            let pool = try PostgresPool(configuration: configuration, logger: database.logger)
            let result: Result<Value, any Error>
            do {
                result = .success(try await body(pool, database))
            } catch {
                result = .failure(error)
            }
            await pool.shutDown(deadline: .now + .seconds(10))
            return try result.get()
        }
    }

    /// Runs `body` with an administrator's connection to this database.
    func withAdministration<Value>(_ body: (PostgresAdministration) async throws -> Value) async throws -> Value {
        try await PostgresAdministration.withConnection(configuration, logger: logger, body)
    }
}

/// The error a closure throws, if it is one of the driver's.
func postgresError(_ body: () async throws -> Void) async -> PostgresError? {
    do {
        try await body()
        return nil
    } catch {
        return error as? PostgresError
    }
}
