/// Fires requests at fixed times, whether or not earlier ones were answered.
public struct OpenLoop: Sendable {
    /// Requests a second.
    public let rate: Double
    /// How many requests in all.
    public let count: Int

    /// Makes a schedule.
    public init(rate: Double, count: Int) {
        self.rate = rate
        self.count = count
    }

    /// Runs all requests and reports their latencies, each counted from the moment it was due.
    ///
    /// A request that throws, or returns false, counts as failed; its latency is kept all the same.
    public func run(_ name: String, _ request: @escaping @Sendable (Int) async throws -> Bool) async -> LatencyReport {
        let clock = ContinuousClock()
        let start = clock.now
        var report = LatencyReport(name: name, rate: rate)
        await withTaskGroup(of: (latency: Duration, succeeded: Bool).self) { group in
            for index in 0..<count {
                let due = start.advanced(by: .seconds(Double(index) / rate))
                try? await clock.sleep(until: due, tolerance: .zero)
                group.addTask {
                    let succeeded = (try? await request(index)) ?? false
                    return (due.duration(to: clock.now), succeeded)
                }
            }
            for await outcome in group {
                report.record(outcome.latency, succeeded: outcome.succeeded)
            }
        }
        return report
    }
}
