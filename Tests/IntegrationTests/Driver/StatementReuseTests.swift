import PostgresDriver
import Testing

struct StatementReuseTests {
    private func prepared(_ pool: PostgresPool) async throws -> [String] {
        try await pool.transaction(pipeline: ["SELECT statement FROM pg_prepared_statements ORDER BY 1"])[0].decode(
            String.self
        )
    }

    @Test func aStatementIsPreparedOncePerConnection() async throws {
        try await DriverDatabase.withPool(maximum: 1) { pool, _ in
            for number in 0..<5 {
                _ = try await pool.transaction(pipeline: ["SELECT \(number) + 1"])
            }
            #expect(try await prepared(pool).filter { $0 == "SELECT $1 + 1" }.count == 1)
        }
    }

    @Test func theCacheStaysWithinItsLimit() async throws {
        try await DriverDatabase.withPool(maximum: 1) {
            $0.connection.preparedStatementLimit = 8
        } _: { pool, _ in
            for number in 0..<40 {
                _ = try await pool.transaction(pipeline: [PostgresQuery(unescaped: "SELECT \(number)")])
            }
            // The one evicted last is deallocated ahead of the next transaction.
            #expect(try await prepared(pool).count <= 8 + 1)
        }
    }

    @Test func nothingIsNamedWhenThereIsNoCache() async throws {
        try await DriverDatabase.withPool(maximum: 1) {
            $0.connection.preparedStatementLimit = 0
        } _: { pool, _ in
            for number in 0..<3 { _ = try await pool.transaction(pipeline: ["SELECT \(number) + 1"]) }
            #expect(try await prepared(pool).isEmpty)
        }
    }

    @Test func aStatementThatFailedToPrepareIsTriedAgain() async throws {
        try await DriverDatabase.withPool(maximum: 1) { pool, _ in
            for _ in 0..<2 {
                let error = await postgresError { _ = try await pool.transaction(pipeline: ["SELECT 1 FROM later"]) }
                #expect(error?.code == .server(.undefinedTable))
            }
            _ = try await pool.transaction(pipeline: ["CREATE TABLE later (id int)"])
            _ = try await pool.transaction(pipeline: ["SELECT 1 FROM later"])
        }
    }

    @Test func aChangedTableCostsOneErrorAtMost() async throws {
        try await DriverDatabase.withPool(maximum: 1) { pool, _ in
            _ = try await pool.transaction(pipeline: ["CREATE TABLE shape (a int)"])
            _ = try await pool.transaction(pipeline: ["SELECT * FROM shape"])
            _ = try await pool.transaction(pipeline: ["ALTER TABLE shape ADD b int"])
            let error = await postgresError { _ = try await pool.transaction(pipeline: ["SELECT * FROM shape"]) }
            #expect(error?.code == .server(.featureNotSupported))
            let rows = try await pool.transaction(pipeline: ["SELECT * FROM shape"])
            #expect(rows[0].columnNames == ["a", "b"])
        }
    }

    @Test func largeValuesPassInBothDirectionsAtOnce() async throws {
        try await DriverDatabase.withPool(maximum: 1) { pool, _ in
            let bytes = PostgresBytes([UInt8](repeating: 7, count: 3_000_000))
            let rows = try await pool.transaction(pipeline: (0..<8).map { _ in "SELECT \(bytes)" })
            for row in rows { #expect(try row.decodeOne(PostgresBytes.self) == bytes) }
        }
    }
}
