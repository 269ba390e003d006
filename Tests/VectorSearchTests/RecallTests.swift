import Testing
import VectorSearch

struct RecallTests {
    /// Every way a graph comes about.
    enum Path: CaseIterable {
        case built
        case inserted
        case afterDeletes
        case afterDeletesAndCompaction
        case loaded
    }

    @Test(arguments: Metric.allCases, Path.allCases)
    func recallAtTenIsAtLeast98PercentAtDefaultParameters(metric: Metric, path: Path) throws {
        let sample = SampleVectors(count: 4_000, queries: 100, dimension: 48, clusters: 40, seed: 21)
        let index = try Self.index(of: sample, metric, path)
        var sum = 0.0
        for query in sample.queries {
            let truth = try index.search(query, k: 10, route: .exact)
            sum += recall(of: try index.search(query, k: 10, route: .graph), against: truth)
        }
        #expect(sum / Double(sample.queries.count) >= 0.98)
    }

    private static func index(of sample: SampleVectors, _ metric: Metric, _ path: Path) throws -> VectorIndex {
        let configuration = VectorIndexConfiguration(dimension: 48, metric: metric)
        let index = try VectorIndex(configuration)
        if path == .inserted { try index.buildGraph() }
        try index.insert(sample.entries)
        try index.buildGraph()
        switch path {
        case .built, .inserted:
            return index
        case .afterDeletes, .afterDeletesAndCompaction:
            var numbers = SeededNumbers(seed: 22)
            #expect(index.remove(keys: (0..<UInt64(4_000)).shuffled(using: &numbers).prefix(1_200)) == 1_200)
            if path == .afterDeletesAndCompaction { try index.compact() }
            #expect(index.removedVectorCount == (path == .afterDeletes ? 1_200 : 0))
            return index
        case .loaded:
            let folder = MemoryFolder()
            let writer = try SnapshotWriter(folder, identity: .sample)
            try index.save(to: writer)
            try writer.commit()
            let loaded = try VectorIndex.load(from: SnapshotReader(folder), configuration)
            #expect(loaded.graphRefusal == nil)
            return loaded.index
        }
    }
}
