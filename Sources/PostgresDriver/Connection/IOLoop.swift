#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// What runs on an ``IOThread``: commands in, sockets polled, moments kept.
///
/// Not Sendable: everything here belongs to the thread.
final class IOLoop {
    private let inbox: IOThread.Inbox
    private let configuration: PostgresConfiguration
    private let events: IOThread.Events
    private let cancelThreads: BlockingThreads
    private var connections: [ConnectionID: PipelinedConnection] = [:]
    private var wakeAt: ContinuousClock.Instant?
    private var hasEnded = false
    // Kept between rounds for their storage.
    private var descriptors: [pollfd] = []
    private var polled: [PipelinedConnection] = []

    init(
        inbox: IOThread.Inbox,
        configuration: PostgresConfiguration,
        events: IOThread.Events,
        cancelThreads: BlockingThreads
    ) {
        self.inbox = inbox
        self.configuration = configuration
        self.events = events
        self.cancelThreads = cancelThreads
    }

    func run() {
        while !hasEnded {
            let commands = inbox.take()
            for command in commands { obey(command) }
            // New commands may have come meanwhile: look again before going to sleep.
            if commands.isEmpty { waitForSockets() }
            keepTimes()
            dropLost()
        }
        finish()
    }

    // MARK: Commands

    private func obey(_ command: IOThread.Command) {
        switch command {
        case .adopt(let id, let handle):
            connections[id] = makeConnection(id, handle)
        case .exchange(let id, let exchange):
            guard let connection = connections[id] else { return refuse(exchange) }
            connection.enqueue(exchange)
        case .stop(let id, let ticket):
            connections[id]?.stop(ticket, reason: .cancelled)
        case .cancelReturned(let id, let ticket):
            connections[id]?.cancelReturned(ticket)
        case .close(let id):
            connections.removeValue(forKey: id)?.lose()
        case .wake(let moment):
            wakeAt = min(moment, wakeAt ?? moment)
        case .end:
            hasEnded = true
        }
    }

    private func makeConnection(_ id: ConnectionID, _ handle: ConnectionUnsafeHandle) -> PipelinedConnection {
        let (cancelThreads, inbox) = (cancelThreads, inbox)
        return PipelinedConnection(id: id, handle: handle, configuration: configuration) { id, ticket, cancel in
            cancelThreads.submit {
                cancel.cancel()
                _ = inbox.submit(.cancelReturned(id, ticket))
            }
        }
    }

    private func refuse(_ exchange: Exchange) {
        let lost = PostgresError(.connectionLost, "the connection was closed")
        exchange.complete(ExchangeOutcome(refused: lost, status: .unknown))
    }

    private func finish() {
        for command in inbox.end() {
            if case .exchange(_, let exchange) = command { refuse(exchange) }
        }
        for connection in connections.values { connection.lose() }
        connections = [:]
        cancelThreads.stop()
    }

    // MARK: Sockets

    private func waitForSockets() {
        descriptors.removeAll(keepingCapacity: true)
        polled.removeAll(keepingCapacity: true)
        descriptors.append(pollfd(fd: inbox.wakeup.readEnd, events: Int16(POLLIN), revents: 0))
        var hasTLSUnderWay = false
        for connection in connections.values {
            let events = connection.wantsWrite ? POLLIN | POLLOUT : POLLIN
            descriptors.append(pollfd(fd: connection.handle.socket, events: Int16(events), revents: 0))
            polled.append(connection)
            if connection.flight != nil, connection.handle.usesTLS { hasTLSUnderWay = true }
        }
        var timeout = millisecondsToNextTime()
        // libpq may leave a part of a TLS record in the library's buffer, where poll does not see it.
        if hasTLSUnderWay { timeout = timeout < 0 ? 5 : min(timeout, 5) }
        let ready = unsafe poll(&descriptors, nfds_t(descriptors.count), timeout)
        guard ready > 0 || hasTLSUnderWay else { return }
        if descriptors[0].revents != 0 { inbox.wakeup.drain() }
        for (index, connection) in polled.enumerated() {
            let events = Int32(descriptors[index + 1].revents)
            if events & POLLOUT != 0 { connection.flush() }
            let hasHiddenInput = hasTLSUnderWay && connection.flight != nil && connection.handle.usesTLS
            if events & ~POLLOUT != 0 || hasHiddenInput { connection.read() }
        }
    }

    private func millisecondsToNextTime() -> Int32 {
        var next = wakeAt
        for connection in connections.values {
            guard let time = connection.nextTime else { continue }
            next = min(time, next ?? time)
        }
        guard let next else { return -1 }
        return Int32(max(0, (next - .now).wholeMilliseconds))
    }

    private func keepTimes() {
        let now = ContinuousClock.now
        for connection in connections.values { connection.checkTimes(now: now) }
        if let moment = wakeAt, moment <= now {
            wakeAt = nil
            events.woke()
        }
    }

    private func dropLost() {
        for (id, connection) in connections where connection.isLost {
            connections[id] = nil
            events.lost(id)
        }
    }
}
