import Testing
import VectorSearch

struct WalkCalibrationTests {
    private let curve = WalkCalibration([
        .init(recall: 0.9, slack: 0), .init(recall: 0.99, slack: 0.1), .init(recall: 0.985, slack: 0.15),
        .init(recall: 0.999, slack: 0.2),
    ])

    @Test func aPlaceThatIsNoBetterThanALesserSlackIsLeftOut() {
        #expect(curve.points.map(\.slack) == [0, 0.1, 0.2])
    }

    @Test func slackRisesWithTheTargetThroughTheMeasuredPlaces() {
        #expect(curve.slack(for: 0.5) == 0)
        #expect(curve.slack(for: 0.9) == 0)
        #expect(abs(curve.slack(for: 0.99) - 0.1) < 1e-6)
        #expect(abs(curve.slack(for: 0.999) - 0.2) < 1e-6)
        // A tenth of the misses is half of the way to a hundredth of them.
        let half = WalkCalibration([.init(recall: 0, slack: 0), .init(recall: 0.99, slack: 0.1)])
        #expect(abs(half.slack(for: 0.9) - 0.05) < 1e-6)
        let slacks = stride(from: 0.5, through: 0.9999, by: 0.0005).map { curve.slack(for: $0) }
        #expect(zip(slacks, slacks.dropFirst()).allSatisfy { $0 <= $1 })
    }

    @Test func beyondTheLastPlaceSlackIsAQuarterMore() {
        #expect(abs(curve.slack(for: 0.9999) - 0.25) < 1e-6)
        #expect(WalkCalibration([]).slack(for: 0.9) == 0)
    }

    @Test func aCalibrationOutOfOrderIsNotRead() {
        let points = CalibrationRecord.encoded(curve)
        #expect(CalibrationRecord.decoded(points, vectorCount: 5) == WalkCalibration(curve.points, vectorCount: 5))
        #expect(CalibrationRecord.decoded(points, vectorCount: .max) == nil)
        #expect(CalibrationRecord.decoded(Array(points.dropLast()), vectorCount: 5) == nil)
        for wrong: [(Double, Float)] in [
            [(.nan, 0)], [(1.5, 0)], [(-0.5, 0)], [(0.5, .infinity)], [(0.5, 17)], [(0.5, -1)], [(0.5, 0), (0.5, 1)],
            [(0.5, 1), (0.6, 0.5)],
        ] {
            var bytes: [UInt8] = []
            for (recall, slack) in wrong {
                bytes += (0..<8).map { UInt8(truncatingIfNeeded: recall.bitPattern >> UInt64($0 * 8)) }
                bytes += (0..<4).map { UInt8(truncatingIfNeeded: slack.bitPattern >> UInt32($0 * 8)) } + [0, 0, 0, 0]
            }
            #expect(CalibrationRecord.decoded(bytes, vectorCount: 5) == nil, "\(wrong)")
        }
    }
}
