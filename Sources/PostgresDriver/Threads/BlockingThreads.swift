import Dispatch
import Synchronization

/// A fixed number of threads for calls that block: opening connections, PQcancel.
package final class BlockingThreads: Sendable {
    private struct State {
        var work: [@Sendable () -> Void] = []
        var isStopped = false
    }

    // Shared with the threads, so that they keep the queue alive and not its owner.
    private final class Queue: Sendable {
        let state = Mutex(State())
        let available = DispatchSemaphore(value: 0)

        func run() {
            while true {
                available.wait()
                let work = state.withLock { state in
                    state.work.isEmpty ? nil : state.work.removeFirst()
                }
                // A signal without work is the end.
                guard let work else { return }
                work()
            }
        }
    }

    private let queue = Queue()
    private let count: Int

    /// Starts the threads.
    package init(count: Int) throws(PostgresError) {
        self.count = count
        let queue = queue
        for _ in 0..<count {
            try DriverThread.start { queue.run() }
        }
    }

    deinit {
        stop()
    }

    /// Runs `work` on one of the threads, in order of arrival.
    ///
    /// Work that comes after `stop` is dropped.
    package func submit(_ work: @escaping @Sendable () -> Void) {
        let isAccepted = queue.state.withLock { state in
            guard !state.isStopped else { return false }
            state.work.append(work)
            return true
        }
        if isAccepted { queue.available.signal() }
    }

    /// Lets the threads end once what was submitted is done.
    package func stop() {
        let wasRunning = queue.state.withLock { state in
            defer { state.isStopped = true }
            return !state.isStopped
        }
        guard wasRunning else { return }
        for _ in 0..<count { queue.available.signal() }
    }
}
