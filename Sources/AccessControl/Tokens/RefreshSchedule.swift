/// When a key set is fetched anew, as a value: at most once an interval, and less often while the source fails.
struct RefreshSchedule {
    /// What a caller does with a set that is due.
    enum Step: Hashable {
        /// The set is recent enough.
        case use
        /// Fetch, and wait for it: the set is too old to be believed unasked.
        case fetchAndWait
        /// Fetch beside: the source failed before, and the last good set is all there is.
        case fetchBeside
        /// Somebody is fetching; wait as well.
        case join
    }

    /// From one fetch to the next, and how long a set is believed unasked.
    static let interval = Duration.seconds(60)
    /// The longest pause while the source fails.
    static let longestPause = Duration.seconds(600)
    /// The first pause where there was never a set.
    static let firstPause = Duration.seconds(1)
    /// How long the last good set is used while the source fails.
    static let lastGoodLifetime = Duration.seconds(86_400)

    private var startedAt: ContinuousClock.Instant?
    private var succeededAt: ContinuousClock.Instant?
    private var isFetching = false
    private var failures = 0

    /// What to do now; a step that fetches counts as begun.
    mutating func next(at now: ContinuousClock.Instant) -> Step {
        if isFetching { return waits ? .join : .use }
        if let startedAt, now - startedAt < pause { return .use }
        startedAt = now
        isFetching = true
        return waits ? .fetchAndWait : .fetchBeside
    }

    /// Notes how a fetch ended.
    mutating func ended(succeeded: Bool) {
        isFetching = false
        failures = succeeded ? 0 : failures + 1
        // From the start of the fetch on: what was removed after it is not known.
        if succeeded { succeededAt = startedAt }
    }

    /// Whether the last good set may be used.
    func isUsable(at now: ContinuousClock.Instant) -> Bool {
        succeededAt.map { now - $0 < Self.lastGoodLifetime } ?? false
    }

    /// Whether a fetch is worth waiting for: it worked the last time, or there is nothing else.
    private var waits: Bool { failures == 0 || succeededAt == nil }

    private var pause: Duration {
        guard failures > 0 else { return Self.interval }
        let first = succeededAt == nil ? Self.firstPause : Self.interval
        return min(first * (1 << min(failures - 1, 10)), succeededAt == nil ? Self.interval : Self.longestPause)
    }
}
