/// One connection as its I/O thread sees it: a queue of exchanges, one of them under way.
///
/// Not Sendable: made, used and dropped on the I/O thread alone.
final class PipelinedConnection {
    /// What the next results belong to, in the order things were sent.
    enum Step {
        case deallocation
        case prepare(StatementCache.Key)
        case statement(StatementCache.Key?)
        case sync(isLast: Bool)
        case script
    }

    /// The exchange under way.
    final class Flight {
        let exchange: Exchange
        var steps: [Step] = []
        var position = 0
        var outcome = ExchangeOutcome()
        var stop: Exchange.StopReason?
        /// When a stopped exchange is given up and its connection closed.
        var giveUpAt: ContinuousClock.Instant?
        /// When the server is asked again, in case the request came before the statement did.
        var cancelAgainAt: ContinuousClock.Instant?
        /// Requests to cancel that may still reach the server: the connection must not be used again before they have.
        var cancelsUnderWay = 0
        var isDrained = false
        var strayEnds = 0

        init(exchange: Exchange) {
            self.exchange = exchange
        }
    }

    let id: ConnectionID
    let handle: ConnectionUnsafeHandle
    var cache: StatementCache
    var flight: Flight?
    private(set) var wantsWrite = false
    private(set) var isLost = false
    private var queue: [Exchange] = []
    private let grace: Duration
    private let rewriting: (@Sendable (String) -> String)?
    private let requestCancel: (ConnectionID, ExchangeTicket, CancelUnsafeHandle) -> Void

    init(
        id: ConnectionID,
        handle: ConnectionUnsafeHandle,
        configuration: PostgresConfiguration,
        requestCancel: @escaping (ConnectionID, ExchangeTicket, CancelUnsafeHandle) -> Void
    ) {
        self.id = id
        self.handle = handle
        self.requestCancel = requestCancel
        cache = StatementCache(limit: configuration.preparedStatementLimit)
        grace = configuration.cancellationGrace
        rewriting = configuration.rewriting
    }

    // MARK: Exchanges

    func enqueue(_ exchange: Exchange) {
        queue.append(exchange)
        startNext()
    }

    /// Starts the next exchange when none is under way.
    func startNext() {
        while flight == nil, !isLost, !queue.isEmpty {
            let exchange = queue.removeFirst()
            if exchange.ticket.isCancelled {
                refuse(exchange, Exchange.StopReason.cancelled.error)
            } else if let deadline = exchange.deadline, deadline <= .now {
                refuse(exchange, Exchange.StopReason.deadlineExceeded.error)
            } else if exchange.needsTransaction, handle.transactionStatus == .idle {
                refuse(exchange, PostgresError(.transactionAborted, "the transaction could not be opened"))
            } else if let problem = Self.problem(with: exchange.request) {
                refuse(exchange, problem)
            } else {
                start(exchange)
            }
        }
    }

    private func refuse(_ exchange: Exchange, _ failure: PostgresError) {
        exchange.complete(ExchangeOutcome(refused: failure, status: handle.transactionStatus))
    }

    // The protocol counts parameters in 16 bits and lengths in 31; the server takes values up to 1 GiB.
    private static func problem(with request: Exchange.Request) -> PostgresError? {
        guard case .pipeline(let queries) = request else { return nil }
        for query in queries {
            if query.binds.count > 65_535 { return PostgresError(.invalidQuery, "more than 65,535 parameters") }
            if query.binds.buffer.bytes.count > 1 << 30 {
                return PostgresError(.invalidQuery, "more than 1 GiB of values")
            }
        }
        return nil
    }

    private func start(_ exchange: Exchange) {
        let flight = Flight(exchange: exchange)
        flight.outcome.wasSent = true
        self.flight = flight
        let isSent =
            switch exchange.request {
            case .pipeline(let queries): sendPipeline(queries, flight)
            case .script(let text): sendScript(text, flight)
            }
        guard isSent else { return lose() }
        flush()
    }

    private func sendScript(_ text: String, _ flight: Flight) -> Bool {
        flight.steps = [.script]
        return handle.exitPipelineMode() && handle.sendScript(text)
    }

