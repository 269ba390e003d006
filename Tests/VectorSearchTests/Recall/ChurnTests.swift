import Foundation
import Testing
import VectorSearch

/// Recall while half of the vectors are replaced by others, step by step, on real embeddings.
struct ChurnTests {
    private static let isLong = ProcessInfo.processInfo.environment["MNEME_LONG_TESTS"] != nil
    private static let count = isLong ? 50_000 : 6_000
    /// Little effort shows how good the links are: much of it finds everything in any graph.
    private static let effort = 16

    @Test(arguments: isLong ? [UInt64(1), 2, 3, 4, 5] : [1])
    func afterHalfOfTheVectorsWereExchangedRecallIsThatOfAFreshBuild(seed: UInt64) throws {
        let sample = try SampleEmbeddings()
        let entries = sample.entries(count: Self.count * 3 / 2, seed: seed)
        let configuration = VectorIndexConfiguration(dimension: SampleEmbeddings.dimension)
        let index = try VectorIndex(configuration)
        try index.insert(Array(entries.prefix(Self.count)))
        try index.buildGraph(threads: 2)

        var numbers = SeededNumbers(seed: seed)
        var live = entries.prefix(Self.count).shuffled(using: &numbers)
        let incoming = Array(entries.suffix(Self.count / 2))
        let step = incoming.count / 10
        for first in stride(from: 0, to: incoming.count, by: step) {
            index.remove(keys: live.prefix(step).map(\.key))
            live.removeFirst(step)
            let arrivals = incoming[first..<min(incoming.count, first + step)]
            try index.insert(Array(arrivals))
            live.append(contentsOf: arrivals)
        }
        let fresh = try VectorIndex(configuration)
        try fresh.insert(live)
        try fresh.buildGraph(threads: 2)

        let best = try Self.recallAtTen(of: fresh, sample.queries)
        let marked = try Self.recallAtTen(of: index, sample.queries)
        #expect(marked >= best - 0.005, "with removed vectors in it: \(marked), fresh: \(best)")
        try index.compact()
        #expect(index.removedVectorCount == 0 && index.count == fresh.count)
        let compacted = try Self.recallAtTen(of: index, sample.queries)
        #expect(compacted >= best - 0.005, "after compaction: \(compacted), fresh: \(best)")
        #expect(index.checkInvariants().violations == [])
    }

    private static func recallAtTen(of index: VectorIndex, _ queries: [[Float]]) throws -> Double {
        let found = try queries.map { query in
            recall(
                of: try index.search(query, k: 10, ef: effort, route: .graph),
                against: try index.search(query, k: 10, route: .exact)
            )
        }
        return found.reduce(0, +) / Double(found.count)
    }
}
