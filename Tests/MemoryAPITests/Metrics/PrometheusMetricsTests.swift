import CoreMetrics
import MemoryAPI
import Testing

struct PrometheusMetricsTests {
    private let metrics = PrometheusMetrics(buckets: [0.1, 1])

    private var lines: Set<String> {
        Set(metrics.exposition().split(separator: "\n").map(String.init))
    }

    @Test func countersEndInTotalAndAddUp() {
        let counter = Counter(label: "jobs.done", dimensions: [("kind", "a\"b\\\n")], factory: metrics)
        counter.increment(by: 2)
        Counter(label: "jobs.done", dimensions: [("kind", "a\"b\\\n")], factory: metrics).increment()
        #expect(lines.contains("# TYPE jobs_done_total counter"))
        #expect(lines.contains(#"jobs_done_total{kind="a\"b\\\n"} 3"#))
    }

    @Test func timersAreHistogramsInSeconds() {
        let timer = CoreMetrics.Timer(label: "took", dimensions: [("b", "2"), ("a", "1")], factory: metrics)
        timer.recordNanoseconds(50_000_000)
        timer.recordNanoseconds(500_000_000)
        timer.recordNanoseconds(5_000_000_000)
        #expect(lines.contains("# TYPE took_seconds histogram"))
        #expect(lines.contains(#"took_seconds_bucket{a="1",b="2",le="0.1"} 1"#))
        #expect(lines.contains(#"took_seconds_bucket{a="1",b="2",le="1"} 2"#))
        #expect(lines.contains(#"took_seconds_bucket{a="1",b="2",le="+Inf"} 3"#))
        #expect(lines.contains(#"took_seconds_sum{a="1",b="2"} 5.55"#))
        #expect(lines.contains(#"took_seconds_count{a="1",b="2"} 3"#))
    }

    @Test func gaugesGoUpAndDown() {
        let meter = Meter(label: "open", factory: metrics)
        meter.set(5)
        meter.decrement(by: 2)
        Gauge(label: "level", factory: metrics).record(0.25)
        #expect(lines.contains("open 3"))
        #expect(lines.contains("level 0.25"))
        #expect(lines.contains("# TYPE open gauge"))
    }

    @Test func seriesAboveTheLimitAreCountedAndDropped() {
        let small = PrometheusMetrics(seriesLimit: 2)
        for label in ["a", "b", "c"] { Counter(label: label, factory: small).increment() }
        let text = small.exposition()
        #expect(!text.contains("c_total"))
        #expect(text.contains("mneme_metrics_dropped_series_total 1"))
    }
}
