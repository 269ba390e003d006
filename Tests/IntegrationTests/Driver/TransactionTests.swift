import PostgresDriver
import Testing

struct TransactionTests {
    private static let table = "CREATE TABLE notes (id int8 PRIMARY KEY, body text CHECK (body <> ''))"

    private func withNotes(
        maximum: Int = 4,
        _ body: (PostgresPool, DriverDatabase) async throws -> Void
    ) async throws {
        try await DriverDatabase.withPool(maximum: maximum) { pool, database in
            try await pool.withTransaction { _ = try await $0.execute(PostgresQuery(unescaped: Self.table)) }
            try await body(pool, database)
        }
    }

    private func expectNotes(
        _ expected: Int,
        in pool: PostgresPool,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let rows = try await pool.transaction(pipeline: ["SELECT count(*) FROM notes"])
        #expect(try rows[0].decodeOne(Int.self) == expected, sourceLocation: sourceLocation)
    }

    @Test func writesAreThereAfterCommit() async throws {
        try await withNotes { pool, _ in
            let written = try await pool.withTransaction { transaction in
                try await transaction.execute("INSERT INTO notes SELECT n, 'x' FROM generate_series(1, \(5)) n")
            }
            #expect(written == 5)
            try await expectNotes(5, in: pool)
        }
    }

