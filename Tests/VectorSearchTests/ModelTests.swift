import Testing
import VectorSearch

/// Random operations on an index and on a dictionary that does the same in the plainest way.
struct ModelTests {
    private struct Model {
        let metric: Metric
        var vectors: [UInt64: [UInt8: [Float]]] = [:]

        /// Best score of each key, best first.
        func scores(_ query: [Float], where allows: (UInt64) -> Bool) -> [(key: UInt64, score: Double)] {
            vectors.filter { allows($0.key) }
                .map { key, parts in (key, parts.values.map { referenceScore(query, $0, metric) }.max() ?? 0) }
                .sorted { $0.1 > $1.1 }
        }
    }

    @Test(arguments: UInt64(0)..<60)
    func anIndexAnswersAsADictionaryDoes(seed: UInt64) throws {
        var numbers = SeededNumbers(seed: seed)
        let metric = Metric.allCases[Int(seed % 3)]
        let parameters = GraphParameters(maximumLinks: 4, constructionEffort: 40, seed: seed)
        let index = try VectorIndex(VectorIndexConfiguration(dimension: 5, metric: metric, graph: parameters))
        var model = Model(metric: metric)
        for step in 0..<300 {
            switch Int.random(in: 0..<100, using: &numbers) {
            case 0..<45:
                let entries = (0..<Int.random(in: 1...4, using: &numbers)).map { _ in Self.entry(&numbers) }
                try index.insert(entries)
                for entry in entries { model.vectors[entry.key, default: [:]][entry.part] = entry.vector }
            case 45..<60:
                let key = UInt64.random(in: 0..<60, using: &numbers)
                #expect(index.remove(key: key) == (model.vectors.removeValue(forKey: key) != nil))
            case 60 where step > 50:
                try index.buildGraph()
            case 61:
                try index.compact()
                #expect(index.removedVectorCount == 0)
            default:
                try compare(index, model, &numbers)
            }
        }
        #expect(index.count == model.vectors.count)
        #expect(index.vectorCount == model.vectors.values.reduce(0) { $0 + $1.count })
        for key in UInt64(0)..<60 { #expect(index.contains(key: key) == (model.vectors[key] != nil)) }
        let report = index.checkInvariants()
        #expect(report.violations.isEmpty, "\(report.violations)")
    }

    private func compare(_ index: VectorIndex, _ model: Model, _ numbers: inout SeededNumbers) throws {
        let query = Self.entry(&numbers).vector
        let k = Int.random(in: 1...20, using: &numbers)
        let modulus = UInt64.random(in: 1...3, using: &numbers)
        let filter: KeyFilter? =
            switch Int.random(in: 0..<3, using: &numbers) {
            case 0 where modulus == 1: nil
            case 1: .keys((UInt64(0)..<60).filter { $0 % modulus == 0 })
            default: .matching(estimatedCount: 20) { $0 % modulus == 0 }
            }
        let expected = model.scores(query) { $0 % modulus == 0 }
        let route: SearchRoute = [.automatic, .exact, .graph][Int.random(in: 0..<3, using: &numbers)]
        let found = try index.search(query, k: k, ef: 400, filter: filter, route: route)
        #expect(found.count == min(k, expected.count))
        #expect(Set(found.map(\.key)).count == found.count)
        let scores = Dictionary(uniqueKeysWithValues: expected.map { ($0.key, $0.score) })
        for match in found {
            let score = try #require(scores[match.key])
            #expect(abs(Double(match.score) - score) < 1e-3)
        }
        // On a graph a node may be out of reach of a walk; the exact way misses nothing.
        guard route == .exact else { return }
        for (match, truth) in zip(found, expected) { #expect(abs(Double(match.score) - truth.score) < 1e-3) }
    }

    private static func entry(_ numbers: inout SeededNumbers) -> VectorEntry {
        VectorEntry(
            key: UInt64.random(in: 0..<60, using: &numbers),
            part: UInt8.random(in: 0..<3, using: &numbers),
            vector: (0..<5).map { _ in numbers.normal() }
        )
    }
}
