/// One row of an answer.
public struct PostgresRow: Sendable {
    private let result: ResultUnsafeHandle
    private let index: Int

    package init(result: ResultUnsafeHandle, index: Int) {
        self.result = result
        self.index = index
    }

    /// How many columns the row has.
    public var columnCount: Int { result.columnCount }

    /// Reads the column at a position, counted from 0.
    ///
    /// - Throws: ``PostgresError`` with code `decoding`, naming the column and its type.
    public func decode<Value: PostgresDecodable>(
        column: Int,
        as type: Value.Type = Value.self
    ) throws(PostgresError) -> Value {
        guard column >= 0, column < result.columnCount else {
            throw PostgresError(.decoding, "no column \(column) in a row of \(result.columnCount)")
        }
        do throws(PostgresDecodingFailure) {
            return try result.withBytes(row: index, column: column) { bytes throws(PostgresDecodingFailure) in
                guard let bytes else { return try Value.decodeNull() }
                return try Value.decode(bytes, type: result.columnType(column))
            }
        } catch {
            throw decodingError(error, column: column, type: type)
        }
    }

    /// Reads the column of a name.
    ///
    /// - Throws: ``PostgresError`` with code `decoding`, naming the column and its type.
    public func decode<Value: PostgresDecodable>(
        column name: String,
        as type: Value.Type = Value.self
    ) throws(PostgresError) -> Value {
        guard let column = (0..<result.columnCount).first(where: { result.columnName($0) == name }) else {
            throw PostgresError(.decoding, "no column named \(name)")
        }
        return try decode(column: column, as: type)
    }

    /// Reads all columns, in order: `let (id, text) = try row.decode((PostgresUUID, String?).self)`.
    ///
    /// - Throws: ``PostgresError`` with code `decoding`, naming the column and its type.
    public func decode<each Value: PostgresDecodable>(
        _ types: (repeat each Value).Type = (repeat each Value).self
    ) throws(PostgresError) -> (repeat each Value) {
        var expected = 0
        for _ in repeat (each Value).self { expected += 1 }
        guard expected == result.columnCount else {
            throw PostgresError(.decoding, "expected \(expected) columns, got \(result.columnCount)")
        }
        var column = 0
        return (repeat try next(&column, as: (each Value).self))
    }

    /// Lends the bytes of a column without copying them; `nil` for NULL.
    ///
    /// For vectors and other large values.
    public func withBytes<Value, Failure: Error>(
        at column: Int,
        _ body: (Span<UInt8>?) throws(Failure) -> Value
    ) throws(Failure) -> Value {
        try result.withBytes(row: index, column: column, body)
    }

    private func next<Value: PostgresDecodable>(
        _ column: inout Int,
        as type: Value.Type
    ) throws(PostgresError) -> Value {
        defer { column += 1 }
        return try decode(column: column, as: type)
    }

    private func decodingError(
        _ failure: PostgresDecodingFailure,
        column: Int,
        type: any PostgresDecodable.Type
    ) -> PostgresError {
        let reason =
            switch failure {
            case .unexpectedNull: "is NULL"
            case .typeMismatch: "is of another type"
            case .malformed: "holds no such value"
            }
        let name = result.columnName(column)
        return PostgresError(
            .decoding,
            "column \(column) (\(name), \(result.columnType(column))) \(reason), expected \(type)"
        )
    }
}
