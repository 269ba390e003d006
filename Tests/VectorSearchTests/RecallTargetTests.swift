import Testing
import VectorSearch

struct RecallTargetTests {
    /// Queries of the same clusters as the vectors, and as hard as any.
    @Test(arguments: Metric.allCases, [VectorCodes.none, .int8, .int4])
    func theShareThatIsAskedForIsFoundWithinThreePoints(metric: Metric, codes: VectorCodes) throws {
        let sample = SampleVectors(count: 6_000, dimension: 32, seed: 7)
        let index = try VectorIndex(VectorIndexConfiguration(dimension: 32, metric: metric, codes: codes))
        try index.insert(sample.entries)
        let truth = try sample.queries.map { try index.search($0, k: 10) }
        try index.buildGraph()
        for target in [0.9, 0.95, 0.99] {
            var found = 0.0
            for (query, truth) in zip(sample.queries, truth) {
                found += recall(of: try index.search(query, k: 10, recallTarget: target), against: truth)
            }
            #expect(found / Double(truth.count) >= target - 0.03, "\(metric), \(codes), \(target)")
        }
    }

    @Test func aHigherTargetFindsNoLess() throws {
        let sample = SampleVectors(count: 5_000, dimension: 48, seed: 8)
        let index = try VectorIndex(VectorIndexConfiguration(dimension: 48))
        try index.insert(sample.entries)
        let truth = try sample.queries.map { try index.search($0, k: 10) }
        try index.buildGraph()
        let recalls = try [0.5, 0.9, 0.99, 0.9999].map { target in
            try zip(sample.queries, truth).reduce(0.0) { sum, pair in
                sum + recall(of: try index.search(pair.0, k: 10, recallTarget: target), against: pair.1)
            }
        }
        #expect(zip(recalls, recalls.dropFirst()).allSatisfy { $0 <= $1 + 0.3 })
    }

    @Test func allKeysComeBackWhereMostAreRemovedOrHaveParts() throws {
        let sample = SampleVectors(count: 3_000, queries: 20, dimension: 16, seed: 9)
        let index = try VectorIndex(VectorIndexConfiguration(dimension: 16))
        try index.insert(sample.entries)
        try index.buildGraph()
        for key in 0..<2_900 { _ = index.remove(key: UInt64(key)) }
        for query in sample.queries {
            #expect(try index.search(query, k: 10, recallTarget: 0.9).count == 10)
            #expect(try index.search(query, k: 200, recallTarget: 0.9).count == 100)
        }
        for (place, vector) in sample.vectors[..<500].enumerated() {
            try index.insert([VectorEntry(key: UInt64(place / 5), part: UInt8(place % 5), vector: vector)])
        }
        for query in sample.queries {
            let keys = try index.search(query, k: 50, recallTarget: 0.9).map(\.key)
            #expect(keys.count == 50 && Set(keys).count == 50)
        }
    }

    @Test func aTargetOutsideItsRangeIsRefused() throws {
        let index = try VectorIndex(VectorIndexConfiguration(dimension: 2))
        for target in [0, 0.49, 1, -1, Double.nan, .infinity] {
            expect(.invalidArgument) { _ = try index.search([1, 0], k: 1, recallTarget: target) }
        }
        #expect(try index.search([1, 0], k: 1, recallTarget: 0.9).isEmpty)
    }
}
