import Foundation
import Testing
import VectorSearch

/// Every format version that was ever written stays readable: one snapshot of each is kept in data/golden.
struct GoldenSnapshotTests {
    @Test(arguments: ["version-1", "version-2", "version-3"])
    func aSnapshotOfEachFormatVersionIsReadAndAnswersAsItDidWhenWritten(version: String) throws {
        let folder = URL(filePath: #filePath).appending(path: "../../../../data/golden/vector-snapshots/\(version)")
            .standardized.path()
        let reader = try SnapshotReader(directory: folder)
        let identity = SnapshotIdentity(
            owner: Array("golden".utf8),
            profile: "golden/8/cosine",
            generation: 1,
            epoch: "epoch",
            seq: 300
        )
        #expect(reader.identity == identity)
        let loaded = try VectorIndex.load(from: reader, VectorIndexConfiguration(dimension: 8))
        #expect(loaded.graphRefusal == nil)
        #expect(loaded.index.count == 120 && loaded.index.vectorCount == 240 && loaded.index.removedVectorCount == 60)
        #expect(loaded.index.checkInvariants().violations.isEmpty)

        let points: [WalkCalibration.Point] = [
            .init(recall: 0.875, slack: 0), .init(recall: 0.95, slack: 0.03125), .init(recall: 0.99, slack: 0.0625),
        ]
        let measured = version == "version-3" ? WalkCalibration(points, vectorCount: 1_500) : .standard
        #expect(loaded.index.calibration == measured)

        let answers = try String(contentsOfFile: folder + "/answers.txt", encoding: .utf8).split(separator: "\n")
        #expect(answers.count == 12)
        for answer in answers {
            let sides = answer.split(separator: "|")
            let query = try #require(sides.first).split(separator: " ").compactMap { Float($0) }
            let expected = try #require(sides.last).split(separator: " ").map(String.init)
            for route in [SearchRoute.exact, .graph] {
                let found = try loaded.index.search(query, k: 10, route: route)
                #expect(found.map { "\($0.key):\($0.part)" } == expected)
            }
        }
    }
}
