public import Logging
import Synchronization

/// A bounded set of connections to one server as one role.
///
/// A connection is reached only through a transaction: ``withTransaction(_:deadline:isolation:_:)``. So no setting
/// outlives the transaction it was made in, and nothing is left open.
public final class PostgresPool: Sendable {
    private struct State {
        var machine: PoolStateMachine<SystemRandomNumberGenerator>
        var waiters: [WaiterID: CheckedContinuation<Result<ConnectionID, PostgresError>, Never>] = [:]
        var lastWaiter = 0
        var connectError: PostgresError?
        var hasEnded = false
        var enders: [CheckedContinuation<Void, Never>] = []
    }

    /// What is left to do once the lock is released.
    private enum Effect {
        case connect(ConnectionID)
        case close(ConnectionID)
        case answer(
            CheckedContinuation<Result<ConnectionID, PostgresError>, Never>,
            Result<ConnectionID, PostgresError>
        )
        case wake(ContinuousClock.Instant)
        case end([CheckedContinuation<Void, Never>])
    }

    // Lets the threads call back without keeping the pool alive.
    private final class Owner: Sendable {
        private struct Reference {
            weak var pool: PostgresPool?
        }

        private let reference = Mutex(Reference())
        var pool: PostgresPool? { reference.withLock { $0.pool } }

        func set(_ pool: PostgresPool) {
            reference.withLock { $0.pool = pool }
        }
    }

    package let configuration: PostgresPoolConfiguration
    package let thread: IOThread
    private let logger: Logger
    private let connector: Connector
    private let openers: BlockingThreads
    private let owner = Owner()
    private let state: Mutex<State>

    /// Makes the pool and its threads, and begins to open the minimum of connections.
    ///
    /// - Throws: ``PostgresError`` with code `invalidConfiguration` where the connection string or the limits are not
    ///   valid. A server that cannot be reached is no error here: see ``waitUntilReachable(deadline:)``.
    public init(configuration: PostgresPoolConfiguration, logger: Logger) throws(PostgresError) {
        guard configuration.minimumConnections >= 0, configuration.maximumConnections >= 1,
            configuration.minimumConnections <= configuration.maximumConnections
        else { throw PostgresError(.invalidConfiguration, "the pool's limits do not fit each other") }
        self.configuration = configuration
        self.logger = logger
        connector = Connector(configuration: configuration.connection, logger: logger)
        try connector.validate()
        let limits = PoolStateMachine<SystemRandomNumberGenerator>.Limits(
            minimum: configuration.minimumConnections,
            maximum: configuration.maximumConnections,
            idleTimeout: configuration.idleTimeout,
            backoff: ConnectBackoff(initial: configuration.initialBackoff, maximum: configuration.maximumBackoff)
        )
        state = Mutex(State(machine: PoolStateMachine(limits: limits, random: SystemRandomNumberGenerator())))
        openers = try BlockingThreads(count: min(4, configuration.maximumConnections))
        let owner = owner
        let events = IOThread.Events(
            lost: { id in owner.pool?.apply { $0.lost(id, now: .now) } },
            woke: { owner.pool?.apply { $0.tick(now: .now) } }
        )
        thread = try IOThread(configuration: configuration.connection, events: events)
        owner.set(self)
        apply { $0.start(now: .now) }
    }

    deinit {
        thread.end()
        openers.stop()
    }

    /// How many connections are in use and free, and how many callers wait; for metrics.
    public var snapshot: PostgresPoolSnapshot {
        state.withLock { state in
            PostgresPoolSnapshot(
                inUse: state.machine.leasedCount,
                idle: state.machine.idleCount,
                connecting: state.machine.connectingCount,
                waiting: state.machine.waitingCount
            )
        }
    }

    /// Waits until one connection could be opened.
    ///
    /// - Throws: ``PostgresError`` with code `connectionFailed` (its `diagnostics` tell libpq's reason),
    ///   `poolExhausted`, `poolClosed` or `cancelled`.
    public func waitUntilReachable(deadline: ContinuousClock.Instant) async throws(PostgresError) {
        release(try await lease(deadline: deadline), isReusable: true)
    }

