internal import MemoryModel
internal import PostgresDriver

/// Reads the columns of a row one after the other, in the order a statement names them.
struct RowReader {
    let row: PostgresRow
    private(set) var column = 0

    init(_ row: PostgresRow, startingAt column: Int = 0) {
        self.row = row
        self.column = column
    }

    /// The next column.
    mutating func next<Value: PostgresDecodable>(_ type: Value.Type = Value.self) throws(PostgresError) -> Value {
        defer { column += 1 }
        return try row.decode(column: column)
    }

    /// The next column, a `bytea`.
    mutating func nextBytes() throws(PostgresError) -> [UInt8] {
        try next(PostgresBytes.self).bytes
    }

    /// The next column, a `jsonb` object of free fields.
    mutating func nextMetadata() throws(PostgresError) -> [String: JSONValue] {
        let text = try next(PostgresJSON.self).text
        // Most rows have none.
        return text == "{}" ? [:] : try JSONText.decode([String: JSONValue].self, from: text)
    }

    /// The next column, a `jsonb` document.
    mutating func nextJSON<Value: Decodable>(_ type: Value.Type = Value.self) throws(PostgresError) -> Value {
        try JSONText.decode(Value.self, from: try next(PostgresJSON.self).text)
    }

    /// The next column, a vector as little-endian float32.
    mutating func nextVector() throws(PostgresError) -> [Float] {
        defer { column += 1 }
        return VectorBytes.decode(row, column: column)
    }
}
