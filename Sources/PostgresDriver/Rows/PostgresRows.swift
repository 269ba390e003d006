/// The answer to one statement: its rows, read where libpq put them, and its command tag.
public struct PostgresRows: Sendable {
    private let result: ResultUnsafeHandle

    package init(_ result: ResultUnsafeHandle) {
        self.result = result
        count = result.rowCount
    }

    /// How many rows came back.
    public let count: Int

    /// How many rows the statement wrote, or read if it was a SELECT.
    public var affectedRows: Int { result.affectedRows }

    /// The server's word for what it did, for example `INSERT 0 5`.
    public var commandTag: String { result.commandTag }

    /// The columns' names, in order.
    public var columnNames: [String] { (0..<result.columnCount).map { result.columnName($0) } }

    /// The first row, if there is one.
    public var first: PostgresRow? { isEmpty ? nil : self[0] }

    /// Decodes every row into a tuple of as many values as there are columns.
    ///
    /// - Throws: ``PostgresError`` with code `decoding`, naming the column.
    public func decode<each Value: PostgresDecodable>(
        _ types: (repeat each Value).Type = (repeat each Value).self
    ) throws(PostgresError) -> [(repeat each Value)] {
        var rows: [(repeat each Value)] = []
        rows.reserveCapacity(count)
        for index in 0..<count {
            rows.append(try self[index].decode((repeat each Value).self))
        }
        return rows
    }

    /// Decodes the only row.
    ///
    /// - Throws: ``PostgresError`` with code `decoding` unless there is exactly one row and it can be read so.
    public func decodeOne<each Value: PostgresDecodable>(
        _ types: (repeat each Value).Type = (repeat each Value).self
    ) throws(PostgresError) -> (repeat each Value) {
        guard count == 1 else { throw PostgresError(.decoding, "expected one row, got \(count)") }
        return try self[0].decode((repeat each Value).self)
    }

    /// Decodes the only row, or `nil` where there is none.
    ///
    /// - Throws: ``PostgresError`` with code `decoding` if there are more rows, or the row cannot be read so.
    public func decodeOneIfPresent<each Value: PostgresDecodable>(
        _ types: (repeat each Value).Type = (repeat each Value).self
    ) throws(PostgresError) -> (repeat each Value)? {
        guard count > 0 else { return nil }
        guard count == 1 else { throw PostgresError(.decoding, "expected at most one row, got \(count)") }
        return try self[0].decode((repeat each Value).self)
    }
}

extension PostgresRows: RandomAccessCollection {
    /// The first row's index.
    public var startIndex: Int { 0 }

    /// One past the last row's index.
    public var endIndex: Int { count }

    /// The row at an index.
    public subscript(position: Int) -> PostgresRow {
        precondition(position >= 0 && position < count, "no such row")
        return PostgresRow(result: result, index: position)
    }
}
