import Synchronization

/// A transaction under way; only its closure may use it.
///
/// BEGIN and the settings travel with the first statement. Statements issued at the same time run one after the
/// other, in the order they were issued.
public final class PostgresTransaction: Sendable {
    /// Where an exchange goes: a connection of some I/O thread.
    package struct Route: Sendable {
        package let thread: IOThread
        package let connection: ConnectionID

        package init(thread: IOThread, connection: ConnectionID) {
            self.thread = thread
            self.connection = connection
        }
    }

    private struct State {
        var opening: [PostgresQuery]
        var hasEnded = false
        var savepoints = 0
        /// Where the connection stands, as the last exchange told.
        var status = TransactionStatus.idle
    }

    private let route: Route
    private let deadline: ContinuousClock.Instant?
    private let state: Mutex<State>

    init(route: Route, settings: TransactionSettings, deadline: ContinuousClock.Instant?) {
        self.route = route
        self.deadline = deadline
        state = Mutex(State(opening: settings.opening))
    }

    /// Runs one statement and returns its rows.
    ///
    /// - Throws: ``PostgresError``; after an error of the server the transaction can only be rolled back.
    public func query(_ query: PostgresQuery) async throws(PostgresError) -> PostgresRows {
        let rows = try await pipeline([query])
        return rows[0]
    }

    /// Runs one statement and returns how many rows it wrote.
    ///
    /// - Throws: ``PostgresError``; after an error of the server the transaction can only be rolled back.
    @discardableResult
    public func execute(_ query: PostgresQuery) async throws(PostgresError) -> Int {
        try await self.query(query).affectedRows
    }

    /// Runs statements in one round trip and returns the rows of each.
    ///
    /// - Throws: ``PostgresError`` of the first statement that failed; those after it did not run.
    @discardableResult
    public func pipeline(_ queries: [PostgresQuery]) async throws(PostgresError) -> [PostgresRows] {
        guard !queries.isEmpty else { return [] }
        let (outcome, openingCount) = await exchange(queries, endsTransaction: false)
        if let failure = outcome.failure { throw failure }
        return Array(outcome.rows.dropFirst(openingCount))
    }

    /// Runs `body` under a savepoint: an error it throws undoes what it wrote, and the transaction goes on.
    ///
    /// Costs two round trips. Savepoints nest.
    ///
    /// - Throws: what `body` throws, or ``PostgresError``.
    @discardableResult
    public func withSavepoint<Value>(
        isolation: isolated (any Actor)? = #isolation,
        _ body: () async throws -> Value
    ) async throws -> Value {
        let name = state.withLock { state in
            state.savepoints += 1
            return "sp\(state.savepoints)"
        }
        try await execute(PostgresQuery(unescaped: "SAVEPOINT \(name)"))
        do {
            let value = try await body()
            try await execute(PostgresQuery(unescaped: "RELEASE SAVEPOINT \(name)"))
            return value
        } catch {
            // Where this fails too, the transaction stays failed; the first error is the one to tell.
            _ = try? await pipeline([
                PostgresQuery(unescaped: "ROLLBACK TO SAVEPOINT \(name)"),
                PostgresQuery(unescaped: "RELEASE SAVEPOINT \(name)"),
            ])
            throw error
        }
    }
}

// MARK: - What runs a transaction

extension PostgresTransaction {
    /// Sends BEGIN and the settings alone, for callers whose next text is not an exchange of this transaction.
    func begin() async throws(PostgresError) {
        let (outcome, _) = await exchange([], endsTransaction: false)
        if let failure = outcome.failure { throw failure }
    }

    /// Runs the closing statements and COMMIT in one round trip.
    ///
    /// - Returns: the rows of each closing statement.
    /// - Throws: ``PostgresError``; nothing was written unless its code is `commitOutcomeUnknown`.
    func commit(closing: [PostgresQuery], writes: Bool) async throws(PostgresError) -> [PostgresRows] {
        let (hasBegun, status) = state.withLock { state in (state.opening.isEmpty, state.status) }
        if !hasBegun, closing.isEmpty {
            end()
            return []
        }
        // Known to be lost already: the server would answer COMMIT with ROLLBACK.
        if status == .failed {
            throw PostgresError(.transactionAborted, "a statement of the transaction had failed")
        }
        let (outcome, openingCount) = await exchange(closing + ["COMMIT"], endsTransaction: true)
        if let failure = outcome.failure {
            // A broken connection leaves it open whether COMMIT was carried out; a read loses nothing either way.
            if outcome.status == .unknown, outcome.wasSent, writes {
                throw PostgresError(
                    .commitOutcomeUnknown,
                    "the connection broke during COMMIT",
                    server: failure.server,
                    diagnostics: failure.diagnostics
                )
            }
            throw failure
        }
        guard outcome.rows.last?.commandTag == "COMMIT" else {
            throw PostgresError(.transactionAborted, "COMMIT was answered by ROLLBACK")
        }
        return Array(outcome.rows.dropFirst(openingCount).dropLast())
    }

    /// Ends the transaction if it is still open.
    ///
    /// - Returns: whether the connection is outside any transaction now, so that it can be used again.
    func rollBack(grace: Duration) async -> Bool {
        end()
        switch state.withLock({ $0.status }) {
        case .idle: return true
        case .unknown: return false
        case .open, .failed: break
        }
        let outcome = await withCheckedContinuation { continuation in
            let exchange = Exchange(.pipeline(["ROLLBACK"]), deadline: .now + grace) {
                continuation.resume(returning: $0)
            }
            route.thread.submit(exchange, to: route.connection)
        }
        return outcome.status == .idle
    }

    private func end() {
        state.withLock { $0.hasEnded = true }
    }

    private func exchange(
        _ queries: [PostgresQuery],
        endsTransaction: Bool
    ) async -> (outcome: ExchangeOutcome, openingCount: Int) {
        let ticket = ExchangeTicket()
        let route = route
        let answer = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                submit(queries, ticket: ticket, endsTransaction: endsTransaction) { outcome, openingCount in
                    continuation.resume(returning: (outcome, openingCount))
                }
            }
        } onCancel: {
            route.thread.cancel(ticket, on: route.connection)
        }
        return answer
    }

    // Under the lock, so that the exchange that carries BEGIN is the first one queued.
    private func submit(
        _ queries: [PostgresQuery],
        ticket: ExchangeTicket,
        endsTransaction: Bool,
        completion: @escaping @Sendable (ExchangeOutcome, Int) -> Void
    ) {
        let isSubmitted = state.withLock { state in
            guard !state.hasEnded else { return false }
            state.hasEnded = endsTransaction
            let opening = state.opening
            state.opening = []
            let exchange = Exchange(
                .pipeline(opening + queries),
                deadline: deadline,
                ticket: ticket,
                needsTransaction: opening.isEmpty
            ) { [self] outcome in
                self.state.withLock { $0.status = outcome.status }
                completion(outcome, opening.count)
            }
            route.thread.submit(exchange, to: route.connection)
            return true
        }
        if !isSubmitted {
            let ended = PostgresError(.transactionEnded, "the transaction's closure has returned")
            completion(ExchangeOutcome(refused: ended, status: .unknown), 0)
        }
    }
}
