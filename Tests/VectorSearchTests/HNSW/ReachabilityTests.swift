import Testing
import VectorSearch

/// No insert, removal, compaction or reading of a snapshot may leave a node that no walk can come to.
struct ReachabilityTests {
    /// Vectors of widely different lengths, among them many equal ones: under inner product the short ones are nobody's nearest.
    private static func vector(_ numbers: inout SeededNumbers) -> [Float] {
        let length = Float.random(in: 0.01...10, using: &numbers)
        let isCommon = Int.random(in: 0..<4, using: &numbers) == 0
        return (0..<4).map { _ in isCommon ? 1 : length * numbers.normal() }
    }

    @Test(arguments: Metric.allCases, [2, 3, 8])
    func everyNodeStaysWithinReach(metric: Metric, links: Int) throws {
        for seed: UInt64 in 1...3 { try everyNodeStaysWithinReach(metric: metric, links: links, seed: seed) }
    }

    private func everyNodeStaysWithinReach(metric: Metric, links: Int, seed: UInt64) throws {
        var numbers = SeededNumbers(seed: seed)
        let parameters = GraphParameters(maximumLinks: links, constructionEffort: 10, seed: seed)
        let configuration = VectorIndexConfiguration(dimension: 4, metric: metric, graph: parameters)
        var index = try VectorIndex(configuration)
        func insert(_ count: Int) throws {
            try index.insert(
                (0..<count).map { _ in
                    VectorEntry(key: UInt64.random(in: 0..<400, using: &numbers), vector: Self.vector(&numbers))
                }
            )
        }
        try insert(300)
        try index.buildGraph(threads: seed == 1 ? 1 : 2)
        for step in 0..<8 {
            try insert(60)
            index.remove(keys: (0..<40).map { _ in UInt64.random(in: 0..<400, using: &numbers) })
            if step % 3 == 2 { try index.compact() }
            if step == 4 {
                let folder = MemoryFolder()
                let writer = try SnapshotWriter(folder, identity: .sample)
                try index.save(to: writer)
                try writer.commit()
                index = try VectorIndex.load(from: SnapshotReader(folder), configuration).index
            }
            let report = index.checkInvariants()
            #expect(report.violations.isEmpty, "\(report.violations)")
            #expect(report.reachableCount == report.nodeCount)
        }
    }
}
