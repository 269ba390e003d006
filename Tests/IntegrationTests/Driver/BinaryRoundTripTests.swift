import PostgresDriver
import Testing

struct BinaryRoundTripTests {
    @Test func everyTypeSurvivesTheServer() async throws {
        try await DriverDatabase.withPool { pool, _ in
            try await pool.withTransaction { transaction in
                try await transaction.expect(Int16.min)
                try await transaction.expect(Int32.min)
                try await transaction.expect(Int64.min)
                try await transaction.expect(Int.max)
                try await transaction.expect(true)
                try await transaction.expect(Float.leastNonzeroMagnitude)
                try await transaction.expect(-Double.greatestFiniteMagnitude)
                try await transaction.expect("naïve 日本語 \u{1F600}")
                try await transaction.expect("")
                try await transaction.expect(PostgresBytes([0, 1, 254, 255]))
                try await transaction.expect(PostgresUUID(high: 0x0123_4567_89AB_CDEF, low: 0xFEDC_BA98_7654_3210))
                try await transaction.expect(PostgresTimestamp(microseconds: 1_735_689_600_123_456))
                try await transaction.expect(PostgresTimestamp(microseconds: -1))
                try await transaction.expect(PostgresTimestamp.infinity)
                try await transaction.expect(PostgresDate(days: 20_000))
                try await transaction.expect(PostgresJSON(text: #"{"a": [1, null]}"#))
            }
        }
    }

    @Test func everyArrayTypeSurvivesTheServer() async throws {
        try await DriverDatabase.withPool { pool, _ in
            try await pool.withTransaction { transaction in
                try await transaction.expect([PostgresUUID(high: 1, low: 2), nil])
                try await transaction.expect(["a", "", nil, "é"])
                try await transaction.expect([1, -1, nil] as [Int64?])
                try await transaction.expect([true, false])
                try await transaction.expect([PostgresBytes([]), PostgresBytes([0, 255])])
                try await transaction.expect([PostgresTimestamp(microseconds: 5), nil])
                try await transaction.expect([Float(1.5), -0.25])
                try await transaction.expect([String]())
            }
        }
    }

    @Test func theServerReadsTheValuesAsMeant() async throws {
        try await DriverDatabase.withPool { pool, _ in
            let rows = try await pool.withTransaction { transaction in
                try await transaction.query(
                    """
                    SELECT \(PostgresUUID(high: 0x0123_4567_89AB_CDEF, low: 1))::text,
                      to_char(\(PostgresTimestamp(microseconds: 1_735_689_600_000_001)) AT TIME ZONE 'UTC',
                        'YYYY-MM-DD HH24:MI:SS.US'),
                      \(PostgresDate(days: 0))::text, \([Float(1.5), nil])::text, \(PostgresJSON(text: "{\"b\":1}")) ->> 'b',
                      \(PostgresBytes([0xAB]))::text, \(nil as Int?)::text, \([true, nil])::text
                    """
                )
            }
            let row = try rows.decodeOne((String, String, String, String, String, String, String?, String).self)
            #expect(row.0 == "01234567-89ab-cdef-0000-000000000001")
            #expect(row.1 == "2025-01-01 00:00:00.000001")
            #expect(row.2 == "1970-01-01")
            #expect(row.3 == "{1.5,NULL}")
            #expect(row.4 == "1")
            #expect(row.5 == "\\xab")
            #expect(row.6 == nil)
            #expect(row.7 == "{t,NULL}")
        }
    }

    @Test func enumsNamesAndVarcharsAreReadAsText() async throws {
        try await DriverDatabase.withPool { pool, _ in
            try await pool.withTransaction { transaction in
                try await transaction.execute("CREATE TYPE mood AS ENUM ('calm', 'busy')")
                let rows = try await transaction.query(
                    "SELECT 'busy'::mood, 'n'::name, 'v'::varchar(3), ARRAY['calm']::mood[], '1'::json"
                )
                let row = try rows.decodeOne((String, String, String, [String], PostgresJSON).self)
                #expect(row == ("busy", "n", "v", ["calm"], PostgresJSON(text: "1")))
            }
        }
    }

    @Test func decodingErrorsNameTheColumn() async throws {
        try await DriverDatabase.withPool { pool, _ in
            let rows = try await pool.withTransaction { try await $0.query("SELECT 1 AS one, NULL::text AS gap") }
            let row = try #require(rows.first)
            #expect(rows.columnNames == ["one", "gap"])
            #expect(try row.decode(column: "one", as: Int.self) == 1)
            #expect(try row.decode(column: "gap", as: String?.self) == nil)
            let gap = await postgresError { _ = try row.decode((Int, String).self) }
            #expect(gap?.code == .decoding)
            #expect(gap?.message.contains("gap") == true)
            let type = await postgresError { _ = try row.decode(column: "one", as: String.self) }
            #expect(type?.message.contains("one") == true)
            let count = await postgresError { _ = try row.decode(Int.self) }
            #expect(count?.code == .decoding)
            let missing = await postgresError { _ = try row.decode(column: "two", as: Int.self) }
            #expect(missing?.code == .decoding)
        }
    }

    @Test func bytesAreLentWithoutACopy() async throws {
        try await DriverDatabase.withPool { pool, _ in
            let bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0) }
            let rows = try await pool.withTransaction {
                try await $0.query("SELECT \(PostgresBytes(bytes)), NULL::bytea")
            }
            let sum = rows[0].withBytes(at: 0) { bytes in
                (0..<(bytes?.count ?? 0)).reduce(0) { $0 + Int(bytes?[$1] ?? 0) }
            }
            #expect(sum == bytes.reduce(0) { $0 + Int($1) })
            #expect(rows[0].withBytes(at: 1) { $0 == nil ? true : false })
        }
    }
}

extension PostgresTransaction {
    /// Sends a value and reads it back.
    fileprivate func expect<Value: PostgresEncodable & PostgresDecodable & Equatable>(
        _ value: Value,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let rows = try await query("SELECT \(value)")
        #expect(try rows.decodeOne(Value.self) == value, sourceLocation: sourceLocation)
    }
}
