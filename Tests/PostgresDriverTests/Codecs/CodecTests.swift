import PostgresDriver
import Testing

/// Encodes a value, as the driver would send it.
private func encoded(_ value: some PostgresEncodable) -> [UInt8] {
    var buffer = PostgresBindBuffer()
    value.encode(into: &buffer)
    return buffer.bytes
}

private func decoded<Value: PostgresDecodable>(
    _ bytes: [UInt8],
    _ type: PostgresType,
    as value: Value.Type = Value.self
) throws(PostgresDecodingFailure) -> Value {
    try Value.decode(bytes.span, type: type)
}

/// Checks golden bytes in both directions.
private func expect<Value: PostgresEncodable & PostgresDecodable & Equatable>(
    _ value: Value,
    is bytes: [UInt8],
    sourceLocation: SourceLocation = #_sourceLocation
) throws {
    #expect(encoded(value) == bytes, sourceLocation: sourceLocation)
    #expect(try decoded(bytes, Value.postgresType, as: Value.self) == value, sourceLocation: sourceLocation)
}

struct CodecTests {
    // The bytes are what PostgreSQL 15's *_send functions answer, for example `SELECT int4send(-2)`.
    @Test func scalarsHaveTheServersBytes() throws {
        try expect(true, is: [1])
        try expect(false, is: [0])
        try expect(Int16(-2), is: [0xFF, 0xFE])
        try expect(Int32(-2), is: [0xFF, 0xFF, 0xFF, 0xFE])
        try expect(Int64(0x0102_0304_0506_0708), is: [1, 2, 3, 4, 5, 6, 7, 8])
        try expect(-1, is: [UInt8](repeating: 0xFF, count: 8))
        try expect(Float(1.5), is: [0x3F, 0xC0, 0, 0])
        try expect(1.5, is: [0x3F, 0xF8, 0, 0, 0, 0, 0, 0])
        try expect("é", is: [0xC3, 0xA9])
        try expect("", is: [])
        try expect(PostgresBytes([0, 255]), is: [0, 255])
        try expect(PostgresJSON(text: "{}"), is: [1, 0x7B, 0x7D])
    }

    @Test func identifiersAndTimesHaveTheServersBytes() throws {
        let uuid = PostgresUUID(high: 0x0190_0000_0000_7000, low: 0x8000_0000_0000_0001)
        try expect(uuid, is: [1, 0x90, 0, 0, 0, 0, 0x70, 0, 0x80, 0, 0, 0, 0, 0, 0, 1])
        #expect(uuid.description == "01900000-0000-7000-8000-000000000001")
        // 2000-01-01 00:00:00.000001 UTC
        try expect(PostgresTimestamp(microseconds: 946_684_800_000_001), is: [0, 0, 0, 0, 0, 0, 0, 1])
        try expect(PostgresTimestamp.infinity, is: [0x7F] + [UInt8](repeating: 0xFF, count: 7))
        try expect(PostgresTimestamp.negativeInfinity, is: [0x80] + [UInt8](repeating: 0, count: 7))
        // 1999-12-31
        try expect(PostgresDate(days: 10_956), is: [0xFF, 0xFF, 0xFF, 0xFF])
        try expect(PostgresDate(days: .max), is: [0x7F, 0xFF, 0xFF, 0xFF])
    }

    @Test func arraysHaveTheServersBytes() throws {
        try expect([Int](), is: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 20])
        let header: [UInt8] = [0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 25, 0, 0, 0, 2, 0, 0, 0, 1]
        try expect(["a", ""], is: header + [0, 0, 0, 1, 0x61, 0, 0, 0, 0])
        let nullable: [UInt8] = [0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 16, 0, 0, 0, 2, 0, 0, 0, 1]
        let flags: [Bool?] = [true, nil]
        try expect(flags, is: nullable + [0, 0, 0, 1, 1, 0xFF, 0xFF, 0xFF, 0xFF])
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func randomValuesSurviveTheRoundTrip(seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        func check<Value: PostgresArrayElement & Equatable>(_ make: () -> Value) throws {
            let value = make()
            #expect(try decoded(encoded(value), Value.postgresType, as: Value.self) == value)
            let values: [Value?] = (0..<Int.random(in: 0..<20, using: &random)).map { index in
                index % 5 == 3 ? nil : make()
            }
            #expect(try decoded(encoded(values), Value.postgresArrayType, as: [Value?].self) == values)
        }
        var source = SplitMix(seed: ~seed)
        try check { Int.random(in: .min ... .max, using: &source) }
        try check { Int16.random(in: .min ... .max, using: &source) }
        try check { Bool.random(using: &source) }
        try check { Float.random(in: -1e30...1e30, using: &source) }
        try check { Double.random(in: -1e300...1e300, using: &source) }
        try check { PostgresUUID(high: source.next(), low: source.next()) }
        try check {
            PostgresTimestamp(
                microseconds: Int64.random(in: -60_000_000_000_000_000...8_000_000_000_000_000_000, using: &source)
            )
        }
        try check { PostgresDate(days: Int32.random(in: -700_000...700_000, using: &source)) }
        try check { PostgresBytes((0..<Int.random(in: 0..<40, using: &source)).map { UInt8($0) }) }
        try check {
            String(
                (0..<9).compactMap { _ in Unicode.Scalar(UInt32.random(in: 1..<0x3000, using: &source)) }.map(
                    Character.init
                )
            )
        }
    }

