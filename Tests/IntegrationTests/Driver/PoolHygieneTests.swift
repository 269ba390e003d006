import Foundation
import PostgresDriver
import Testing

/// 2,400 transactions by default; 50,000 with `MNEME_LONG_TESTS=1`.
struct PoolHygieneTests {
    private static let turns = ProcessInfo.processInfo.environment["MNEME_LONG_TESTS"] == "1" ? 6_250 : 300

    /// How one transaction of the storm ends.
    private enum Ending: CaseIterable {
        case commits
        case throwsError
        case failsInSQL
        case swallowsFailure
        case failsWhileClosing
        case isCancelled
        case runsIntoItsDeadline
        case runsIntoTheStatementTimeout
        case sendsNothing
        /// The server ends the session in the middle of the work.
        case isTerminated
        /// The server ends the session between the work and the commit.
        case isTerminatedWhileClosing
        /// The server cancels a statement between the work and the commit.
        case isCancelledWhileClosing
    }

    private struct Stop: Error {}

    private static func run(_ ending: Ending, _ pool: PostgresPool, marker: String) async throws {
        // As a principal's, so that what is looked for afterwards is what would do harm.
        var settings = TransactionSettings(localSettings: [
            .init(name: "app.marker", value: marker), .init(name: "app.workspace_id", value: marker),
            .init(name: "app.user_id", value: marker), .init(name: "app.agent_id", value: marker),
            .init(name: "app.role", value: "admin"), .init(name: "app.caller", value: marker),
        ])
        var deadline: ContinuousClock.Instant?
        if ending == .runsIntoItsDeadline { deadline = .now + .milliseconds(20) }
        if ending == .runsIntoTheStatementTimeout { settings.statementTimeout = .milliseconds(10) }
        let closing: [PostgresQuery] =
            switch ending {
            case .failsWhileClosing: ["SELECT 1/0"]
            case .isTerminatedWhileClosing: ["SELECT pg_terminate_backend(pg_backend_pid())", "SELECT 1"]
            case .isCancelledWhileClosing: ["SELECT pg_cancel_backend(pg_backend_pid())", "SELECT pg_sleep(30)"]
            default: []
            }
        _ = try await pool.withTransaction(settings, deadline: deadline) { transaction in
            guard ending != .sendsNothing else { return }
            let seen = try await transaction.query("SELECT current_setting('app.marker')").decodeOne(String.self)
            #expect(seen == marker)
            switch ending {
            case .commits, .sendsNothing, .failsWhileClosing, .isTerminatedWhileClosing, .isCancelledWhileClosing: break
            case .isTerminated:
                _ = try await transaction.query("SELECT pg_terminate_backend(pg_backend_pid()), pg_sleep(30)")
            case .throwsError: throw Stop()
            case .failsInSQL: _ = try await transaction.query("SELECT 1/0")
            case .swallowsFailure: _ = try? await transaction.query("SELECT 1/0")
            case .isCancelled:
                let sleeper = Task { try await transaction.query("SELECT pg_sleep(30)") }
                sleeper.cancel()
                _ = try await sleeper.value
            case .runsIntoItsDeadline, .runsIntoTheStatementTimeout:
                _ = try await transaction.query("SELECT pg_sleep(30)")
            }
        } closing: { _ in
            closing
        }
    }

    @Test func noSettingOutlivesItsTransactionHoweverItEnds() async throws {
        try await DriverDatabase.withPool(minimum: 2, maximum: 8) { pool, _ in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for worker in 0..<8 {
                    group.addTask {
                        for turn in 0..<Self.turns {
                            let endings = Ending.allCases
                            // Endings that take the server's time are rarer.
                            let ending =
                                turn % 7 == 0 ? endings[(worker + turn / 7) % endings.count] : endings[turn % 5]
                            try? await Self.run(ending, pool, marker: "\(worker)-\(turn)")
                            let rest = try await pool.transaction(pipeline: [
                                """
                                SELECT concat(
                                        current_setting('app.marker', true), current_setting('app.workspace_id', true),
                                        current_setting('app.user_id', true), current_setting('app.agent_id', true),
                                        current_setting('app.role', true), current_setting('app.caller', true)),
                                    current_setting('statement_timeout')
                                """
                            ])
                            let (marker, timeout) = try rest[0].decodeOne((String, String).self)
                            #expect(marker.isEmpty)
                            #expect(timeout == "0")
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(pool.snapshot.inUse == 0)
            #expect(pool.snapshot.waiting == 0)
        }
    }

    @Test func afterTheStormNoSessionIsLeftInATransaction() async throws {
        try await DriverDatabase.withPool(minimum: 2, maximum: 4) { pool, database in
            for ending in Ending.allCases {
                try? await Self.run(ending, pool, marker: "\(ending)")
            }
            let open = try await database.withAdministration { server in
                try await server.query(
                    """
                    SELECT count(*) FROM pg_stat_activity
                    WHERE datname = current_database() AND pid <> pg_backend_pid() AND state LIKE 'idle in transaction%'
                    """
                ).decodeOne(Int.self)
            }
            #expect(open == 0)
        }
    }
}
