public import CoreMetrics
import Synchronization

/// Keeps the metrics of a process and writes them in Prometheus' text format 0.0.4.
///
/// Labels of swift-metrics become names in the usual form: `-` and `.` turn into `_`, counters end in `_total`, timers
/// become histograms in seconds. Series are bounded: what comes above the limit is counted and dropped.
public final class PrometheusMetrics: MetricsFactory, Sendable {
    private struct State {
        var families: [String: Family] = [:]
        var seriesCount = 0
        var dropped: UInt64 = 0
    }

    private struct Family {
        let kind: SeriesKind
        var series: [String: Series] = [:]
    }

    private let seriesLimit: Int
    private let buckets: [Double]
    private let state = Mutex(State())

    /// The bounds of histograms in seconds: from half a millisecond to ten seconds.
    public static let defaultBuckets: [Double] = [
        0.0005, 0.001, 0.002, 0.003, 0.005, 0.0075, 0.01, 0.015, 0.02, 0.03, 0.05, 0.075, 0.1, 0.2, 0.5, 1, 2, 5, 10,
    ]

    /// Makes an empty registry.
    public init(buckets: [Double] = defaultBuckets, seriesLimit: Int = 10_000) {
        self.buckets = buckets.sorted()
        self.seriesLimit = seriesLimit
    }

    /// The text of `/metrics`.
    public func exposition() -> String {
        let (families, dropped) = state.withLock { ($0.families, $0.dropped) }
        var text = ""
        for (name, family) in families.sorted(by: { $0.key < $1.key }) {
            text += "# TYPE \(name) \(family.kind.rawValue)\n"
            for (labels, series) in family.series.sorted(by: { $0.key < $1.key }) {
                series.write(name: name, labels: labels, to: &text)
            }
        }
        text += "# TYPE mneme_metrics_dropped_series_total counter\nmneme_metrics_dropped_series_total \(dropped)\n"
        return text
    }

    /// Makes or finds a counter.
    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        series(label, dimensions, .counter, suffix: "_total")
    }

    /// Makes or finds a counter of fractions.
    public func makeFloatingPointCounter(
        label: String,
        dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        series(label, dimensions, .counter, suffix: "_total")
    }

    /// Makes or finds a gauge.
    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        series(label, dimensions, .gauge, suffix: "")
    }

    /// Makes or finds a histogram, or a gauge where values are not to be aggregated.
    public func makeRecorder(
        label: String,
        dimensions: [(String, String)],
        aggregate: Bool
    ) -> any RecorderHandler {
        series(label, dimensions, aggregate ? .histogram : .gauge, suffix: "")
    }

    /// Makes or finds a histogram in seconds.
    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        series(label, dimensions, .histogram, suffix: "_seconds")
    }

    /// Does nothing: series live as long as the registry, as Prometheus expects.
    public func destroyCounter(_ handler: any CounterHandler) {}
    /// Does nothing.
    public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}
    /// Does nothing.
    public func destroyMeter(_ handler: any MeterHandler) {}
    /// Does nothing.
    public func destroyRecorder(_ handler: any RecorderHandler) {}
    /// Does nothing.
    public func destroyTimer(_ handler: any TimerHandler) {}

    private func series(
        _ label: String,
        _ dimensions: [(String, String)],
        _ kind: SeriesKind,
        suffix: String
    ) -> Series {
        let name = MetricText.name(label, suffix: suffix)
        let labels = MetricText.labels(dimensions)
        return state.withLock { state in
            var family = state.families[name] ?? Family(kind: kind)
            if let series = family.series[labels] { return series }
            let series = Series(kind: family.kind, buckets: buckets)
            guard state.seriesCount < seriesLimit else {
                state.dropped += 1
                return series
            }
            family.series[labels] = series
            state.families[name] = family
            state.seriesCount += 1
            return series
        }
    }
}
