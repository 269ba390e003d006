import Testing
import VectorSearch

struct RangeSearchTests {
    @Test(arguments: Metric.allCases, [SearchRoute.exact, .graph, .automatic])
    func everyKeyWithinTheBoundComesBackAndNoOther(metric: Metric, route: SearchRoute) throws {
        let sample = SampleVectors(count: 3_000, queries: 12, dimension: 16, seed: 81)
        let index = try VectorIndex(VectorIndexConfiguration(dimension: 16, metric: metric))
        try index.insert(sample.entries)
        try index.buildGraph()
        index.remove(keys: 0..<100)
        let even = KeyFilter.matching(estimatedCount: 1_450) { $0 % 2 == 0 }
        for (query, filter) in zip(sample.queries, [nil, even, nil, even, nil, nil, nil, nil, nil, nil, nil, nil]) {
            let ranked = try index.search(query, k: 3_000, filter: filter, route: .exact)
            for rank in [0, 1, 17, 63, 64, 300] {
                // Half-way between two scores, so that their last bits do not matter.
                let bound = (ranked[rank].score + ranked[rank + 1].score) / 2
                guard bound < ranked[rank].score, bound > ranked[rank + 1].score else { continue }
                let found = try index.search(query, within: bound, limit: 1_000, filter: filter, route: route)
                #expect(found.allSatisfy { $0.score >= bound })
                if route == .exact {
                    #expect(found.map(\.key) == ranked.prefix(rank + 1).map(\.key))
                } else {
                    #expect(recall(of: found, against: Array(ranked.prefix(rank + 1))) >= 0.9)
                }
            }
        }
    }

    @Test func aRangeEndsAtItsLimitAndRefusesBoundsThatAreNone() throws {
        let index = try VectorIndex(VectorIndexConfiguration(dimension: 2, metric: .euclidean))
        #expect(try index.search([0, 0], within: -10).isEmpty)
        try index.insert((0..<200).map { VectorEntry(key: $0, vector: [Float($0), 0]) })
        #expect(try index.search([0, 0], within: -2.5).map(\.key) == [0, 1, 2])
        #expect(try index.search([0, 0], within: -2).map(\.key) == [0, 1, 2])
        #expect(try index.search([0, 0], within: 0).map(\.key) == [0])
        #expect(try index.search([0.5, 0], within: 0).isEmpty)
        #expect(try index.search([0, 0], within: -.infinity, limit: 150).map(\.key) == Array(0..<150))
        #expect(try index.search([0, 0], within: -1_000).count == 200)
        #expect(try index.search([0, 0], within: -3, limit: 2).map(\.key) == [0, 1])
        expect(.invalidArgument) { _ = try index.search([0, 0], within: .nan) }
        expect(.invalidArgument) { _ = try index.search([0, 0], within: 0, limit: 0) }
        expect(.invalidArgument) { _ = try index.search([0, 0], within: 0, limit: 10_001) }
        expect(.wrongDimension) { _ = try index.search([0], within: 0) }
    }
}
