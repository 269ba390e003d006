import Foundation

/// Latency against load, one line a percentile, as an SVG that stands by itself.
public struct LatencyPlot: Sendable {
    private static let width = 720.0
    private static let height = 420.0
    private static let left = 64.0
    private static let right = 150.0
    private static let top = 40.0
    private static let bottom = 52.0
    private static let percentiles: [(percentile: Double, name: String, colour: String)] = [
        (50, "p50", "#2a78b5"), (95, "p95", "#d98c21"), (99, "p99", "#b5302a"),
    ]

    private let title: String
    private let reports: [LatencyReport]
    private let bound: Double

    /// Makes a plot.
    ///
    /// - Parameters:
    ///   - title: What was measured.
    ///   - reports: One for each rate.
    ///   - bound: The latency that must not be exceeded, in milliseconds, drawn as a line.
    public init(title: String, reports: [LatencyReport], bound: Double) {
        self.title = title
        self.reports = reports.sorted { $0.rate < $1.rate }
        self.bound = bound
    }

    /// The picture.
    public var svg: String {
        var lines = [
            """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(Self.text(Self.width)) \(Self.text(Self.height))" \
            font-family="sans-serif" font-size="13">
            """,
            #"<rect width="100%" height="100%" fill="white"/>"#,
            Self.label(title, x: Self.left, y: 22, size: 15),
            Self.label("requests a second", x: (Self.left + Self.width - Self.right) / 2 - 50, y: Self.height - 12),
            Self.label("ms", x: 20, y: Self.top + 4),
        ]
        for tick in ticks { lines += grid(at: tick) }
        for report in reports {
            lines.append(Self.label(Self.text(report.rate), x: x(report.rate) - 8, y: Self.height - 32))
        }
        lines.append(
            """
            <line x1="\(Self.text(Self.left))" x2="\(Self.text(Self.width - Self.right))" y1="\(Self.text(y(bound)))" \
            y2="\(Self.text(y(bound)))" stroke="#888" stroke-dasharray="6 4"/>
            """
        )
        lines.append(Self.label("\(Self.text(bound)) ms", x: Self.width - Self.right + 8, y: y(bound) + 4))
        for (place, line) in Self.percentiles.enumerated() { lines += curve(line, place) }
        return (lines + ["</svg>", ""]).joined(separator: "\n")
    }

    // MARK: Scales

    private var fastest: Double { reports.map(\.rate).max() ?? 1 }
    private var slowest: Double {
        max(bound, reports.map { $0.milliseconds(at: 99) }.max() ?? bound) * 1.2
    }

    private func x(_ rate: Double) -> Double {
        Self.left + (Self.width - Self.left - Self.right) * rate / fastest
    }

    /// Logarithmic from 1 ms on: a service at its limit is a hundred times slower than one at rest.
    private func y(_ milliseconds: Double) -> Double {
        let share = log2(max(1, milliseconds)) / log2(max(10, slowest))
        return Self.height - Self.bottom - (Self.height - Self.top - Self.bottom) * share
    }

    private var ticks: [Double] {
        [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000].filter { $0 <= max(10, slowest) }
    }

    // MARK: Marks

    private func grid(at tick: Double) -> [String] {
        [
            """
            <line x1="\(Self.text(Self.left))" x2="\(Self.text(Self.width - Self.right))" y1="\(Self.text(y(tick)))" \
            y2="\(Self.text(y(tick)))" stroke="#e4e4e4"/>
            """,
            Self.label(Self.text(tick), x: 24, y: y(tick) + 4),
        ]
    }

    private func curve(_ line: (percentile: Double, name: String, colour: String), _ place: Int) -> [String] {
        let points = reports.map { (x($0.rate), y($0.milliseconds(at: line.percentile))) }
        let path = points.map { "\(Self.text($0.0)),\(Self.text($0.1))" }.joined(separator: " ")
        let dots = points.map { point in
            #"<circle cx="\#(Self.text(point.0))" cy="\#(Self.text(point.1))" r="3" fill="\#(line.colour)"/>"#
        }
        let legend = Self.top + 20 + Double(place) * 20
        return [#"<polyline points="\#(path)" fill="none" stroke="\#(line.colour)" stroke-width="2"/>"#] + dots + [
            #"<rect x="\#(Self.text(Self.width - 60))" y="\#(Self.text(legend - 10))" width="12" height="12" fill="\#(line.colour)"/>"#,
            Self.label(line.name, x: Self.width - 42, y: legend),
        ]
    }

    private static func label(_ words: String, x: Double, y: Double, size: Int = 13) -> String {
        #"<text x="\#(text(x))" y="\#(text(y))" font-size="\#(size)">\#(words)</text>"#
    }

    private static func text(_ number: Double) -> String {
        let rounded = (number * 10).rounded() / 10
        return rounded == rounded.rounded() ? String(Int(rounded)) : String(rounded)
    }
}
