/// A token bucket as one process sees it: what it knew at the last exchange, and what it has let through since.
///
/// It is full at first and fills evenly, its capacity in a minute. A process may run ahead of the shared bucket by a
/// tenth of the capacity (at least one request); then it must have reported before it lets more through. So several
/// processes together let through at most that much too many for each process beyond the first, and the shared bucket
/// goes below zero by it: what was too much is missing from the next minute.
struct RateBucket: Sendable {
    let capacity: Int
    private var level: Double
    private var asOf: ContinuousClock.Instant
    /// Let through since the last exchange was begun.
    private(set) var unreported = 0
    /// Let through before, and being reported.
    private(set) var underWay = 0
    /// When it was last asked.
    private(set) var lastUsed: ContinuousClock.Instant

    init(capacity: Int, at now: ContinuousClock.Instant) {
        self.capacity = capacity
        level = Double(capacity)
        asOf = now
        lastUsed = now
    }

    /// How far it may run ahead of the shared one.
    var head: Int { max(1, capacity / 10) }

    /// Whether it must report before it lets more through.
    var isAhead: Bool { unreported + underWay >= head }

    /// Whether it is half as far ahead as it may be: time to report, so that nobody has to wait for it.
    var shouldReport: Bool { unreported * 2 >= head }

    /// Requests a second that flow in.
    private var rate: Double { Double(capacity) / Double(60) }

    /// Requests left.
    func level(at now: ContinuousClock.Instant) -> Double {
        min(Double(capacity), level + max(0, (now - asOf).inSeconds) * rate)
    }

    /// How long until one request is left; zero where one is.
    func wait(at now: ContinuousClock.Instant) -> Duration {
        let missing = 1 - level(at: now)
        return missing <= 0 ? .zero : .seconds(missing / rate)
    }

    /// How long until it is full.
    func reset(at now: ContinuousClock.Instant) -> Duration {
        .seconds(max(0, (Double(capacity) - level(at: now)) / rate))
    }

    mutating func take(at now: ContinuousClock.Instant) {
        level = level(at: now) - 1
        asOf = now
        unreported += 1
    }

    mutating func touch(at now: ContinuousClock.Instant) {
        lastUsed = now
    }

    /// Begins an exchange; returns what to report.
    mutating func beginReport() -> Int {
        underWay = unreported
        unreported = 0
        return underWay
    }

    /// Ends an exchange with where the shared bucket stands.
    mutating func endReport(level shared: Double, at now: ContinuousClock.Instant) {
        level = shared - Double(unreported)
        asOf = now
        underWay = 0
    }

    /// Ends an exchange that failed: all is to be reported again.
    ///
    /// The shared bucket may have been written and only the answer lost; then this much is counted twice.
    mutating func failReport() {
        unreported += underWay
        underWay = 0
    }
}

extension Duration {
    /// Seconds with their fraction.
    var inSeconds: Double {
        let (seconds, attoseconds) = components
        return Double(seconds) + Double(attoseconds) * 1e-18
    }
}
