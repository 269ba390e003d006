public import MemoryModel
import Synchronization

/// Shared token buckets over plain values, by a clock of the test's.
public final class InMemoryRateLimits: RateLimitStore {
    private struct State {
        var levels: [RateBucketName: (level: Double, asOf: ContinuousClock.Instant)] = [:]
        var tiers: [Identifier<Workspace>: Tier] = [:]
        var isDown = false
        var exchanges = 0
    }

    private let state = Mutex(State())
    private let now: @Sendable () -> ContinuousClock.Instant

    /// Makes buckets that fill by a clock.
    public init(now: @escaping @Sendable () -> ContinuousClock.Instant) {
        self.now = now
    }

    /// How often was asked.
    public var exchanges: Int { state.withLock { $0.exchanges } }

    /// Gives a workspace a tier.
    public func set(_ tier: Tier, of workspace: Identifier<Workspace>) {
        state.withLock { $0.tiers[workspace] = tier }
    }

    /// Says whether exchanges fail.
    public func setDown(_ isDown: Bool) {
        state.withLock { $0.isDown = isDown }
    }

    /// Takes what was spent, and returns where the buckets stand.
    public func exchange(
        _ reports: [RateReport],
        tiersOf workspaces: [Identifier<Workspace>]
    ) async throws(StoreError) -> RateLedger {
        try state.withLock { state throws(StoreError) in
            state.exchanges += 1
            guard !state.isDown else { throw StoreError(.unavailable, "down") }
            var ledger = RateLedger()
            let now = now()
            for report in reports {
                let known = state.levels[report.bucket] ?? (Double(report.capacity), now)
                let (seconds, fraction) = (now - known.asOf).components
                let elapsed = Double(seconds) + Double(fraction) * 1e-18
                let filled = known.level + elapsed * Double(report.capacity) / 60
                let level = min(Double(report.capacity), filled) - Double(report.spent)
                state.levels[report.bucket] = (level, now)
                ledger.levels[report.bucket] = level
            }
            for workspace in workspaces { ledger.tiers[workspace] = .some(state.tiers[workspace]) }
            return ledger
        }
    }
}
