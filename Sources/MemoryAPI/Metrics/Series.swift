import CoreMetrics
import Synchronization

/// The types of Prometheus' text format.
enum SeriesKind: String, Sendable {
    case counter
    case gauge
    case histogram
}

/// One line, or one histogram, of the exposition.
final class Series: CounterHandler, FloatingPointCounterHandler, MeterHandler, RecorderHandler, TimerHandler {
    private struct State {
        var value = 0.0
        var count: UInt64 = 0
        var buckets: [UInt64]
    }

    private let kind: SeriesKind
    private let bounds: [Double]
    private let state: Mutex<State>

    init(kind: SeriesKind, buckets: [Double]) {
        self.kind = kind
        self.bounds = kind == .histogram ? buckets : []
        self.state = Mutex(State(buckets: Array(repeating: 0, count: bounds.count)))
    }

    func increment(by amount: Int64) { add(Double(amount)) }

    func increment(by amount: Double) { add(amount) }

    func reset() { set(0.0) }

    func set(_ value: Int64) { set(Double(value)) }

    func set(_ value: Double) { state.withLock { $0.value = value } }

    func decrement(by amount: Double) { add(-amount) }

    func record(_ value: Int64) { record(Double(value)) }

    func record(_ value: Double) {
        guard kind == .histogram else { return set(value) }
        let bucket = bounds.firstIndex { value <= $0 }
        state.withLock { state in
            state.value += value
            state.count += 1
            if let bucket { state.buckets[bucket] += 1 }
        }
    }

    func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }

    func write(name: String, labels: String, to text: inout String) {
        let state = state.withLock { $0 }
        guard kind == .histogram else {
            text += "\(name)\(MetricText.braces(labels)) \(MetricText.number(state.value))\n"
            return
        }
        var cumulative: UInt64 = 0
        for (bound, count) in zip(bounds, state.buckets) {
            cumulative += count
            let bucket = MetricText.braces(labels, extra: "le=\"\(MetricText.number(bound))\"")
            text += "\(name)_bucket\(bucket) \(cumulative)\n"
        }
        text += "\(name)_bucket\(MetricText.braces(labels, extra: "le=\"+Inf\"")) \(state.count)\n"
        text += "\(name)_sum\(MetricText.braces(labels)) \(MetricText.number(state.value))\n"
        text += "\(name)_count\(MetricText.braces(labels)) \(state.count)\n"
    }

    private func add(_ amount: Double) { state.withLock { $0.value += amount } }
}

/// How names, labels and numbers are written in Prometheus' text format.
enum MetricText {
    static func name(_ label: String, suffix: String) -> String {
        var name = String(label.unicodeScalars.map { Character(isNameScalar($0) ? $0 : "_") })
        if let first = name.first, first.isNumber { name = "_" + name }
        return name.hasSuffix(suffix) ? name : name + suffix
    }

    /// The labels in order of their names, without braces.
    static func labels(_ dimensions: [(String, String)]) -> String {
        dimensions.sorted { $0.0 < $1.0 }
            .map { "\(name($0.0, suffix: ""))=\"\(escaped($0.1))\"" }
            .joined(separator: ",")
    }

    static func braces(_ labels: String, extra: String? = nil) -> String {
        let all = [labels, extra ?? ""].filter { !$0.isEmpty }.joined(separator: ",")
        return all.isEmpty ? "" : "{\(all)}"
    }

    static func number(_ value: Double) -> String {
        if value == .infinity { return "+Inf" }
        if value == -.infinity { return "-Inf" }
        return Int64(exactly: value).map(String.init) ?? value.description
    }

    private static func isNameScalar(_ scalar: UnicodeScalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "_", ":": true
        default: false
        }
    }

    private static func escaped(_ value: String) -> String {
        value.reduce(into: "") { text, character in
            switch character {
            case "\\": text += "\\\\"
            case "\"": text += "\\\""
            case "\n": text += "\\n"
            default: text.append(character)
            }
        }
    }
}
