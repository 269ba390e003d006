/// The fields of an error that the server sent (PostgreSQL documentation, section 55.8).
///
/// `description` holds nothing that can carry a row's content: the primary message, DETAIL and CONTEXT quote
/// values, so they are told only by `debugDescription`.
public struct PostgresServerError: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible {
    /// What went wrong, as a code to decide on.
    public let sqlState: SQLState
    /// `ERROR`, `FATAL` or `PANIC`, never translated.
    public let severity: String
    /// The constraint that refused, where one did.
    public let constraint: String?
    /// The schema of the table concerned, where one is.
    public let schema: String?
    /// The table concerned, where one is.
    public let table: String?
    /// The column concerned, where one is.
    public let column: String?
    /// The primary message; it may quote values: not for logs.
    public let message: String
    /// The DETAIL field.
    ///
    /// It quotes values: not for logs.
    public let detail: String?
    /// The HINT field.
    public let hint: String?
    /// The character of the SQL text, counted from 1, that the error points at.
    public let position: Int?

    package init(
        sqlState: SQLState,
        severity: String,
        constraint: String? = nil,
        schema: String? = nil,
        table: String? = nil,
        column: String? = nil,
        message: String = "",
        detail: String? = nil,
        hint: String? = nil,
        position: Int? = nil
    ) {
        self.sqlState = sqlState
        self.severity = severity
        self.constraint = constraint
        self.schema = schema
        self.table = table
        self.column = column
        self.message = message
        self.detail = detail
        self.hint = hint
        self.position = position
    }

    /// Severity, SQLSTATE and the names of the objects concerned: safe to log.
    public var description: String {
        var text = "\(severity) \(sqlState)"
        if let table { text += " table=\(table)" }
        if let column { text += " column=\(column)" }
        if let constraint { text += " constraint=\(constraint)" }
        return text
    }

    /// All fields, with what they quote.
    public var debugDescription: String {
        var text = "\(description): \(message)"
        if let detail { text += " DETAIL: \(detail)" }
        if let hint { text += " HINT: \(hint)" }
        if let position { text += " POSITION: \(position)" }
        return text
    }
}
