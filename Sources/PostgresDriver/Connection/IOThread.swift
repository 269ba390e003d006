import Synchronization

/// Names a connection within its pool.
package struct ConnectionID: Hashable, Sendable, Comparable {
    package let rawValue: Int

    package init(rawValue: Int) {
        self.rawValue = rawValue
    }

    package static func < (left: ConnectionID, right: ConnectionID) -> Bool {
        left.rawValue < right.rawValue
    }
}

/// The one thread that talks to all connections of a pool: it polls their sockets and never blocks elsewhere.
package final class IOThread: Sendable {
    /// What the thread tells its owner; called on the thread, must not block.
    package struct Events: Sendable {
        /// A connection broke; it is closed already.
        package var lost: @Sendable (ConnectionID) -> Void
        /// The moment asked for with ``IOThread/wake(at:)`` has come.
        package var woke: @Sendable () -> Void

        package init(
            lost: @escaping @Sendable (ConnectionID) -> Void,
            woke: @escaping @Sendable () -> Void
        ) {
            self.lost = lost
            self.woke = woke
        }
    }

    enum Command: Sendable {
        case adopt(ConnectionID, ConnectionUnsafeHandle)
        case exchange(ConnectionID, Exchange)
        case stop(ConnectionID, ExchangeTicket)
        case cancelReturned(ConnectionID, ExchangeTicket)
        case close(ConnectionID)
        case wake(ContinuousClock.Instant)
        case end
    }

    /// Commands on their way to the thread.
    final class Inbox: Sendable {
        private struct State {
            var commands: [Command] = []
            var isAsleep = false
            var hasEnded = false
        }

        let wakeup: WakeupUnsafeHandle
        private let state = Mutex(State())

        init() throws(PostgresError) {
            wakeup = try WakeupUnsafeHandle()
        }

        /// Hands a command over; `false` when the thread has ended.
        func submit(_ command: Command) -> Bool {
            let (isAccepted, wasAsleep) = state.withLock { state in
                guard !state.hasEnded else { return (false, false) }
                state.commands.append(command)
                defer { state.isAsleep = false }
                return (true, state.isAsleep)
            }
            if wasAsleep { wakeup.signal() }
            return isAccepted
        }

        /// All commands; when there are none the thread counts as asleep.
        func take() -> [Command] {
            state.withLock { state in
                state.isAsleep = state.commands.isEmpty
                defer { state.commands = [] }
                return state.commands
            }
        }

        /// Takes no more commands, and hands out the last ones.
        func end() -> [Command] {
            state.withLock { state in
                state.hasEnded = true
                defer { state.commands = [] }
                return state.commands
            }
        }
    }

    private let inbox: Inbox

    /// Starts the thread.
    package init(configuration: PostgresConfiguration, events: Events) throws(PostgresError) {
        let inbox = try Inbox()
        let cancelThreads = try BlockingThreads(count: 2)
        self.inbox = inbox
        try DriverThread.start {
            IOLoop(inbox: inbox, configuration: configuration, events: events, cancelThreads: cancelThreads).run()
        }
    }

    deinit {
        end()
    }

    /// Gives an open connection to the thread.
    package func adopt(_ id: ConnectionID, _ handle: ConnectionUnsafeHandle) {
        _ = inbox.submit(.adopt(id, handle))
    }

    /// Queues an exchange; it is completed whatever happens.
    package func submit(_ exchange: Exchange, to id: ConnectionID) {
        if !inbox.submit(.exchange(id, exchange)) {
            let closed = PostgresError(.poolClosed, "the connections are closed")
            exchange.complete(ExchangeOutcome(refused: closed, status: .unknown))
        }
    }

    /// Cancels an exchange, queued, under way or not yet submitted.
    package func cancel(_ ticket: ExchangeTicket, on id: ConnectionID) {
        ticket.cancel()
        _ = inbox.submit(.stop(id, ticket))
    }

    /// Closes a connection.
    package func close(_ id: ConnectionID) {
        _ = inbox.submit(.close(id))
    }

    /// Calls ``Events/woke`` once, at the earliest of the moments asked for.
    package func wake(at moment: ContinuousClock.Instant) {
        _ = inbox.submit(.wake(moment))
    }

    /// Closes all connections and ends the thread.
    package func end() {
        _ = inbox.submit(.end)
    }
}
