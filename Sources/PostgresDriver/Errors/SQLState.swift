/// A five-character SQLSTATE as the server sent it.
///
/// Named ones are those that callers decide on; any other is kept as it came
/// (PostgreSQL documentation, appendix A).
public struct SQLState: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    /// The five characters, for example `23505`.
    public let rawValue: String

    /// Keeps the given characters.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// The five characters.
    public var description: String { rawValue }

    /// The first two characters: the class of the condition.
    public var conditionClass: Substring { rawValue.prefix(2) }

    /// 22P02: text that is no value of its type.
    public static let invalidTextRepresentation = SQLState(rawValue: "22P02")
    /// 22021: bytes that are no character of the encoding, NUL among them.
    public static let characterNotInRepertoire = SQLState(rawValue: "22021")
    /// 22003: a number outside the range of its type.
    public static let numericValueOutOfRange = SQLState(rawValue: "22003")
    /// 23502: NULL where it is not allowed.
    public static let notNullViolation = SQLState(rawValue: "23502")
    /// 23503: a foreign key without its row.
    public static let foreignKeyViolation = SQLState(rawValue: "23503")
    /// 23505: a second row under one unique key.
    public static let uniqueViolation = SQLState(rawValue: "23505")
    /// 23514: a check constraint failed.
    public static let checkViolation = SQLState(rawValue: "23514")
    /// 23P01: an exclusion constraint failed.
    public static let exclusionViolation = SQLState(rawValue: "23P01")
    /// 25006: a write in a read-only transaction.
    public static let readOnlyTransaction = SQLState(rawValue: "25006")
    /// 25P02: a statement in a transaction that has failed already.
    public static let inFailedTransaction = SQLState(rawValue: "25P02")
    /// 26000: a prepared statement the server does not know.
    public static let invalidStatementName = SQLState(rawValue: "26000")
    /// 28P01: a wrong password.
    public static let invalidPassword = SQLState(rawValue: "28P01")
    /// 3D000: no such database.
    public static let invalidCatalogName = SQLState(rawValue: "3D000")
    /// 40001: serialisation failure; the transaction may be run again.
    public static let serializationFailure = SQLState(rawValue: "40001")
    /// 40P01: deadlock; the transaction may be run again.
    public static let deadlockDetected = SQLState(rawValue: "40P01")
    /// 42501: a privilege is missing, or a row-level policy refused the row.
    public static let insufficientPrivilege = SQLState(rawValue: "42501")
    /// 42601: the statement is not SQL.
    public static let syntaxError = SQLState(rawValue: "42601")
    /// 42P01: no such table.
    public static let undefinedTable = SQLState(rawValue: "42P01")
    /// 42710: an object of that name exists.
    public static let duplicateObject = SQLState(rawValue: "42710")
    /// 42P04: a database of that name exists.
    public static let duplicateDatabase = SQLState(rawValue: "42P04")
    /// 0A000: not supported; also a cached plan whose result type changed.
    public static let featureNotSupported = SQLState(rawValue: "0A000")
    /// 53100: no space left on the server's disk.
    public static let diskFull = SQLState(rawValue: "53100")
    /// 53200: the server is out of memory.
    public static let outOfMemory = SQLState(rawValue: "53200")
    /// 53300: the server has no connection left.
    public static let tooManyConnections = SQLState(rawValue: "53300")
    /// 55P03: a lock was not free.
    public static let lockNotAvailable = SQLState(rawValue: "55P03")
    /// 57014: the statement was cancelled, by request or by `statement_timeout`.
    public static let queryCanceled = SQLState(rawValue: "57014")
    /// 57P01: the connection was ended by an administrator.
    public static let adminShutdown = SQLState(rawValue: "57P01")
    /// 57P03: the server starts, stops or recovers.
    public static let cannotConnectNow = SQLState(rawValue: "57P03")
    /// P0001: raised by a function.
    public static let raiseException = SQLState(rawValue: "P0001")
}
