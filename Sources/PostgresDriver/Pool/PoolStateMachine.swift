/// Names a caller that waits for a connection; later callers have larger numbers.
package struct WaiterID: Hashable, Sendable {
    package let rawValue: Int

    package init(rawValue: Int) {
        self.rawValue = rawValue
    }
}

/// Who gets which connection, and when connections are opened and closed: a value without I/O.
///
/// Each event answers with actions, to be carried out in order once the caller has left its lock.
package struct PoolStateMachine<Random: RandomNumberGenerator> {
    package typealias Instant = ContinuousClock.Instant

    package enum Action: Hashable, Sendable {
        /// Open a connection, then call ``connected(_:now:)`` or ``connectFailed(_:now:)``.
        case connect(ConnectionID)
        case close(ConnectionID)
        case grant(WaiterID, ConnectionID)
        case fail(WaiterID, WaitFailure)
        /// Call ``tick(now:)`` at that moment.
        case wake(Instant)
        /// Shut down, and no connection is left.
        case ended
    }

    package enum WaitFailure: Hashable, Sendable {
        /// All connections stayed in use.
        case exhausted
        /// There was no connection at all, and none could be opened.
        case unreachable
        case cancelled
        case closed
    }

    package struct Limits: Sendable {
        package var minimum: Int
        package var maximum: Int
        package var idleTimeout: Duration
        package var backoff: ConnectBackoff

        package init(minimum: Int, maximum: Int, idleTimeout: Duration, backoff: ConnectBackoff) {
            self.minimum = minimum
            self.maximum = maximum
            self.idleTimeout = idleTimeout
            self.backoff = backoff
        }
    }

    struct Idle {
        let id: ConnectionID
        let since: Instant
    }

    struct Waiter {
        let id: WaiterID
        let until: Instant
    }

    let limits: Limits
    var random: Random
    /// Longest idle first; the last one is used next, so that the first ones can be closed.
    var idle: [Idle] = []
    /// The value tells whether the connection broke while it was leased.
    var leased: [ConnectionID: Bool] = [:]
    var connecting: Set<ConnectionID> = []
    /// In order of arrival.
    var waiters: [Waiter] = []
    var failures = 0
    var retryAt: Instant?
    var isClosing = false
    private var hasEnded = false
    private var lastConnection = 0
    private var armed: Instant?

    package init(limits: Limits, random: Random) {
        self.limits = limits
        self.random = random
    }

    package var idleCount: Int { idle.count }
    package var leasedCount: Int { leased.count }
    package var connectingCount: Int { connecting.count }
    package var waitingCount: Int { waiters.count }
    package var openCount: Int { idle.count + leased.count }
    var totalCount: Int { openCount + connecting.count }

    // MARK: Events of callers

    /// Opens the minimum.
    package mutating func start(now: Instant) -> [Action] {
        fill(now: now)
    }

    /// A caller wants a connection, and waits until the given moment at most.
    package mutating func lease(_ waiter: WaiterID, until: Instant, now: Instant) -> [Action] {
        guard !isClosing else { return [.fail(waiter, .closed)] }
        if waiters.isEmpty, let last = idle.popLast() {
            leased[last.id] = false
            return [.grant(waiter, last.id)]
        }
        guard until > now else { return [.fail(waiter, waitFailure)] }
        waiters.append(Waiter(id: waiter, until: until))
        return fill(now: now) + wake(at: until)
    }

    /// A caller does not wait any more.
    package mutating func cancel(_ waiter: WaiterID) -> [Action] {
        guard let index = waiters.firstIndex(where: { $0.id == waiter }) else { return [] }
        waiters.remove(at: index)
        return [.fail(waiter, .cancelled)]
    }

    /// A caller gives its connection back; one that is not reusable is closed and replaced.
    package mutating func release(_ id: ConnectionID, isReusable: Bool, now: Instant) -> [Action] {
        guard let isBroken = leased.removeValue(forKey: id) else { return [] }
        if isReusable, !isBroken, !isClosing { return makeAvailable(id, now: now) }
        return [.close(id)] + fill(now: now) + endIfEmpty()
    }

    // MARK: Events of connections

    package mutating func connected(_ id: ConnectionID, now: Instant) -> [Action] {
        guard connecting.remove(id) != nil else { return [] }
        failures = 0
        retryAt = nil
        guard !isClosing else { return [.close(id)] + endIfEmpty() }
        // More may be wanted than the one probe that has just succeeded.
        return makeAvailable(id, now: now) + fill(now: now)
    }

    package mutating func connectFailed(_ id: ConnectionID, now: Instant) -> [Action] {
        guard connecting.remove(id) != nil else { return [] }
        guard !isClosing else { return endIfEmpty() }
        // Attempts that were under way together count once.
        if retryAt.map({ $0 <= now }) ?? true {
            failures += 1
            retryAt = now + limits.backoff.delay(failures: failures, random: &random)
        }
        return fill(now: now)
    }

    /// A connection broke by itself.
    ///
    /// If it is in use its caller finds out; it is closed when given back.
    package mutating func lost(_ id: ConnectionID, now: Instant) -> [Action] {
        if leased[id] != nil {
            leased[id] = true
            return []
        }
        guard let index = idle.firstIndex(where: { $0.id == id }) else { return [] }
        idle.remove(at: index)
        return fill(now: now) + endIfEmpty()
    }

    // MARK: Time and end

    /// The moment asked for with ``Action/wake(_:)`` has come.
    package mutating func tick(now: Instant) -> [Action] {
        if let moment = armed, moment <= now { armed = nil }
        var actions: [Action] = []
        let failure = waitFailure
        actions += waiters.filter { $0.until <= now }.map { .fail($0.id, failure) }
        waiters.removeAll { $0.until <= now }
        while let first = idle.first, totalCount > limits.minimum, first.since + limits.idleTimeout <= now {
            idle.removeFirst()
            actions.append(.close(first.id))
        }
        actions += fill(now: now)
        if let next = waiters.map(\.until).min() { actions += wake(at: next) }
        return actions + wakeForIdle()
    }

    /// Gives no more connections out, closes those that are free, and the others as they come back.
    package mutating func shutDown() -> [Action] {
        guard !isClosing else { return [] }
        isClosing = true
        var actions: [Action] = waiters.map { .fail($0.id, .closed) }
        actions += idle.map { .close($0.id) }
        waiters = []
        idle = []
        return actions + endIfEmpty()
    }

    // MARK: Steps

    private var waitFailure: WaitFailure { openCount == 0 && failures > 0 ? .unreachable : .exhausted }

    private mutating func makeAvailable(_ id: ConnectionID, now: Instant) -> [Action] {
        if let waiter = waiters.first {
            waiters.removeFirst()
            leased[id] = false
            return [.grant(waiter.id, id)]
        }
        idle.append(Idle(id: id, since: now))
        return wakeForIdle()
    }

    /// Opens what is missing for the minimum and for those who wait; one at a time while the server does not answer.
    private mutating func fill(now: Instant) -> [Action] {
        guard !isClosing else { return [] }
        let wanted = max(limits.minimum - totalCount, waiters.count - connecting.count)
        var missing = min(wanted, limits.maximum - totalCount)
        guard missing > 0 else { return [] }
        if failures > 0 {
            if let retryAt, retryAt > now { return wake(at: retryAt) }
            missing = min(missing, 1 - connecting.count)
        }
        var actions: [Action] = []
        for _ in 0..<max(0, missing) {
            lastConnection += 1
            let id = ConnectionID(rawValue: lastConnection)
            connecting.insert(id)
            actions.append(.connect(id))
        }
        return actions
    }

    private mutating func wakeForIdle() -> [Action] {
        guard totalCount > limits.minimum, let first = idle.first else { return [] }
        return wake(at: first.since + limits.idleTimeout)
    }

    // A later moment than one already asked for is looked at when that one comes.
    private mutating func wake(at moment: Instant) -> [Action] {
        if let armed, armed <= moment { return [] }
        armed = moment
        return [.wake(moment)]
    }

    private mutating func endIfEmpty() -> [Action] {
        guard isClosing, !hasEnded, totalCount == 0 else { return [] }
        hasEnded = true
        return [.ended]
    }
}
