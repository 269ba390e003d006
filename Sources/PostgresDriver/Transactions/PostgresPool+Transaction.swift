extension PostgresPool {
    /// Runs `body` in a transaction and commits it.
    ///
    /// Two round trips for one statement: BEGIN and the settings travel with the first statement of `body`, COMMIT
    /// alone. If `body` throws, is cancelled or runs into the deadline, everything is rolled back. A body that runs
    /// no statement sends nothing.
    ///
    /// - Parameters:
    ///   - settings: isolation, access, time limit and local settings.
    ///   - deadline: the latest moment for waiting on a connection and on answers; a statement under way is then
    ///     cancelled on the server.
    ///   - isolation: the caller's; leave it to its default.
    ///   - body: what runs in the transaction; it must not wait on anything but the transaction.
    /// - Returns: what `body` returned, once COMMIT was answered by `COMMIT`.
    /// - Throws: what `body` throws, or ``PostgresError``.
    @discardableResult
    public func withTransaction<Value>(
        _ settings: TransactionSettings = TransactionSettings(),
        deadline: ContinuousClock.Instant? = nil,
        isolation: isolated (any Actor)? = #isolation,
        _ body: (PostgresTransaction) async throws -> Value
    ) async throws -> Value {
        try await withTransaction(settings, deadline: deadline, body: body, closing: { _ in [] }).0
    }

    /// Runs `body` in a transaction, then the closing statements and COMMIT in one round trip.
    ///
    /// - Parameters:
    ///   - settings: isolation, access, time limit and local settings.
    ///   - deadline: as for ``withTransaction(_:deadline:isolation:_:)``.
    ///   - isolation: the caller's; leave it to its default.
    ///   - body: what runs in the transaction; if it runs no statement, all takes one round trip.
    ///   - closing: the last statements, made from what `body` returned; locks they take are held only until COMMIT.
    /// - Returns: what `body` returned, and the rows of each closing statement.
    /// - Throws: what `body` or `closing` throws, or ``PostgresError``.
    @discardableResult
    public func withTransaction<Value>(
        _ settings: TransactionSettings = TransactionSettings(),
        deadline: ContinuousClock.Instant? = nil,
        isolation: isolated (any Actor)? = #isolation,
        body: (PostgresTransaction) async throws -> Value,
        closing: (Value) throws -> [PostgresQuery]
    ) async throws -> (Value, [PostgresRows]) {
        let connection = try await lease(deadline: deadline)
        let route = PostgresTransaction.Route(thread: thread, connection: connection)
        let transaction = PostgresTransaction(route: route, settings: settings, deadline: deadline)
        do {
            let value = try await body(transaction)
            let rows = try await transaction.commit(closing: closing(value), writes: settings.access == .readWrite)
            release(connection, isReusable: true)
            return (value, rows)
        } catch {
            let isReusable = await transaction.rollBack(grace: configuration.connection.cancellationGrace)
            release(connection, isReusable: isReusable)
            throw error
        }
    }

    /// Runs statements in a transaction of their own: BEGIN, settings, statements and COMMIT in one round trip.
    ///
    /// - Returns: the rows of each statement, once COMMIT was answered by `COMMIT`.
    /// - Throws: ``PostgresError`` of the first statement that failed; nothing was written unless its code is
    ///   `commitOutcomeUnknown`.
    @discardableResult
    public func transaction(
        _ settings: TransactionSettings = TransactionSettings(),
        deadline: ContinuousClock.Instant? = nil,
        pipeline queries: [PostgresQuery]
    ) async throws -> [PostgresRows] {
        try await withTransaction(settings, deadline: deadline, body: { _ in }, closing: { queries }).1
    }
}
