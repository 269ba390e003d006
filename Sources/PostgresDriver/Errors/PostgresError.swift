/// Whatever can go wrong between a caller and its Postgres server.
///
/// `description` is safe to log: codes and names of schema objects, no values. `debugDescription` adds what the
/// server and libpq said, which may quote values.
public struct PostgresError: Error, Sendable, CustomStringConvertible, CustomDebugStringConvertible {
    /// What happened, to decide on.
    public enum Code: Hashable, Sendable {
        /// The connection string or a limit is not valid.
        case invalidConfiguration
        /// No connection could be opened.
        case connectionFailed
        /// The connection broke while it was used, before COMMIT was sent: nothing was written.
        case connectionLost
        /// All connections stayed in use for as long as the caller could wait.
        case poolExhausted
        /// The pool is shut down or shutting down.
        case poolClosed
        /// The server refused a statement.
        case server(SQLState)
        /// A column held something else than was asked for.
        case decoding
        /// The statement cannot be sent: too many parameters, or a value too long.
        case invalidQuery
        /// The task was cancelled; the transaction was rolled back.
        case cancelled
        /// The caller's deadline passed; the transaction was rolled back.
        case deadlineExceeded
        /// The connection broke between sending COMMIT and its answer: the write may or may not have happened.
        case commitOutcomeUnknown
        /// COMMIT was answered by ROLLBACK, because a statement of the transaction had failed: nothing was written.
        case transactionAborted
        /// The transaction object was used after its closure had returned.
        case transactionEnded
        /// The server or libpq answered outside the protocol, or a statement is of a kind the driver does not run.
        case protocolViolation
    }

    private final class Details: Sendable {
        let code: Code
        let message: String
        let server: PostgresServerError?
        let diagnostics: String?

        init(code: Code, message: String, server: PostgresServerError?, diagnostics: String?) {
            self.code = code
            self.message = message
            self.server = server
            self.diagnostics = diagnostics
        }
    }

    // One reference, so that typed throws stay cheap on the path without errors.
    private let details: Details

    /// An error of this driver; `diagnostics` is told by `debugDescription` alone.
    package init(
        _ code: Code,
        _ message: String,
        server: PostgresServerError? = nil,
        diagnostics: String? = nil
    ) {
        details = Details(code: code, message: message, server: server, diagnostics: diagnostics)
    }

    /// An error the server answered a statement with.
    package init(server: PostgresServerError) {
        self.init(.server(server.sqlState), "the server refused a statement", server: server)
    }

    /// What happened, to decide on.
    public var code: Code { details.code }

    /// One sentence, safe to log.
    public var message: String { details.message }

    /// What the server said, where it said something.
    public var server: PostgresServerError? { details.server }

    /// The SQLSTATE of the server's answer, where there is one.
    public var sqlState: SQLState? { details.server?.sqlState }

    /// The name of the constraint that refused, where one did.
    public var constraint: String? { details.server?.constraint }

    /// What libpq said of a connection that failed: host, user and reason, no password.
    ///
    /// For logs of an operator.
    public var diagnostics: String? { details.diagnostics }

    /// Whether running the same transaction again can succeed and cannot write twice.
    public var isSafeToRetry: Bool {
        switch code {
        case .server(let state):
            state == .serializationFailure || state == .deadlockDetected || state == .cannotConnectNow
        case .connectionFailed, .connectionLost, .poolExhausted:
            true
        case .invalidConfiguration, .poolClosed, .decoding, .invalidQuery, .cancelled, .deadlineExceeded,
            .commitOutcomeUnknown, .transactionAborted, .transactionEnded, .protocolViolation:
            false
        }
    }

    /// One of a bounded set of words, for metric labels.
    public var shortDescription: String {
        switch code {
        case .invalidConfiguration: "invalid_configuration"
        case .connectionFailed: "connection_failed"
        case .connectionLost: "connection_lost"
        case .poolExhausted: "pool_exhausted"
        case .poolClosed: "pool_closed"
        case .server(let state): "server_\(state.conditionClass)"
        case .decoding: "decoding"
        case .invalidQuery: "invalid_query"
        case .cancelled: "cancelled"
        case .deadlineExceeded: "deadline_exceeded"
        case .commitOutcomeUnknown: "commit_outcome_unknown"
        case .transactionAborted: "transaction_aborted"
        case .transactionEnded: "transaction_ended"
        case .protocolViolation: "protocol_violation"
        }
    }

    /// Code, sentence and names of schema objects: no values.
    public var description: String {
        var text = "\(shortDescription): \(message)"
        if let server { text += " (\(server))" }
        return text
    }

    /// All that is known, with what the server quoted.
    public var debugDescription: String {
        var text = "\(shortDescription): \(message)"
        if let server { text += " (\(server.debugDescription))" }
        if let diagnostics { text += " [\(diagnostics)]" }
        return text
    }
}
