import Histogram

/// The latencies of one run, in an HDR histogram of microseconds with three significant digits.
public struct LatencyReport: Sendable {
    /// What was measured.
    public let name: String
    /// Requests a second that were due.
    public let rate: Double
    /// Requests that failed.
    public private(set) var failures = 0
    private var histogram = Histogram<UInt32>(numberOfSignificantValueDigits: .three)

    /// Makes an empty report.
    public init(name: String, rate: Double) {
        self.name = name
        self.rate = rate
    }

    /// Adds one request.
    public mutating func record(_ latency: Duration, succeeded: Bool) {
        histogram.record(UInt64(max(0, latency.microseconds)))
        if !succeeded { failures += 1 }
    }

    /// Requests made.
    public var count: Int { Int(histogram.totalCount) }

    /// The latency, in milliseconds, that a share of the requests did not exceed; `percentile` from 0 to 100.
    public func milliseconds(at percentile: Double) -> Double {
        Double(histogram.valueAtPercentile(percentile)) / 1000
    }

    /// The slowest request, in milliseconds.
    public var slowest: Double { Double(histogram.max) / 1000 }

    /// The header of the table that `tableRow` belongs to.
    public static var tableHeader: String {
        """
        | what | requests | rate | p50 ms | p95 ms | p99 ms | max ms | failed |
        | --- | --: | --: | --: | --: | --: | --: | --: |
        """
    }

    /// One row of a Markdown table.
    public var tableRow: String {
        let times = [milliseconds(at: 50), milliseconds(at: 95), milliseconds(at: 99), slowest].map(Self.rounded)
        return "| \(name) | \(count) | \(Self.rounded(rate))/s | \(times.joined(separator: " | ")) | \(failures) |"
    }

    private static func rounded(_ value: Double) -> String {
        String((value * 10).rounded() / 10)
    }
}

extension LatencyReport: Encodable {
    private enum CodingKeys: String, CodingKey {
        case name
        case rate
        case count
        case failures
        case milliseconds
    }

    /// Writes the figures a program reads: counts, and milliseconds by percentile.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(name, forKey: .name)
        try container.encode(rate, forKey: .rate)
        try container.encode(count, forKey: .count)
        try container.encode(failures, forKey: .failures)
        let percentiles = [50, 90, 95, 99, 99.9].map { ("p\($0)", milliseconds(at: $0)) } + [("max", slowest)]
        try container.encode(Dictionary(uniqueKeysWithValues: percentiles), forKey: .milliseconds)
    }
}

extension Duration {
    fileprivate var microseconds: Int64 {
        components.seconds * 1_000_000 + components.attoseconds / 1_000_000_000_000
    }
}
