import Testing
import VectorSearch

/// Recall under filters that lie anyhow about the query, at every share of matches.
struct FilteredRecallTests {
    /// How a filter's keys lie about the query.
    enum Lie: String, CaseIterable, Sendable {
        /// Anywhere.
        case random
        /// Nearest to it.
        case near
        /// Farthest from it.
        case far
        /// In the half that is farther from it.
        case fartherHalf
        /// In the clusters farthest from it.
        case otherClusters
    }

    private static let count = 12_000
    private static let clusters = 50

    /// One index for all cases, with removed and replaced vectors in it.
    private struct Sample {
        let queries: [[Float]]
        let index: VectorIndex
        /// The nearest of some centres, by key.
        let cluster: [UInt64]

        init() throws {
            let sample = SampleVectors(count: count, queries: 12, dimension: 32, clusters: clusters, seed: 71)
            queries = sample.queries
            index = try VectorIndex(VectorIndexConfiguration(dimension: 32))
            let replaced = sample.vectors.suffix(500).enumerated()
            try index.insert(replaced.map { VectorEntry(key: UInt64($0.offset), vector: $0.element) })
            try index.insert(sample.entries)
            try index.buildGraph(threads: 2)
            index.remove(keys: (0..<UInt64(count)).filter { $0 % 50 == 7 })
            let centres = try VectorIndex(VectorIndexConfiguration(dimension: 32))
            try centres.insert(Array(sample.entries.prefix(clusters)))
            cluster = try centres.search(batch: sample.vectors, k: 1).map { $0.first?.key ?? 0 }
        }

        func keys(_ lie: Lie, _ matching: Int, query: [Float], seed: UInt64) throws -> [UInt64] {
            var numbers = SeededNumbers(seed: seed)
            let opposite = query.map { -$0 }
            switch lie {
            case .random:
                let keys = (0..<UInt64(count)).filter { $0 % 50 != 7 }
                return Array(keys.shuffled(using: &numbers).prefix(matching))
            case .near:
                return try index.search(query, k: matching, route: .exact).map(\.key)
            case .far:
                return try index.search(opposite, k: matching, route: .exact).map(\.key)
            case .fartherHalf:
                let half = try index.search(opposite, k: count / 2, route: .exact).map(\.key)
                return Array(half.shuffled(using: &numbers).prefix(matching))
            case .otherClusters:
                let far = try index.search(opposite, k: 10_000, route: .exact).map(\.key)
                let own = Set(try index.search(query, k: 1_000, route: .exact).map { cluster[Int($0.key)] })
                return Array(far.filter { !own.contains(cluster[Int($0)]) }.reversed().prefix(matching))
            }
        }
    }

    private static let sample = Result { try Sample() }

    @Test(arguments: Lie.allCases, [2, 12, 120, 1_200, 5_900])
    func recallAtTenIsAtLeast98PercentAndNoMatchIsMissingFromTheCount(lie: Lie, matching: Int) throws {
        let sample = try Self.sample.get()
        var sum = 0.0
        for (number, query) in sample.queries.enumerated() {
            let keys = try sample.keys(lie, matching, query: query, seed: UInt64(number))
            let allowed = Set(keys)
            let filter = KeyFilter.keys(keys)
            let truth = try sample.index.search(query, k: 10, filter: filter, route: .exact)
            let found = try sample.index.search(query, k: 10, filter: filter)
            #expect(found.count == min(10, keys.count))
            #expect(found.allSatisfy { allowed.contains($0.key) })
            sum += recall(of: found, against: truth)
        }
        #expect(sum / Double(sample.queries.count) >= 0.98)
    }

    @Test(arguments: [0.02, 0.1, 0.2, 0.3, 0.5, 0.9])
    func aWalkAloneFindsAtLeast95PercentOfRandomMatches(share: Double) throws {
        let sample = try Self.sample.get()
        let matching = Int(share * Double(Self.count))
        let filter = KeyFilter.keys(try sample.keys(.random, matching, query: [], seed: 5))
        let asked = KeyFilter.matching(estimatedCount: matching) { filter.allows($0) }
        for filter in [filter, asked] {
            let recalls = try sample.queries.map { query in
                recall(
                    of: try sample.index.search(query, k: 10, filter: filter, route: .graph),
                    against: try sample.index.search(query, k: 10, filter: filter, route: .exact)
                )
            }
            #expect(recalls.reduce(0, +) / Double(recalls.count) >= 0.95)
        }
    }
}
