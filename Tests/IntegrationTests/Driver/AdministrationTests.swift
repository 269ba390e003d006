import PostgresDriver
import Testing

struct AdministrationTests {
    @Test func aScriptRunsAllItsStatements() async throws {
        try await DriverDatabase.with { database in
            try await database.withAdministration { server in
                try await server.execute(script: "CREATE TABLE a (id int); INSERT INTO a VALUES (1), (2);")
                #expect(try await server.query("SELECT count(*) FROM a").decodeOne(Int.self) == 2)
                let error = await postgresError {
                    try await server.execute(script: "INSERT INTO a VALUES (3); SELECT 1/0; SELECT 2")
                }
                #expect(error?.sqlState?.rawValue == "22012")
                #expect(try await server.query("SELECT count(*) FROM a").decodeOne(Int.self) == 2)
                #expect(try await server.serverVersion() >= 150_000)
            }
        }
    }

    @Test func scriptsRunInsideTheTransaction() async throws {
        struct Stop: Error {}
        try await DriverDatabase.with { database in
            try await database.withAdministration { server in
                await #expect(throws: Stop.self) {
                    try await server.withTransaction { _ in
                        try await server.execute(script: "CREATE TABLE a (id int); CREATE TABLE b (id int);")
                        throw Stop()
                    }
                }
                let tables: PostgresQuery = "SELECT count(*) FROM pg_class WHERE relname IN ('a', 'b')"
                #expect(try await server.query(tables).decodeOne(Int.self) == 0)
                try await server.withTransaction { transaction in
                    try await server.execute(script: "CREATE TABLE a (id int)")
                    try await transaction.execute("INSERT INTO a VALUES (\(Int32(1)))")
                }
                #expect(try await server.query("SELECT id FROM a").decodeOne(Int.self) == 1)
            }
        }
    }

    @Test func anAdvisoryLockIsHeldByOneAndFreedAfterwards() async throws {
        struct Stop: Error {}
        try await DriverDatabase.with { database in
            try await database.withAdministration { first in
                try await database.withAdministration { second in
                    let attempt: PostgresQuery = "SELECT pg_try_advisory_lock(\(42))"
                    await #expect(throws: Stop.self) {
                        try await first.withAdvisoryLock(42) {
                            #expect(try await second.query(attempt).decodeOne(Bool.self) == false)
                            throw Stop()
                        }
                    }
                    let isFree = try await second.query(attempt).decodeOne(Bool.self)
                    #expect(isFree)
                }
            }
        }
    }
}
