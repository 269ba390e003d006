import Testing
import VectorSearch

struct HNSWGraphTests {
    @Test(arguments: Metric.allCases, [UInt64(1), 2])
    func aBuiltGraphIsSoundAndWholeAndItsCountsAreRight(metric: Metric, seed: UInt64) throws {
        let sample = SampleVectors(count: 2_000, queries: 0, dimension: 12, seed: seed)
        let index = try VectorIndex(VectorIndexConfiguration(dimension: 12, metric: metric))
        try index.insert(Array(sample.entries[..<1_500]))
        try index.buildGraph()
        try index.insert(Array(sample.entries[1_500...]))
        let report = index.checkInvariants()
        #expect(report.violations.isEmpty, "\(report.violations)")
        #expect(report.nodeCount == 2_000)
        #expect(report.reachableCount == 2_000)
        #expect(index.kind == .graph)
    }

    @Test func everySmallSetIsFoundWhole() throws {
        for count in 0..<40 {
            let sample = SampleVectors(count: count, queries: 3, dimension: 4, clusters: 3, seed: UInt64(count))
            let parameters = GraphParameters(maximumLinks: 4, constructionEffort: 20)
            let index = try VectorIndex(VectorIndexConfiguration(dimension: 4, metric: .euclidean, graph: parameters))
            try index.buildGraph()
            try index.insert(sample.entries)
            #expect(index.checkInvariants().violations.isEmpty)
            for query in sample.queries {
                let found = try index.search(query, k: 50, route: .graph)
                #expect(found == (try index.search(query, k: 50, route: .exact)))
                #expect(found.count == count)
            }
        }
    }

    @Test func equalSeedsAndOrdersGiveEqualGraphs() throws {
        let sample = SampleVectors(count: 800, queries: 0, dimension: 8, seed: 3)
        func segment(seed: UInt64) throws -> [UInt8]? {
            let parameters = GraphParameters(seed: seed)
            let index = try VectorIndex(VectorIndexConfiguration(dimension: 8, graph: parameters))
            try index.insert(sample.entries)
            try index.buildGraph()
            let folder = MemoryFolder()
            let writer = try SnapshotWriter(folder, identity: .sample)
            try index.save(to: writer)
            return folder.files["graph.1.segment"]
        }
        let first = try segment(seed: 5)
        #expect(first != nil)
        #expect(try segment(seed: 5) == first)
        #expect(try segment(seed: 6) != first)
    }

    @Test func levelsFallByTheFactorOfTheLinks() {
        let levels = LevelGenerator(GraphParameters(maximumLinks: 16, seed: 9))
        var counts = [Int](repeating: 0, count: 41)
        for slot in 0..<UInt32(100_000) { counts[levels.level(of: slot)] += 1 }
        #expect((93_000...94_500).contains(counts[0]))
        #expect((5_300...6_400).contains(counts[1]))
        #expect((250...480).contains(counts[2]))
    }

    @Test(arguments: Metric.allCases, [true, false])
    func manyEqualVectorsLeaveTheOthersFindable(metric: Metric, equalsFirst: Bool) throws {
        let sample = SampleVectors(count: 500, queries: 0, dimension: 8, seed: 4)
        let index = try VectorIndex(VectorIndexConfiguration(dimension: 8, metric: metric))
        let equals = (0..<500).map { VectorEntry(key: 10_000 + $0, vector: sample.vectors[0]) }
        try index.insert(equalsFirst ? equals + sample.entries : sample.entries + equals)
        try index.buildGraph()
        var sum = 0.0
        for vector in sample.vectors.dropFirst() {
            let truth = try index.search(vector, k: 1, route: .exact)
            sum += recall(of: try index.search(vector, k: 1, route: .graph), against: truth)
        }
        // Where the equal vectors are the answer, each of them is as good.
        #expect(sum / 499 >= (metric == .innerProduct ? 0.9 : 0.98))
    }

    @Test func aBuildEndsWhenTheCallerSaysSoAndLeavesTheIndexExact() throws {
        let sample = SampleVectors(count: 300, queries: 1, dimension: 8, seed: 5)
        let index = try VectorIndex(VectorIndexConfiguration(dimension: 8))
        try index.insert(sample.entries)
        #expect(throws: VectorSearchError.self) { try index.buildGraph { false } }
        #expect(index.kind == .exact)
        #expect(try index.search(sample.queries[0], k: 5).count == 5)
        try index.buildGraph()
        #expect(index.kind == .graph)
        try index.buildGraph()
    }
}