    private func sendPipeline(_ queries: [PostgresQuery], _ flight: Flight) -> Bool {
        flight.steps.reserveCapacity(2 * queries.count + 1)
        if handle.transactionStatus == .idle {
            // Each under a sync of its own, so that none of them is in the transaction that follows.
            for name in cache.takeEvicted() {
                flight.steps += [.deallocation, .sync(isLast: false)]
                guard handle.sendUnnamed(sql: "DEALLOCATE \(name)", binds: PostgresBinds()), handle.sendSync() else {
                    return false
                }
            }
        }
        for query in queries {
            guard send(query, flight) else { return false }
        }
        flight.steps.append(.sync(isLast: true))
        return handle.sendSync()
    }

    private func send(_ query: PostgresQuery, _ flight: Flight) -> Bool {
        let sql = rewriting?(query.sql) ?? query.sql
        guard cache.isEnabled else {
            flight.steps.append(.statement(nil))
            return handle.sendUnnamed(sql: sql, binds: query.binds)
        }
        let key = StatementCache.Key(sql: sql, types: query.binds.types)
        switch cache.use(key) {
        case .prepared(let name):
            flight.steps.append(.statement(key))
            return handle.sendPrepared(name: name, binds: query.binds)
        case .new(let name):
            flight.steps += [.prepare(key), .statement(key)]
            return handle.sendPrepare(name: name, sql: sql, types: query.binds.types)
                && handle.sendPrepared(name: name, binds: query.binds)
        }
    }

    // MARK: Socket

    func flush() {
        switch handle.flush() {
        case .done: wantsWrite = false
        case .pending: wantsWrite = true
        case .broken: lose()
        }
    }

    func read() {
        let isIntact = handle.consumeInput()
        receiveResults()
        if !isIntact || !handle.isOpen { lose() }
    }

    /// Gives up the connection: the server's state is not known any more.
    func lose(_ failure: PostgresError? = nil) {
        guard !isLost else { return }
        isLost = true
        let failure =
            failure
            ?? PostgresError(.connectionLost, "the connection to the server broke", diagnostics: handle.lastError)
        if let flight {
            self.flight = nil
            var outcome = flight.outcome
            // What the server said before it hung up tells more than that it hung up.
            let server = outcome.failure?.server
            outcome.failure =
                flight.stop?.error
                ?? PostgresError(failure.code, failure.message, server: server, diagnostics: failure.diagnostics)
            outcome.status = .unknown
            flight.exchange.complete(outcome)
        }
        for exchange in queue {
            exchange.complete(ExchangeOutcome(refused: failure, status: .unknown))
        }
        queue = []
    }

    // MARK: Stopping

    /// Ends an exchange early: at once when it waits, by asking the server when it is under way.
    func stop(_ ticket: ExchangeTicket, reason: Exchange.StopReason) {
        if let flight, flight.exchange.ticket === ticket {
            guard flight.stop == nil else { return }
            flight.stop = reason
            flight.giveUpAt = .now + grace
            sendCancel(flight)
        } else if let index = queue.firstIndex(where: { $0.ticket === ticket }) {
            refuse(queue.remove(at: index), reason.error)
        }
    }

    /// A request to cancel has reached the server.
    func cancelReturned(_ ticket: ExchangeTicket) {
        guard let flight, flight.exchange.ticket === ticket else { return }
        flight.cancelsUnderWay -= 1
        flight.cancelAgainAt = .now + .milliseconds(250)
        finishIfDrained()
    }

    private func sendCancel(_ flight: Flight) {
        flight.cancelAgainAt = nil
        guard let cancel = handle.makeCancel() else { return }
        flight.cancelsUnderWay += 1
        requestCancel(id, flight.exchange.ticket, cancel)
    }

    /// The next moment at which ``checkTimes(now:)`` has something to do.
    var nextTime: ContinuousClock.Instant? {
        guard let flight else { return nil }
        guard flight.stop != nil else { return flight.exchange.deadline }
        guard let giveUp = flight.giveUpAt else { return nil }
        return min(giveUp, flight.cancelAgainAt ?? giveUp)
    }

    func checkTimes(now: ContinuousClock.Instant) {
        guard let flight else { return }
        if flight.stop == nil {
            if let deadline = flight.exchange.deadline, deadline <= now {
                stop(flight.exchange.ticket, reason: .deadlineExceeded)
            }
        } else if let giveUp = flight.giveUpAt, giveUp <= now {
            lose()
        } else if let again = flight.cancelAgainAt, again <= now {
            sendCancel(flight)
        }
    }
}