    @Test func narrowerIntegersAreReadIntoWiderOnes() throws {
        #expect(try decoded([0xFF, 0xFE], .int2, as: Int.self) == -2)
        #expect(try decoded([0, 0, 1, 0], .int4, as: Int64.self) == 256)
        #expect(try decoded([0x3F, 0xC0, 0, 0], .float4, as: Double.self) == 1.5)
        #expect(throws: PostgresDecodingFailure.malformed) {
            try decoded([0, 0, 0, 1, 0, 0, 0, 0], .int8, as: Int32.self)
        }
    }

    @Test func anotherTypeIsRefused() {
        #expect(throws: PostgresDecodingFailure.typeMismatch) { try decoded([0, 0, 0, 1], .int4, as: String.self) }
        #expect(throws: PostgresDecodingFailure.typeMismatch) { try decoded([1], .text, as: Bool.self) }
        #expect(throws: PostgresDecodingFailure.typeMismatch) { try decoded([1], .bytea, as: [Int].self) }
        #expect(throws: PostgresDecodingFailure.typeMismatch) { try decoded([1], .text, as: PostgresBytes.self) }
        let texts = encoded(["a"])
        #expect(throws: PostgresDecodingFailure.typeMismatch) { try decoded(texts, .textArray, as: [Int].self) }
    }

    @Test func nullIsReadOnlyAsAnOptional() throws {
        #expect(throws: PostgresDecodingFailure.unexpectedNull) { try Int.decodeNull() }
        #expect(try Int?.decodeNull() == nil)
        let nullable = encoded([1, nil] as [Int?])
        #expect(throws: PostgresDecodingFailure.unexpectedNull) { try decoded(nullable, .int8Array, as: [Int].self) }
    }

    @Test(arguments: 0..<2_000 as Range<UInt64>)
    func damagedBytesAreRefusedOrReadButNeverTrap(seed: UInt64) {
        var random = SplitMix(seed: seed)
        var bytes = encoded(["alpha", nil, "beta"] as [String?])
        for _ in 0..<Int.random(in: 1..<4, using: &random) {
            bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
        }
        bytes.removeLast(Int.random(in: 0...bytes.count, using: &random))
        _ = try? decoded(bytes, .textArray, as: [String?].self)
        _ = try? decoded(bytes, .int8Array, as: [Int].self)
        for type in [PostgresType.bool, .int8, .float4, .float8, .uuid, .timestamptz, .date, .jsonb, .text] {
            _ = try? decoded(bytes, type, as: Bool.self)
            _ = try? decoded(bytes, type, as: Int.self)
            _ = try? decoded(bytes, type, as: Float.self)
            _ = try? decoded(bytes, type, as: PostgresUUID.self)
            _ = try? decoded(bytes, type, as: PostgresTimestamp.self)
            _ = try? decoded(bytes, type, as: PostgresDate.self)
            _ = try? decoded(bytes, type, as: PostgresJSON.self)
        }
    }

    @Test func otherTypesBorrowTheFormOfTheirs() throws {
        #expect(try decoded(encoded(Colour.red), .text, as: Colour.self) == .red)
        #expect(throws: PostgresDecodingFailure.malformed) { try decoded(Array("mauve".utf8), .text, as: Colour.self) }
        #expect([Colour].postgresType == .textArray)
        let id = AgentID(postgresValue: PostgresUUID(high: 1, low: 2))
        #expect(try decoded(encoded(id), .uuid, as: AgentID.self) == id)
        #expect([AgentID].postgresType == .uuidArray)
        #expect([AgentID?].postgresType == .uuidArray)
    }
}

private enum Colour: String, PostgresArrayElement {
    case red
    case green
}

private struct AgentID: PostgresConvertible, PostgresArrayElement, Equatable {
    let postgresValue: PostgresUUID
}
