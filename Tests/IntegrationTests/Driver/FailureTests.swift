import PostgresDriver
import Testing

struct FailureTests {
    private static func sleep(_ pool: PostgresPool, deadline: ContinuousClock.Instant? = nil) async throws {
        _ = try await pool.withTransaction(deadline: deadline) { try await $0.query("SELECT pg_sleep(60)") }
    }

    /// Waits until the server runs a sleeping statement, and returns its process.
    private func sleeper(_ server: PostgresAdministration) async throws -> Int32 {
        while true {
            let rows = try await server.query(
                """
                SELECT pid FROM pg_stat_activity
                WHERE datname = current_database() AND state = 'active' AND query LIKE '%pg_sleep(60)' AND pid <> pg_backend_pid()
                """
            )
            if let row = rows.first { return try row.decode(Int32.self) }
            await Task.yield()
        }
    }

    @Test func cancellationEndsTheStatementOnTheServer() async throws {
        try await DriverDatabase.withPool(maximum: 1) { pool, database in
            try await database.withAdministration { server in
                let task = Task { try await Self.sleep(pool) }
                let process = try await sleeper(server)
                task.cancel()
                let error = await postgresError { try await task.value }
                #expect(error?.code == .cancelled)
                let state = try await server.query("SELECT state FROM pg_stat_activity WHERE pid = \(process)")
                #expect(try state.decodeOne(String.self) == "idle")
                // The same connection goes on.
                let rows = try await pool.transaction(pipeline: ["SELECT pg_backend_pid()"])
                #expect(try rows[0].decodeOne(Int32.self) == process)
            }
        }
    }

    @Test func theDeadlineEndsTheStatementOnTheServer() async throws {
        try await DriverDatabase.withPool(maximum: 1) { pool, _ in
            try await pool.waitUntilReachable(deadline: .now + .seconds(30))
            let error = await postgresError { try await Self.sleep(pool, deadline: .now + .milliseconds(50)) }
            #expect(error?.code == .deadlineExceeded)
            #expect(pool.snapshot.inUse == 0)
            _ = try await pool.transaction(pipeline: ["SELECT 1"])
        }
    }

    @Test func statementTimeoutIsTheServersAnswer() async throws {
        try await DriverDatabase.withPool { pool, _ in
            let settings = TransactionSettings(statementTimeout: .milliseconds(20))
            let error = await postgresError {
                _ = try await pool.transaction(settings, pipeline: ["SELECT pg_sleep(60)"])
            }
            #expect(error?.code == .server(.queryCanceled))
        }
    }

    @Test func aFullPoolIsATypedErrorAndNobodyWaitsPastTheDeadline() async throws {
        try await DriverDatabase.withPool(maximum: 1) { pool, database in
            try await database.withAdministration { server in
                let holder = Task { try await Self.sleep(pool) }
                _ = try await sleeper(server)
                let error = await postgresError {
                    _ = try await pool.transaction(deadline: .now + .milliseconds(20), pipeline: ["SELECT 1"])
                }
                #expect(error?.code == .poolExhausted)
                #expect(pool.snapshot == PostgresPoolSnapshot(inUse: 1, idle: 0, connecting: 0, waiting: 0))
                let waiter = Task { try await pool.transaction(pipeline: ["SELECT 1"]) }
                while pool.snapshot.waiting == 0 { await Task.yield() }
                waiter.cancel()
                #expect(await postgresError { _ = try await waiter.value }?.code == .cancelled)
                holder.cancel()
                _ = await holder.result
            }
        }
    }

    @Test func aKilledBackendIsAnErrorOnceAndThenReplaced() async throws {
        try await DriverDatabase.withPool(maximum: 1) { pool, database in
            try await database.withAdministration { server in
                let task = Task { try await Self.sleep(pool) }
                let process = try await sleeper(server)
                try await server.query("SELECT pg_terminate_backend(\(process))")
                let error = await postgresError { try await task.value }
                #expect(error?.code == .connectionLost)
                #expect(error?.sqlState == .adminShutdown)
                let rows = try await pool.transaction(pipeline: ["SELECT pg_backend_pid()"])
                #expect(try rows[0].decodeOne(Int32.self) != process)
            }
        }
    }

    @Test func anIdleConnectionThatIsKilledIsReplaced() async throws {
        try await DriverDatabase.withPool(minimum: 1, maximum: 1) { pool, database in
            try await database.withAdministration { server in
                for _ in 0..<20 {
                    let rows = try await pool.transaction(pipeline: ["SELECT pg_backend_pid()"])
                    let process = try rows[0].decodeOne(Int32.self)
                    // Answers once the process is gone.
                    try await server.query("SELECT pg_terminate_backend(\(process), 5000)")
                    var next: Int32?
                    let error = await postgresError {
                        let rows = try await pool.transaction(pipeline: ["SELECT pg_backend_pid()"])
                        next = try rows[0].decodeOne(Int32.self)
                    }
                    // Either the pool had heard of it already, or the caller is told so and may try again.
                    #expect(next != process)
                    #expect(error.map { $0.code == .connectionLost && $0.isSafeToRetry } ?? true)
                }
                #expect(pool.snapshot.inUse == 0)
            }
        }
    }

