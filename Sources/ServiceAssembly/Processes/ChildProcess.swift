internal import Foundation
internal import Synchronization

/// A running child process.
///
/// Each child has one thread of this process, which starts it, waits for it and reaps it. Linux sends a parent's death
/// signal when the *thread* that started the child ends, so that thread has to live as long as the child.
package final class ChildProcess: Sendable {
    /// The process identifier.
    package let identifier: Int32

    private struct State {
        var exit: ExitReason?
        var waiting: [CheckedContinuation<ExitReason, Never>] = []
    }

    private let state = Mutex(State())

    private init(identifier: Int32) {
        self.identifier = identifier
    }

    /// Starts a process.
    ///
    /// Returns once the new program runs, so that a missing program or a refused user is an error here.
    package static func start(_ specification: ProcessSpecification) async throws(ProcessError) -> ChildProcess {
        let outcome: Result<ChildProcess, ProcessError> = await withCheckedContinuation { continuation in
            let thread = Thread {
                let child: ChildProcess
                do throws(ProcessError) {
                    child = ChildProcess(identifier: try SpawnUnsafeHandle(specification).start())
                } catch {
                    continuation.resume(returning: .failure(error))
                    return
                }
                continuation.resume(returning: .success(child))
                SpawnUnsafeHandle.awaitEnd(of: child.identifier)
                child.reap()
            }
            thread.name = "child process"
            thread.start()
        }
        return try outcome.get()
    }

    /// Sends a signal; does nothing when the process has ended.
    package func send(_ signal: ProcessSignal) {
        state.withLock { state in
            if state.exit == nil { _ = kill(identifier, signal.number) }
        }
    }

    /// Ends the process and all that it started in its process group; does nothing when the process has ended.
    package func killGroup() {
        state.withLock { state in
            if state.exit == nil { _ = kill(-identifier, SIGKILL) }
        }
    }

    /// Whether the process has ended.
    package var hasEnded: Bool { state.withLock { $0.exit != nil } }

    /// Waits until the process has ended.
    package func exit() async -> ExitReason {
        await withCheckedContinuation { continuation in
            let exit = state.withLock { state in
                if state.exit == nil { state.waiting.append(continuation) }
                return state.exit
            }
            if let exit { continuation.resume(returning: exit) }
        }
    }

    /// Under the lock, so that no signal goes to a process that took over the identifier.
    private func reap() {
        let (exit, waiting) = state.withLock { state in
            let exit = SpawnUnsafeHandle.reap(identifier)
            state.exit = exit
            let waiting = state.waiting
            state.waiting = []
            return (exit, waiting)
        }
        for continuation in waiting { continuation.resume(returning: exit) }
    }
}