    /// Gives out no more connections, and waits until those in use have come back, or until the deadline; then
    /// closes what is left.
    public func shutDown(deadline: ContinuousClock.Instant) async {
        apply { $0.shutDown() }
        let thread = thread
        let limit = Task {
            // A cancelled sleep means that all connections came back in time.
            if (try? await Task.sleep(until: deadline, clock: .continuous)) != nil { thread.end() }
        }
        await withCheckedContinuation { continuation in
            let hasEnded = state.withLock { state in
                if !state.hasEnded { state.enders.append(continuation) }
                return state.hasEnded
            }
            if hasEnded { continuation.resume() }
        }
        limit.cancel()
        thread.end()
        openers.stop()
    }

    // MARK: Leases

    /// Waits for a connection, not longer than the deadline or the configured limit.
    func lease(deadline: ContinuousClock.Instant?) async throws(PostgresError) -> ConnectionID {
        let now = ContinuousClock.now
        let limit = now + configuration.maximumWait
        let until = min(deadline ?? limit, limit)
        let ticket = ExchangeTicket()
        let waiter = state.withLock { state in
            state.lastWaiter += 1
            return WaiterID(rawValue: state.lastWaiter)
        }
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                apply { state in
                    guard !ticket.isCancelled else { return [.fail(waiter, .cancelled)] }
                    return state.lease(waiter, until: until, now: now)
                } waiting: { state in
                    state.waiters[waiter] = continuation
                }
            }
        } onCancel: {
            ticket.cancel()
            apply { $0.cancel(waiter) }
        }
        return try result.get()
    }

    func release(_ id: ConnectionID, isReusable: Bool) {
        apply { $0.release(id, isReusable: isReusable, now: .now) }
    }

    // MARK: Events in, effects out

    private func apply(
        _ event: (inout PoolStateMachine<SystemRandomNumberGenerator>) -> [PoolStateMachine<
            SystemRandomNumberGenerator
        >.Action],
        waiting: (inout State) -> Void = { _ in }
    ) {
        let effects = state.withLock { state in
            waiting(&state)
            return event(&state.machine).compactMap { Self.effect(of: $0, in: &state) }
        }
        for effect in effects { perform(effect) }
    }

    private static func effect(
        of action: PoolStateMachine<SystemRandomNumberGenerator>.Action,
        in state: inout State
    ) -> Effect? {
        switch action {
        case .connect(let id): return .connect(id)
        case .close(let id): return .close(id)
        case .wake(let moment): return .wake(moment)
        case .grant(let waiter, let id):
            return state.waiters.removeValue(forKey: waiter).map { .answer($0, .success(id)) }
        case .fail(let waiter, let failure):
            let error = error(for: failure, last: state.connectError)
            return state.waiters.removeValue(forKey: waiter).map { .answer($0, .failure(error)) }
        case .ended:
            state.hasEnded = true
            defer { state.enders = [] }
            return .end(state.enders)
        }
    }

    private static func error(
        for failure: PoolStateMachine<SystemRandomNumberGenerator>.WaitFailure,
        last: PostgresError?
    ) -> PostgresError {
        switch failure {
        case .exhausted: PostgresError(.poolExhausted, "no connection became free in time")
        case .unreachable: last ?? PostgresError(.connectionFailed, "the server cannot be reached")
        case .cancelled: Exchange.StopReason.cancelled.error
        case .closed: PostgresError(.poolClosed, "the pool is shut down")
        }
    }

    private func perform(_ effect: Effect) {
        switch effect {
        case .connect(let id): open(id)
        case .close(let id): thread.close(id)
        case .wake(let moment): thread.wake(at: moment)
        case .answer(let continuation, let result): continuation.resume(returning: result)
        case .end(let continuations):
            for continuation in continuations { continuation.resume() }
        }
    }

    private func open(_ id: ConnectionID) {
        let (connector, owner, thread, logger) = (connector, owner, thread, logger)
        openers.submit {
            do throws(PostgresError) {
                thread.adopt(id, try connector.connect())
                owner.pool?.apply { $0.connected(id, now: .now) }
            } catch {
                logger.warning(
                    "postgres connection failed",
                    metadata: ["reason": "\(error.diagnostics ?? error.message)"]
                )
                owner.pool?.connectFailed(id, error)
            }
        }
    }

    private func connectFailed(_ id: ConnectionID, _ error: PostgresError) {
        apply {
            $0.connectFailed(id, now: .now)
        } waiting: {
            $0.connectError = error
        }
    }
}
