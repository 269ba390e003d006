public import MemoryModel
import Synchronization

/// Lets requests through at the rates of a policy, together with the other API processes.
///
/// A decision is made from memory. What was let through is reported to the shared buckets every half second, earlier
/// where much was; only who lets through more than a tenth of a bucket between two reports waits for one. While the
/// database cannot be reached, each process counts for itself.
public final class RateLimiter: Sendable {
    private let store: any RateLimitStore
    private let interval: Duration
    private let now: @Sendable () -> ContinuousClock.Instant
    private let state: Mutex<RateLimiterState>
    private let exchanging = Mutex<Task<Void, Never>?>(nil)

    /// Makes a limiter.
    ///
    /// - Parameters:
    ///   - store: Where the shared buckets are.
    ///   - policy: The rates.
    ///   - interval: How often is reported.
    ///   - now: The clock by which buckets fill between reports.
    public init(
        store: any RateLimitStore,
        policy: RatePolicy,
        interval: Duration = .milliseconds(500),
        now: @escaping @Sendable () -> ContinuousClock.Instant = { ContinuousClock().now }
    ) {
        self.store = store
        self.interval = interval
        self.now = now
        state = Mutex(RateLimiterState(policy: policy))
    }

    /// The rates.
    public var policy: RatePolicy { state.withLock { $0.policy } }

    /// Decides about a request of a principal.
    public func admit(_ principal: Principal, _ rateClass: RateClass) async -> RateDecision {
        while true {
            switch state.withLock({ $0.admit(principal, rateClass, at: now()) }) {
            case .decided(let decision, let isUrgent):
                if isUrgent { _ = exchangeTask() }
                return decision
            case .exchangeFirst:
                // Ends: an exchange makes room, or fails and lets this process count alone.
                await exchangeTask().value
            }
        }
    }

    /// Reports what was let through, and learns what others let through.
    public func exchange() async {
        await exchangeTask().value
    }

    /// Exchanges every now and then until the task is cancelled, and once more then.
    public func run() async {
        while !Task.isCancelled {
            try? await Task.sleep(for: interval)
            guard state.withLock({ $0.isExchangeDue }) else { continue }
            await exchange()
        }
        await exchange()
    }

    /// The exchange under way, or a new one.
    ///
    /// A task of its own: whoever waits may go away.
    private func exchangeTask() -> Task<Void, Never> {
        exchanging.withLock { running in
            if let running { return running }
            let task = Task {
                let (reports, tiers) = self.state.withLock { $0.beginExchange() }
                let ledger = try? await self.store.exchange(reports, tiersOf: tiers)
                let now = self.now()
                self.state.withLock { $0.endExchange(reports, tiers: tiers, ledger, at: now) }
                self.exchanging.withLock { $0 = nil }
            }
            running = task
            return task
        }
    }
}
