internal import CLibCurl
internal import Synchronization

/// The thread that runs libcurl: takes commands from an inbox, drives the transfers, resumes their callers.
///
/// `@unchecked Sendable`: `inbox` is behind its lock; everything else is touched by the loop's own thread only, except that other
/// threads may wake the multi handle up, which they do under the inbox's lock while it is open.
final class TransferLoop: @unchecked Sendable {
    private enum Command {
        case start(Transfer)
        case cancel(id: UInt64)
        case stop
    }

    private struct Inbox {
        var commands: [Command] = []
        var isOpen = true
    }

    /// A transfer with its easy handle.
    private final class Running {
        let transfer: Transfer
        let easy: CurlEasyUnsafeHandle

        init(_ transfer: Transfer, _ easy: consuming CurlEasyUnsafeHandle) {
            self.transfer = transfer
            self.easy = easy
        }
    }

    private let inbox = Mutex(Inbox())
    private let multi: CurlMultiUnsafeHandle
    /// By the identity of the easy handle.
    private var running: [Int: Running] = [:]

    init(settings: TransportSettings) throws(TransportError) {
        multi = try CurlMultiUnsafeHandle()
        multi.limitConnections(perHost: settings.connectionsPerHost, total: settings.connections)
    }

    /// Hands a transfer over; it fails at once where the loop has stopped.
    func start(_ transfer: Transfer) {
        if !send(.start(transfer)) { transfer.finish(.failure(.closed)) }
    }

    /// Ends a transfer, if it still runs.
    func cancel(id: UInt64) {
        _ = send(.cancel(id: id))
    }

    /// Ends all transfers and the thread.
    func stop() {
        _ = send(.stop)
    }

    private func send(_ command: Command) -> Bool {
        inbox.withLock { inbox in
            guard inbox.isOpen else { return false }
            inbox.commands.append(command)
            multi.wakeUp()
            return true
        }
    }

    // MARK: On the loop's thread

    /// Runs until `stop`.
    func run() {
        while takeCommands() {
            multi.perform()
            while let finished = multi.nextFinished() {
                finish(finished.identity, finished.result)
            }
            // Sockets, timers of libcurl and new commands all end the wait; the limit is a mere heartbeat.
            multi.wait(milliseconds: 60_000)
        }
        let left = inbox.withLock { inbox in
            inbox.isOpen = false
            return inbox.commands
        }
        for case .start(let transfer) in left { transfer.finish(.failure(.closed)) }
        for entry in running.values { take(entry.easy.identity)?.transfer.finish(.failure(.closed)) }
        multi.destroy()
    }

    /// Returns false when the loop must stop.
    private func takeCommands() -> Bool {
        let commands = inbox.withLock { inbox in
            defer { inbox.commands = [] }
            return inbox.commands
        }
        var goesOn = true
        for command in commands {
            switch command {
            case .start(let transfer): begin(transfer)
            case .cancel(let id): cancelRunning(id)
            case .stop: goesOn = false
            }
        }
        return goesOn
    }

    private func begin(_ transfer: Transfer) {
        guard let easy = transfer.makeHandle() else {
            transfer.finish(.failure(TransportError(.failed, "libcurl refused an option")))
            return
        }
        let entry = Running(transfer, easy)
        guard multi.add(entry.easy) else {
            transfer.finish(.failure(TransportError(.failed, "libcurl refused the transfer")))
            return
        }
        running[entry.easy.identity] = entry
    }

    private func cancelRunning(_ id: UInt64) {
        guard let entry = running.first(where: { $0.value.transfer.id == id }) else { return }
        take(entry.key)?.transfer.finish(.failure(TransportError(.cancelled, "the task was cancelled")))
    }

    private func finish(_ identity: Int, _ result: CURLcode) {
        guard let entry = take(identity) else { return }
        entry.transfer.finish(entry.transfer.outcome(of: result, status: entry.easy.status()))
    }

    private func take(_ identity: Int) -> Running? {
        guard let entry = running.removeValue(forKey: identity) else { return nil }
        multi.remove(entry.easy)
        return entry
    }
}

extension TransportError {
    /// The transport was closed before the answer came.
    static let closed = TransportError(.closed, "the transport is closed")
}
