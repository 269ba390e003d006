import PostgresDriver
import Testing

struct PostgresQueryTests {
    @Test func interpolatedValuesBecomeParameters() {
        let name = "x'; DROP TABLE agents; --"
        let query: PostgresQuery = "SELECT * FROM agents WHERE name = \(name) AND count > \(5)"
        #expect(query.sql == "SELECT * FROM agents WHERE name = $1 AND count > $2")
        #expect(query.binds.types == [.text, .int8])
        #expect(query.parameterCount == 2)
    }

    @Test func rawTextEntersOnlyWhenNamedSo() {
        let query: PostgresQuery = "SELECT * FROM \(unescaped: "agents") WHERE id = \(1)"
        #expect(query.sql == "SELECT * FROM agents WHERE id = $1")
    }

    @Test func nilIsBoundAsNullOfItsType() {
        let missing: String? = nil
        let query: PostgresQuery = "SELECT \(missing), \("")"
        #expect(query.binds.types == [.text, .text])
        #expect(query.binds.ranges == [nil, 0..<0])
    }

    @Test func fragmentsAreRenumbered() {
        let conditions: [PostgresQuery] = ["a = \(1)", "b = \("two")", "c IS NULL"]
        let query: PostgresQuery =
            "SELECT \(true) FROM t WHERE \(fragment: conditions.joined(separator: " AND ")) LIMIT \(9)"
        #expect(query.sql == "SELECT $1 FROM t WHERE a = $2 AND b = $3 AND c IS NULL LIMIT $4")
        #expect(query.binds.types == [.bool, .int8, .text, .int8])
        #expect(query.binds.ranges == [0..<1, 1..<9, 9..<12, 12..<20])
        #expect(Array(query.binds.buffer.bytes[9..<12]) == Array("two".utf8))
    }

    @Test func piecesAreAdded() {
        var query: PostgresQuery = "SELECT \(1)"
        query.append(" + \(2)")
        #expect((query + ", \(3)").sql == "SELECT $1 + $2, $3")
        #expect(query.description == "SELECT $1 + $2")
    }

    @Test func textMadeAtRunTimeHasNoParameters() {
        let query = PostgresQuery(unescaped: "VACUUM")
        #expect(query.sql == "VACUUM")
        #expect(query.parameterCount == 0)
    }

    @Test func settingsOpenTheTransactionWithParameters() {
        let settings = TransactionSettings(
            isolation: .repeatableRead,
            access: .readOnly,
            statementTimeout: .milliseconds(1_500),
            localSettings: [.init(name: "app.workspace_id", value: "w'")]
        )
        let opening = settings.opening
        #expect(
            opening.map(\.sql) == [
                "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
                "SELECT set_config($1, $2, true), set_config($3, $4, true)",
            ]
        )
        #expect(
            String(decoding: opening[1].binds.buffer.bytes, as: UTF8.self) == "app.workspace_idw'statement_timeout1500"
        )
        #expect(TransactionSettings().opening.map(\.sql) == ["BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"])
    }

    @Test(arguments: [
        (Duration.zero, 0), (.nanoseconds(1), 1), (.milliseconds(999), 999), (.seconds(2) + .nanoseconds(1), 2_001),
        (.seconds(9_000_000), 2_000_000_000),
    ])
    func durationsAreRoundedUpToMilliseconds(duration: Duration, milliseconds: Int) {
        #expect(duration.wholeMilliseconds == milliseconds)
    }
}
