internal import Synchronization

/// Waits for a task no longer than until a deadline; the task itself goes on.
///
/// What is shared by many waiters (a load, a late embedding) must not end because one of them ran out of time.
func value<Value: Sendable>(
    of task: Task<Value, any Error>,
    until deadline: ContinuousClock.Instant?
) async throws -> Value? {
    guard let deadline else { return try await task.value }
    let race = Race<Value>()
    let timer = Task {
        // Cancelled when the value came first.
        try? await Task.sleep(until: deadline, clock: .continuous)
        race.finish(.success(nil))
    }
    let watcher = Task {
        do {
            race.finish(.success(try await task.value))
        } catch {
            race.finish(.failure(error))
        }
    }
    defer { timer.cancel() }
    return try await withTaskCancellationHandler {
        try await race.outcome()
    } onCancel: {
        watcher.cancel()
        race.finish(.failure(CancellationError()))
    }
}

/// The first of several outcomes; later ones are ignored.
private final class Race<Value: Sendable>: Sendable {
    private enum State {
        case open
        case waiting(CheckedContinuation<Value?, any Error>)
        case finished(Result<Value?, any Error>)
    }

    private let state = Mutex<State>(.open)

    func finish(_ result: Result<Value?, any Error>) {
        let continuation = state.withLock { state -> CheckedContinuation<Value?, any Error>? in
            switch state {
            case .finished: return nil
            case .open:
                state = .finished(result)
                return nil
            case .waiting(let continuation):
                state = .finished(result)
                return continuation
            }
        }
        continuation?.resume(with: result)
    }

    func outcome() async throws -> Value? {
        try await withCheckedThrowingContinuation { continuation in
            let result = state.withLock { state -> Result<Value?, any Error>? in
                if case .finished(let result) = state { return result }
                state = .waiting(continuation)
                return nil
            }
            if let result { continuation.resume(with: result) }
        }
    }
}
