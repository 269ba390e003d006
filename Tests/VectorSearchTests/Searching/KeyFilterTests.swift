import Testing
import VectorSearch

struct KeyFilterTests {
    @Test(arguments: [
        [], [5], [5, 5, 5], [0, 63, 64, 65, 127, 128], [1, 1 << 40], Array(100..<1_000), [(1 << 56) - 1],
    ])
    func aSetOfKeysAllowsThoseAndNoOthers(keys: [UInt64]) {
        let filter = KeyFilter.keys(keys)
        let allowed = Set(keys)
        #expect(filter.estimatedCount == allowed.count)
        let asked = keys + keys.map { $0 &+ 1 } + keys.map { $0 &- 1 } + [0, .max, 64, 1_000_000]
        for key in asked { #expect(filter.allows(key) == allowed.contains(key)) }
    }

    @Test func aPredicateAllowsWhatItHoldsFor() {
        let filter = KeyFilter.matching(estimatedCount: 10) { $0 % 2 == 0 }
        #expect(filter.estimatedCount == 10)
        #expect(filter.allows(4) && !filter.allows(5))
        #expect(KeyFilter.matching(estimatedCount: -5) { _ in true }.estimatedCount == 0)
    }

    @Test(arguments: [SearchRoute.automatic, .exact, .graph], [0, 1, 3, 10, 200, 1_500, 3_000])
    func asManyKeysComeBackAsMatchWhateverTheRoute(route: SearchRoute, matching: Int) throws {
        let sample = SampleVectors(count: 3_000, queries: 5, dimension: 16, seed: 11)
        let index = try VectorIndex(VectorIndexConfiguration(dimension: 16, metric: .euclidean))
        try index.insert(sample.entries)
        try index.buildGraph()
        var numbers = SeededNumbers(seed: UInt64(matching))
        let keys = (0..<UInt64(3_000)).shuffled(using: &numbers).prefix(matching)
        let allowed = Set(keys)
        let filters = [
            KeyFilter.keys(keys),
            .matching(estimatedCount: matching) { allowed.contains($0) },
            // Estimates may be wrong.
            .matching(estimatedCount: 3_000) { allowed.contains($0) },
            .matching(estimatedCount: 0) { allowed.contains($0) },
        ]
        for query in sample.queries {
            let truth = try index.search(query, k: 10, filter: filters[0], route: .exact)
            for filter in filters {
                let found = try index.search(query, k: 10, filter: filter, route: route)
                #expect(found.count == min(10, matching))
                #expect(found.allSatisfy { allowed.contains($0.key) })
                #expect(recall(of: found, against: truth) >= 0.9)
            }
        }
    }
}
