public import Logging
import Synchronization

/// One connection for work outside requests: bootstrapping, migrations, dumps.
///
/// It can do what a pool refuses: run statements outside a transaction (`CREATE DATABASE`), scripts of several
/// statements, and hold session locks. Request code has no use for it.
public final class PostgresAdministration: Sendable {
    private let thread: IOThread
    private let grace: Duration
    private let connection = ConnectionID(rawValue: 1)

    private init(thread: IOThread, grace: Duration) {
        self.thread = thread
        self.grace = grace
    }

    /// Opens a connection, lends it to `body`, and closes it.
    ///
    /// - Throws: what `body` throws, or ``PostgresError``.
    public static func withConnection<Value>(
        _ configuration: PostgresConfiguration,
        logger: Logger,
        isolation: isolated (any Actor)? = #isolation,
        _ body: (PostgresAdministration) async throws -> Value
    ) async throws -> Value {
        let administration = try await open(configuration, logger: logger)
        defer { administration.thread.end() }
        return try await body(administration)
    }

    /// Runs one or more statements in one text, without parameters, outside a transaction unless it opens one.
    ///
    /// The text must not hold anything a user wrote. Several statements run as if in one transaction.
    ///
    /// - Throws: ``PostgresError`` of the first statement that failed.
    public func execute(script: String) async throws(PostgresError) {
        _ = try await exchange(.script(script))
    }

    /// Runs one statement with parameters, outside a transaction unless ``withTransaction(_:isolation:_:)`` is open.
    ///
    /// - Throws: ``PostgresError``.
    @discardableResult
    public func query(_ query: PostgresQuery) async throws(PostgresError) -> PostgresRows {
        let outcome = try await exchange(.pipeline([query]))
        guard let rows = outcome.rows.first else {
            throw PostgresError(.protocolViolation, "a statement without an answer")
        }
        return rows
    }

    /// Runs `body` in a transaction and commits it; BEGIN is sent at once, so that scripts run inside it too.
    ///
    /// - Throws: what `body` throws, or ``PostgresError``; see ``PostgresPool`` for what COMMIT may answer.
    @discardableResult
    public func withTransaction<Value>(
        _ settings: TransactionSettings = TransactionSettings(),
        isolation: isolated (any Actor)? = #isolation,
        _ body: (PostgresTransaction) async throws -> Value
    ) async throws -> Value {
        let route = PostgresTransaction.Route(thread: thread, connection: connection)
        let transaction = PostgresTransaction(route: route, settings: settings, deadline: nil)
        do {
            try await transaction.begin()
            let value = try await body(transaction)
            _ = try await transaction.commit(closing: [], writes: settings.access == .readWrite)
            return value
        } catch {
            if await !transaction.rollBack(grace: grace) { thread.close(connection) }
            throw error
        }
    }

    /// Holds a session-level advisory lock while `body` runs; waits for it as long as it takes.
    ///
    /// - Throws: what `body` throws, or ``PostgresError``.
    @discardableResult
    public func withAdvisoryLock<Value>(
        _ key: Int64,
        isolation: isolated (any Actor)? = #isolation,
        _ body: () async throws -> Value
    ) async throws -> Value {
        try await query("SELECT pg_advisory_lock(\(key))")
        let value: Value
        do {
            value = try await body()
        } catch {
            // The lock ends with the connection at the latest; the first error is the one to tell.
            _ = try? await query("SELECT pg_advisory_unlock(\(key))")
            throw error
        }
        try await query("SELECT pg_advisory_unlock(\(key))")
        return value
    }

    /// The server's version, for example 150020 for 15.20.
    ///
    /// - Throws: ``PostgresError``.
    public func serverVersion() async throws(PostgresError) -> Int {
        try await query("SELECT current_setting('server_version_num')::int4").decodeOne(Int.self)
    }

    private static func open(
        _ configuration: PostgresConfiguration,
        logger: Logger
    ) async throws(PostgresError) -> PostgresAdministration {
        let connector = Connector(configuration: configuration, logger: logger)
        try connector.validate()
        let opener = try BlockingThreads(count: 1)
        defer { opener.stop() }
        let opened: Result<ConnectionUnsafeHandle, PostgresError> = await withCheckedContinuation { continuation in
            opener.submit {
                do throws(PostgresError) {
                    continuation.resume(returning: .success(try connector.connect()))
                } catch {
                    continuation.resume(returning: .failure(error))
                }
            }
        }
        let handle = try opened.get()
        let thread = try IOThread(configuration: configuration, events: IOThread.Events(lost: { _ in }, woke: {}))
        let administration = PostgresAdministration(thread: thread, grace: configuration.cancellationGrace)
        thread.adopt(administration.connection, handle)
        return administration
    }

    private func exchange(_ request: Exchange.Request) async throws(PostgresError) -> ExchangeOutcome {
        let ticket = ExchangeTicket()
        let (thread, connection) = (thread, connection)
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let exchange = Exchange(request, deadline: nil, ticket: ticket) { continuation.resume(returning: $0) }
                thread.submit(exchange, to: connection)
            }
        } onCancel: {
            thread.cancel(ticket, on: connection)
        }
        if let failure = outcome.failure { throw failure }
        return outcome
    }
}
