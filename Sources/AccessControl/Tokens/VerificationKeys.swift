import MemoryModel
import Synchronization

/// The key set of the identity provider, fetched at most once a minute and never believed longer than that unasked.
///
/// A set is replaced as a whole, so that a key that was removed stops working within a minute; while the source fails,
/// the last good set is used. A key id that is not in the set causes no fetch of its own: however many tokens name
/// unknown keys, there is one fetch a minute.
final class VerificationKeys: Sendable {
    /// The set, and a number that changes with it.
    struct Current: Sendable {
        let set: VerificationKeySet
        let generation: Int
    }

    private struct State {
        var schedule = RefreshSchedule()
        var bytes: [UInt8] = []
        var current: Current?
        var fetch: Task<Void, Never>?
    }

    private let source: any KeySetSource
    private let rules: TokenRules
    private let now: @Sendable () -> ContinuousClock.Instant
    private let state = Mutex(State())

    init(source: any KeySetSource, rules: TokenRules, now: @escaping @Sendable () -> ContinuousClock.Instant) {
        self.source = source
        self.rules = rules
        self.now = now
    }

    /// The set to verify with.
    ///
    /// Fails with `unavailable` where there is none: it was never fetched, or not for a day.
    func current() async throws(AccessError) -> Current {
        let fetch: Task<Void, Never>? = state.withLock { state in
            let step = state.schedule.next(at: now())
            switch step {
            case .use: return nil
            case .join: return state.fetch
            case .fetchAndWait, .fetchBeside:
                // A task of its own: that the request which caused it is given up does not end it.
                let fetch = Task { await self.fetch() }
                state.fetch = fetch
                return step == .fetchAndWait ? fetch : nil
            }
        }
        await fetch?.value
        let current = state.withLock { $0.schedule.isUsable(at: now()) ? $0.current : nil }
        guard let current else { throw AccessError(.unavailable) }
        return current
    }

    private func fetch() async {
        let bytes = try? await source.keySet()
        let set = bytes.flatMap { VerificationKeySet($0, rules: rules) }
        state.withLock { state in
            state.schedule.ended(succeeded: set != nil)
            state.fetch = nil
            guard let bytes, let set, state.bytes != bytes || state.current == nil else { return }
            state.bytes = bytes
            state.current = Current(set: set, generation: (state.current?.generation ?? 0) + 1)
        }
    }
}
