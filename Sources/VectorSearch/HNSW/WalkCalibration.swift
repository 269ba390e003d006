#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// How far beyond its results a walk has to look for a share of the true neighbours.
package struct WalkCalibration: Sendable, Equatable {
    /// A measured place of the curve.
    package struct Point: Sendable, Equatable {
        /// The share of the true ten nearest that was found.
        package let recall: Double
        /// The patience that found it.
        package let slack: Float

        package init(recall: Double, slack: Float) {
            self.recall = recall
            self.slack = slack
        }
    }

    /// No walk looks farther.
    static let mostSlack: Float = 16

    /// In ascending order of both.
    package let points: [Point]
    /// How many vectors there were when it was measured; 0 where it was not.
    package let vectorCount: Int

    /// Takes places in ascending order of slack; what is no better than a lesser slack is left out.
    package init(_ measured: [Point], vectorCount: Int = 0) {
        self.vectorCount = vectorCount
        var points: [Point] = []
        for point in measured where point.recall > points.last?.recall ?? -1 { points.append(point) }
        self.points = points
    }

    /// For a graph that was not measured, on the safe side of what sentence embeddings of 384 dimensions need.
    package static let standard = WalkCalibration([
        Point(recall: 0.85, slack: 0),
        Point(recall: 0.90, slack: 0.01),
        Point(recall: 0.95, slack: 0.03),
        Point(recall: 0.98, slack: 0.06),
        Point(recall: 0.99, slack: 0.08),
        Point(recall: 0.995, slack: 0.095),
        Point(recall: 0.999, slack: 0.13),
    ])

    /// The least slack that is measured or, between two places, reckoned to reach `recall`.
    ///
    /// Misses fall about exponentially with slack, so their logarithm is what is drawn straight between places, and on beyond the last.
    package func slack(for recall: Double) -> Float {
        guard let first = points.first, recall > first.recall else { return points.first?.slack ?? 0 }
        var low = first
        for point in points.dropFirst() {
            if point.recall >= recall {
                let whole = Self.misses(low) - Self.misses(point)
                let part = Self.misses(low) - Self.misses(Point(recall: recall, slack: 0))
                return low.slack + (point.slack - low.slack) * Float(part / max(whole, 1e-9))
            }
            low = point
        }
        return low.slack * 1.25
    }

    private static func misses(_ point: Point) -> Double {
        // Of 256 samples no fewer misses can be told from none.
        log(max(1 - point.recall, 1e-4))
    }
}