    @Test func aConnectionKilledDuringCommitLeavesTheOutcomeUnknown() async throws {
        try await DriverDatabase.withPool(maximum: 1) { pool, database in
            try await database.withAdministration { server in
                try await server.execute(
                    script: """
                        CREATE TABLE slow (id int);
                        CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql
                          AS $$ BEGIN PERFORM pg_sleep(60); RETURN NULL; END $$;
                        CREATE CONSTRAINT TRIGGER dawdle AFTER INSERT ON slow DEFERRABLE INITIALLY DEFERRED
                          FOR EACH ROW EXECUTE FUNCTION dawdle();
                        """
                )
                let task = Task {
                    try await pool.withTransaction { _ = try await $0.execute("INSERT INTO slow VALUES (1)") }
                }
                var process: Int32?
                while process == nil {
                    let rows = try await server.query(
                        "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND state = 'active' AND query = 'COMMIT'"
                    )
                    process = try rows.decodeOneIfPresent(Int32.self)
                }
                try await server.query("SELECT pg_terminate_backend(\(process))")
                let error = await postgresError { try await task.value }
                #expect(error?.code == .commitOutcomeUnknown)
                #expect(error?.isSafeToRetry == false)
            }
        }
    }

    @Test func aServerThatIsNotThereIsToldWithItsReason() async throws {
        try await DriverDatabase.with { database in
            var configuration = PostgresPoolConfiguration(connection: database.configuration)
            configuration.connection.database = "no_such_database"
            configuration.minimumConnections = 0
            let pool = try PostgresPool(configuration: configuration, logger: database.logger)
            // Until the first attempt has come back there is no reason to tell: on a busy machine that can take seconds.
            var error: PostgresError?
            var patience = Duration.milliseconds(300)
            repeat {
                error = await postgresError { try await pool.waitUntilReachable(deadline: .now + patience) }
                patience *= 2
            } while error?.code == .poolExhausted && patience < .seconds(60)
            #expect(error?.code == .connectionFailed)
            #expect(error?.diagnostics?.contains("no_such_database") == true)
            await pool.shutDown(deadline: .now + .seconds(5))
        }
    }

    @Test func aClosedPoolRefuses() async throws {
        try await DriverDatabase.withPool { pool, _ in
            await pool.shutDown(deadline: .now + .seconds(5))
            let error = await postgresError { _ = try await pool.transaction(pipeline: ["SELECT 1"]) }
            #expect(error?.code == .poolClosed)
        }
    }

    @Test func shutDownDoesNotWaitPastItsDeadline() async throws {
        try await DriverDatabase.withPool(maximum: 1) { pool, database in
            try await database.withAdministration { server in
                let task = Task { try await Self.sleep(pool) }
                _ = try await sleeper(server)
                await pool.shutDown(deadline: .now + .milliseconds(50))
                let error = await postgresError { try await task.value }
                #expect(error?.code == .connectionLost)
            }
        }
    }

    @Test func badConfigurationIsRefusedWithoutTellingThePassword() async throws {
        try await DriverDatabase.with { database in
            var configuration = PostgresPoolConfiguration(
                connection: PostgresConfiguration(connectionString: "postgres://u:hunter2@h:port/d?what")
            )
            for limits in [(1, 1), (5, 2), (0, 0)] {
                (configuration.minimumConnections, configuration.maximumConnections) = limits
                let error = await postgresError {
                    _ = try PostgresPool(configuration: configuration, logger: database.logger)
                }
                #expect(error?.code == .invalidConfiguration)
                #expect(error?.debugDescription.contains("hunter2") == false)
            }
        }
    }

    @Test func copyAndTooManyParametersAreRefused() async throws {
        try await DriverDatabase.withPool { pool, _ in
            let copy = await postgresError { _ = try await pool.transaction(pipeline: ["COPY (SELECT 1) TO STDOUT"]) }
            #expect(copy != nil)
            let values = (0..<65_536).map { "(\($0))" as PostgresQuery }
            let many = await postgresError {
                _ = try await pool.transaction(pipeline: ["VALUES " + values.joined(separator: ", ")])
            }
            #expect(many?.code == .invalidQuery)
            _ = try await pool.transaction(pipeline: ["SELECT 1"])
        }
    }
}
