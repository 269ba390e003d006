import CLibPQ

/// Owns one `PGresult`; the only place that reads its memory.
///
/// Read-only after libpq has handed it over, and freed with the last row that refers to it.
@safe
package final class ResultUnsafeHandle: @unchecked Sendable {
    // @unchecked Sendable: the result is never written to once PQgetResult has returned it, and libpq lets such
    // results be read from any thread (PostgreSQL documentation, section 34.20).
    private let pointer: OpaquePointer

    /// Takes ownership of a result.
    package init(owning pointer: OpaquePointer) {
        unsafe self.pointer = unsafe pointer
    }

    deinit {
        unsafe PQclear(pointer)
    }

    var status: ExecStatusType { unsafe PQresultStatus(pointer) }
    package var rowCount: Int { Int(unsafe PQntuples(pointer)) }
    package var columnCount: Int { Int(unsafe PQnfields(pointer)) }

    /// For example `INSERT 0 5` or `COMMIT`.
    package var commandTag: String {
        guard let text = unsafe PQcmdStatus(pointer) else { return "" }
        return unsafe String(cString: text)
    }

    /// Rows written, or read by a SELECT.
    package var affectedRows: Int {
        guard let text = unsafe PQcmdTuples(pointer) else { return 0 }
        return Int(unsafe String(cString: text)) ?? 0
    }

    package func columnName(_ column: Int) -> String {
        guard let name = unsafe PQfname(pointer, Int32(column)) else { return "" }
        return unsafe String(cString: name)
    }

    package func columnType(_ column: Int) -> PostgresType {
        PostgresType(rawValue: unsafe PQftype(pointer, Int32(column)))
    }

    /// Lends the bytes of one column, `nil` for NULL.
    ///
    /// Row and column must exist.
    package func withBytes<Value, Failure: Error>(
        row: Int,
        column: Int,
        _ body: (Span<UInt8>?) throws(Failure) -> Value
    ) throws(Failure) -> Value {
        precondition(row >= 0 && row < rowCount && column >= 0 && column < columnCount, "no such row or column")
        let (row, column) = (Int32(row), Int32(column))
        guard unsafe PQgetisnull(pointer, row, column) == 0, let start = unsafe PQgetvalue(pointer, row, column) else {
            return try body(nil)
        }
        let raw = unsafe UnsafeRawBufferPointer(start: start, count: Int(PQgetlength(pointer, row, column)))
        let bytes = unsafe raw.assumingMemoryBound(to: UInt8.self)
        return unsafe try body(bytes.span)
    }

    /// The fields of an error result.
    package var serverError: PostgresServerError? {
        guard let sqlState = field("C") else { return nil }
        return PostgresServerError(
            sqlState: SQLState(rawValue: sqlState),
            severity: field("V") ?? field("S") ?? "ERROR",
            constraint: field("n"),
            schema: field("s"),
            table: field("t"),
            column: field("c"),
            message: field("M") ?? "",
            detail: field("D"),
            hint: field("H"),
            position: field("P").flatMap { Int($0) }
        )
    }

    // Field codes are the protocol's letters (PostgreSQL documentation, section 55.8).
    private func field(_ code: Unicode.Scalar) -> String? {
        guard let text = unsafe PQresultErrorField(pointer, Int32(code.value)) else { return nil }
        return unsafe String(cString: text)
    }
}
