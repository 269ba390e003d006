import Testing
import VectorSearch

/// Recall on real embeddings, which lie far less evenly than made-up vectors do.
struct SampleEmbeddingsTests {
    private static let count = 20_000
    private static let exchanged = 6_000

    @Test func graphFindsAtLeast98PercentOfTheNearestTenAmong20000Embeddings() throws {
        let sample = try SampleEmbeddings()
        let entries = sample.entries(count: Self.count + Self.exchanged, seed: 31)
        let index = try VectorIndex(VectorIndexConfiguration(dimension: SampleEmbeddings.dimension))
        try index.insert(Array(entries.prefix(Self.count)))
        try index.buildGraph()
        let whole = try Self.recallAtTen(of: index, sample.queries)
        #expect(whole >= 0.98)
        // At default effort almost nothing is missed here; little effort shows how good the links themselves are.
        let hasty = try Self.recallAtTen(of: index, sample.queries, ef: 16)
        #expect(hasty >= 0.95)

        // Three of ten go, and as many new ones come into the standing graph.
        var numbers = SeededNumbers(seed: 32)
        let removed = (0..<UInt64(Self.count)).shuffled(using: &numbers).prefix(Self.exchanged)
        #expect(index.remove(keys: removed) == Self.exchanged)
        let thinned = try Self.recallAtTen(of: index, sample.queries)
        #expect(thinned >= 0.98)
        try index.insert(Array(entries.suffix(Self.exchanged)))
        #expect(index.count == Self.count)
        let refilled = try Self.recallAtTen(of: index, sample.queries)
        #expect(refilled >= 0.98)
        let refilledHasty = try Self.recallAtTen(of: index, sample.queries, ef: 16)
        #expect(refilledHasty >= 0.95)
        #expect(index.checkInvariants().violations == [])
    }

    /// The mean share of the true ten nearest that the graph finds, at default effort or at `ef`.
    private static func recallAtTen(of index: VectorIndex, _ queries: [[Float]], ef: Int? = nil) throws -> Double {
        let found = try queries.map { query in
            recall(
                of: try index.search(query, k: 10, ef: ef, route: .graph),
                against: try index.search(query, k: 10, route: .exact)
            )
        }
        return found.reduce(0, +) / Double(found.count)
    }
}
