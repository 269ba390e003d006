internal import Dispatch
internal import Synchronization

/// A fixed number of threads that do blocking or long work in order of arrival, apart from Swift's cooperative pool.
///
/// Each worker is a serial queue, for which the system keeps a thread of its own; work waits in one list for the first
/// worker that is free, so no more than `width` pieces run at a time.
final class SearchLane: Sendable {
    private struct State {
        var waiting: [@Sendable () -> Void] = []
        /// Where `waiting` begins; what is before it is done.
        var first = 0
        var idleWorkers: [Int]
    }

    private let workers: [DispatchQueue]
    private let state: Mutex<State>

    /// Makes a lane of `width` threads.
    init(name: String, width: Int, qos: DispatchQoS) {
        let width = max(1, width)
        workers = (0..<width).map { DispatchQueue(label: "mneme.\(name).\($0)", qos: qos) }
        state = Mutex(State(idleWorkers: Array((0..<width).reversed())))
    }

    /// Runs work on a thread of the lane and returns its result; the caller is suspended, not blocked.
    func run<Value: Sendable, Failure: Error>(
        _ work: @escaping @Sendable () throws(Failure) -> Value
    ) async throws(Failure) -> Value {
        let result: Result<Value, Failure> = await withCheckedContinuation { continuation in
            submit {
                do throws(Failure) {
                    continuation.resume(returning: .success(try work()))
                } catch {
                    continuation.resume(returning: .failure(error))
                }
            }
        }
        return try result.get()
    }

    private func submit(_ work: @escaping @Sendable () -> Void) {
        let worker = state.withLock { state in
            state.waiting.append(work)
            return state.idleWorkers.popLast()
        }
        guard let worker else { return }
        workers[worker].async { self.drain(worker) }
    }

    private func drain(_ worker: Int) {
        while let work = next(for: worker) { work() }
    }

    /// The next piece of work, or nil, with the worker idle again.
    private func next(for worker: Int) -> (@Sendable () -> Void)? {
        state.withLock { state in
            guard state.first < state.waiting.count else {
                state.waiting.removeAll(keepingCapacity: true)
                state.first = 0
                state.idleWorkers.append(worker)
                return nil
            }
            let work = state.waiting[state.first]
            state.first += 1
            if state.first > 1_024, state.first * 2 > state.waiting.count {
                state.waiting.removeFirst(state.first)
                state.first = 0
            }
            return work
        }
    }
}