    @Test func aThrowingBodyLeavesNothing() async throws {
        struct Stop: Error {}
        try await withNotes { pool, _ in
            await #expect(throws: Stop.self) {
                try await pool.withTransaction { transaction in
                    try await transaction.execute("INSERT INTO notes VALUES (1, 'x')")
                    throw Stop()
                }
            }
            try await expectNotes(0, in: pool)
        }
    }

    @Test func theServersErrorCarriesStateAndConstraint() async throws {
        try await withNotes { pool, _ in
            let duplicate = await postgresError {
                _ = try await pool.transaction(pipeline: [
                    "INSERT INTO notes VALUES (1, \("secret"))", "INSERT INTO notes VALUES (1, \("secret"))",
                    "SELECT 1",
                ])
            }
            #expect(duplicate?.code == .server(.uniqueViolation))
            #expect(duplicate?.constraint == "notes_pkey")
            let empty = await postgresError {
                try await pool.withTransaction { _ = try await $0.execute("INSERT INTO notes VALUES (1, '')") }
            }
            #expect(empty?.code == .server(.checkViolation))
            #expect(empty?.constraint == "notes_body_check")
            let nul = await postgresError { _ = try await pool.transaction(pipeline: ["SELECT \("a\u{0}b")"]) }
            #expect(nul?.code == .server(.characterNotInRepertoire))
            try await expectNotes(0, in: pool)
            #expect(pool.snapshot.inUse == 0)
        }
    }

    @Test func commitOfAFailedTransactionIsAnError() async throws {
        try await withNotes { pool, _ in
            let swallowed = await postgresError {
                try await pool.withTransaction { transaction in
                    try await transaction.execute("INSERT INTO notes VALUES (1, 'x')")
                    _ = try? await transaction.query("SELECT no_such_column FROM notes")
                }
            }
            #expect(swallowed?.code == .transactionAborted)
            try await expectNotes(0, in: pool)
        }
    }

    @Test func anAnswerOfRollbackToCommitIsAnError() async throws {
        try await withNotes { pool, database in
            // The server is told to fail without the driver's knowing: COMMIT then answers ROLLBACK.
            let aborted = try await database.withAdministration { server in
                await postgresError {
                    try await server.withTransaction { _ in
                        try await server.query("INSERT INTO notes VALUES (1, 'x')")
                        _ = try? await server.execute(script: "SELECT 1/0")
                    }
                }
            }
            #expect(aborted?.code == .transactionAborted)
            try await expectNotes(0, in: pool)
        }
    }

    @Test func closingStatementsRunBeforeCommitAndTheirRowsComeBack() async throws {
        try await withNotes { pool, _ in
            let (id, rows) = try await pool.withTransaction(
                body: { transaction in
                    try await transaction.query("INSERT INTO notes VALUES (7, 'x') RETURNING id").decodeOne(Int.self)
                },
                closing: { id in
                    ["UPDATE notes SET body = 'y' WHERE id = \(id) RETURNING body", "SELECT count(*) FROM notes"]
                }
            )
            #expect(id == 7)
            #expect(try rows[0].decodeOne(String.self) == "y")
            #expect(try rows[1].decodeOne(Int.self) == 1)
            let failed = await postgresError {
                _ = try await pool.withTransaction(
                    body: { _ = try await $0.execute("INSERT INTO notes VALUES (8, 'x')") },
                    closing: { ["INSERT INTO notes VALUES (7, 'x')", "SELECT 1"] }
                )
            }
            #expect(failed?.code == .server(.uniqueViolation))
            try await expectNotes(1, in: pool)
        }
    }

    @Test func aConstraintCheckedAtCommitRefusesTheWrite() async throws {
        try await withNotes { pool, _ in
            try await pool.withTransaction { transaction in
                try await transaction.execute(
                    "CREATE TABLE links (note int8 REFERENCES notes DEFERRABLE INITIALLY DEFERRED)"
                )
            }
            let refused = await postgresError {
                try await pool.withTransaction { _ = try await $0.execute("INSERT INTO links VALUES (404)") }
            }
            #expect(refused?.code == .server(.foreignKeyViolation))
            #expect(pool.snapshot.inUse == 0)
        }
    }

    @Test func savepointsUndoOnlyTheirPart() async throws {
        try await withNotes { pool, _ in
            try await pool.withTransaction { transaction in
                try await transaction.execute("INSERT INTO notes VALUES (1, 'x')")
                let inner = await postgresError {
                    try await transaction.withSavepoint {
                        _ = try await transaction.pipeline([
                            "INSERT INTO notes VALUES (2, 'x')", "INSERT INTO notes VALUES (1, 'x')",
                        ])
                    }
                }
                #expect(inner?.code == .server(.uniqueViolation))
                try await transaction.withSavepoint {
                    _ = try await transaction.execute("INSERT INTO notes VALUES (3, 'x')")
                }
            }
            try await expectNotes(2, in: pool)
        }
    }

    @Test func accessAndIsolationAreTheOnesAskedFor() async throws {
        try await withNotes { pool, _ in
            let settings = TransactionSettings(isolation: .serializable, access: .readOnly)
            let level = try await pool.withTransaction(settings) { transaction in
                try await transaction.query("SELECT current_setting('transaction_isolation')").decodeOne(String.self)
            }
            #expect(level == "serializable")
            let refused = await postgresError {
                try await pool.withTransaction(settings) { _ = try await $0.execute("DELETE FROM notes") }
            }
            #expect(refused?.code == .server(.readOnlyTransaction))
        }
    }

    @Test func noStatementRunsAfterTheClosureHasReturned() async throws {
        try await withNotes { pool, _ in
            let escaped = try await pool.withTransaction { $0 }
            let late = await postgresError { _ = try await escaped.query("INSERT INTO notes VALUES (1, 'x')") }
            #expect(late?.code == .transactionEnded)
            try await expectNotes(0, in: pool)
        }
    }

    @Test func statementsIssuedTogetherAllRunInsideTheTransaction() async throws {
        try await withNotes(maximum: 1) { pool, _ in
            let identifiers = try await pool.withTransaction { transaction in
                try await withThrowingTaskGroup(of: String.self) { group in
                    for id in 0..<20 {
                        group.addTask {
                            try await transaction.query(
                                "INSERT INTO notes VALUES (\(id), 'x') RETURNING pg_current_xact_id()::text"
                            ).decodeOne(String.self)
                        }
                    }
                    return try await group.reduce(into: Set<String>()) { $0.insert($1) }
                }
            }
            #expect(identifiers.count == 1)
            try await expectNotes(20, in: pool)
        }
    }

    @Test func aFirstStatementThatIsNeverSentLetsNoOtherRunAlone() async throws {
        try await withNotes { pool, _ in
            let aborted = await postgresError {
                try await pool.withTransaction { transaction in
                    let first = Task {
                        while !Task.isCancelled { await Task.yield() }
                        return try await transaction.query("SELECT 1")
                    }
                    first.cancel()
                    _ = await first.result
                    try await transaction.execute("INSERT INTO notes VALUES (1, 'x')")
                }
            }
            #expect(aborted?.code == .transactionAborted)
            try await expectNotes(0, in: pool)
        }
    }
}
