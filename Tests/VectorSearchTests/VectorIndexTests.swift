import Testing
import VectorSearch

struct VectorIndexTests {
    @Test(arguments: Metric.allCases)
    func scoresAreWhatTheMetricSays(metric: Metric) throws {
        let sample = SampleVectors(count: 60, queries: 10, dimension: 19, seed: 51)
        let index = try VectorIndex(VectorIndexConfiguration(dimension: 19, metric: metric))
        try index.insert(sample.entries)
        try index.buildGraph()
        for query in sample.queries {
            let expected = sample.vectors.map { referenceScore(query, $0, metric) }
            for route in [SearchRoute.exact, .graph] {
                let found = try index.search(query, k: 60, route: route)
                #expect(Set(found.map(\.key)).count == 60)
                for match in found { #expect(abs(Double(match.score) - expected[Int(match.key)]) < 1e-4) }
                for (better, worse) in zip(found, found.dropFirst()) { #expect(better.score >= worse.score) }
            }
        }
    }

    @Test(arguments: Metric.allCases)
    func searchReturnsTheQueryVectorFirst(metric: Metric) throws {
        let sample = SampleVectors(count: 300, queries: 0, dimension: 16, seed: 52)
        let index = try VectorIndex(VectorIndexConfiguration(dimension: 16, metric: metric))
        // Equal lengths, so that no other vector has the greater inner product.
        let vectors = sample.vectors.map { vector in
            let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
            return vector.map { $0 / length }
        }
        try index.insert(vectors.enumerated().map { VectorEntry(key: UInt64($0.offset), vector: $0.element) })
        for (key, vector) in vectors.enumerated() {
            #expect(try index.search(vector, k: 1).first?.key == UInt64(key))
        }
    }

    @Test func inputOutsideTheRulesIsRefusedAndChangesNothing() throws {
        let index = try VectorIndex(VectorIndexConfiguration(dimension: 3))
        expect(.wrongDimension) { try index.insert([1, 2], key: 1) }
        expect(.wrongDimension) { _ = try index.search([1, 2, 3, 4], k: 1) }
        expect(.notFinite) { try index.insert([1, .nan, 0], key: 1) }
        expect(.notFinite) { try index.insert([1, .infinity, 0], key: 1) }
        expect(.notFinite) { _ = try index.search([-.infinity, 0, 0], k: 1) }
        expect(.zeroVector) { try index.insert([0, 0, 0], key: 1) }
        expect(.keyOutOfRange) { try index.insert([1, 0, 0], key: 1 << 56) }
        expect(.invalidArgument) { _ = try index.search([1, 0, 0], k: 0) }
        expect(.invalidArgument) { _ = try index.search([1, 0, 0], k: 1, ef: 0) }
        expect(.notFinite) {
            try index.insert([VectorEntry(key: 1, vector: [1, 0, 0]), VectorEntry(key: 2, vector: [.nan, 0, 0])])
        }
        #expect(index.count == 0 && index.vectorCount == 0)
        let product = try VectorIndex(VectorIndexConfiguration(dimension: 1, metric: .innerProduct))
        expect(.magnitudeTooLarge) { try product.insert([1e30], key: 1) }
        try product.insert([0], key: 1)
        #expect(try product.search([3e18], k: 1).first?.score == 0)
        for configuration in [
            VectorIndexConfiguration(dimension: 0), VectorIndexConfiguration(dimension: 65_537),
            VectorIndexConfiguration(dimension: 8, searchEffort: 0),
            VectorIndexConfiguration(dimension: 8, graph: GraphParameters(maximumLinks: 1)),
            VectorIndexConfiguration(dimension: 8, graph: GraphParameters(constructionEffort: 0)),
        ] {
            expect(.invalidConfiguration) { _ = try VectorIndex(configuration) }
        }
    }

    @Test func extremeMagnitudesKeepTheirOrder() throws {
        let index = try VectorIndex(VectorIndexConfiguration(dimension: 2))
        try index.insert([.leastNonzeroMagnitude, 0], key: 1)
        try index.insert([0, 1e30], key: 2)
        let found = try index.search([3e37, 1e36], k: 2)
        #expect(found.map(\.key) == [1, 2])
        #expect(abs(found[0].score - 0.999_445) < 1e-4)
        let euclidean = try VectorIndex(VectorIndexConfiguration(dimension: 1, metric: .euclidean))
        try euclidean.insert([3e18], key: 1)
        try euclidean.insert([-3e18], key: 2)
        #expect(try euclidean.search([3e18], k: 2).map(\.score) == [0, -6e18])
    }

    @Test(arguments: [SearchRoute.exact, .graph])
    func aKeyWithPartsComesBackOnceAtItsBestPart(route: SearchRoute) throws {
        let index = try VectorIndex(VectorIndexConfiguration(dimension: 2, metric: .euclidean))
        // One key crowds the neighbourhood of the query with 256 parts.
        try index.insert((0...255).map { VectorEntry(key: 7, part: UInt8($0), vector: [Float($0) / 1_000, 0]) })
        try index.insert((0..<20).map { VectorEntry(key: 100 + $0, vector: [5 + Float($0), 1]) })
        try index.buildGraph()
        let found = try index.search([0.0102, 0], k: 5, ef: 5, route: route)
        #expect(found.map(\.key) == [7, 100, 101, 102, 103])
        #expect(found.first?.part == 10)
        #expect(index.count == 21 && index.vectorCount == 276)
        #expect(index.remove(key: 7) && !index.remove(key: 7))
        #expect(!index.contains(key: 7) && index.contains(key: 100))
        #expect(try index.search([0.0102, 0], k: 2, route: route).map(\.key) == [100, 101])
        #expect(index.removedVectorCount == 256)
    }

    @Test func aVectorOfTheSameKeyAndPartReplacesTheOther() throws {
        let index = try VectorIndex(VectorIndexConfiguration(dimension: 2))
        try index.insert([1, 0], key: 1)
        try index.insert([0, 1], key: 1)
        try index.insert([1, 1], key: 1, part: 1)
        try index.insert([-1, 0], key: 1, part: 1)
        #expect(index.count == 1 && index.vectorCount == 2 && index.removedVectorCount == 2)
        #expect(try index.search([1, 0], k: 9) == [Match(key: 1, part: 0, score: 0)])
        #expect(index.checkInvariants().violations.isEmpty)
    }

    /// While keys may repeat, effort alone ends walks and each answer is looked through for repeated keys.
    @Test func keysCountAsRepeatingOnlyWhileAnyHasParts() throws {
        let index = try VectorIndex(VectorIndexConfiguration(dimension: 2))
        for _ in 0..<2 {
            for key in 1...3 { try index.insert([1, Float(key)], key: UInt64(key)) }
            #expect(!index.mayRepeatKeys)
        }
        try index.insert([2, 1], key: 1, part: 1)
        try index.insert([2, 2], key: 2, part: 9)
        #expect(index.mayRepeatKeys)
        index.remove(key: 1)
        #expect(index.mayRepeatKeys)
        index.remove(key: 2)
        #expect(!index.mayRepeatKeys && index.checkInvariants().violations.isEmpty)
    }

    @Test(arguments: Metric.allCases)
    func aBatchAnswersAsSingleSearchesDo(metric: Metric) throws {
        let sample = SampleVectors(count: 1_500, queries: 70, dimension: 24, seed: 53)
        let index = try VectorIndex(VectorIndexConfiguration(dimension: 24, metric: metric))
        try index.insert(sample.entries)
        index.remove(keys: 0..<100)
        for _ in 0..<2 {
            let answers = try index.search(batch: sample.queries, k: 7)
            #expect(answers.count == 70)
            for (query, answer) in zip(sample.queries, answers) {
                let single = try index.search(query, k: 7)
                #expect(answer.map(\.key) == single.map(\.key))
                for (a, b) in zip(answer, single) { #expect(abs(a.score - b.score) < 1e-3) }
            }
            try index.buildGraph()
        }
        #expect(try index.search(batch: [], k: 7).isEmpty)
    }

    @Test func compactionFreesRemovedVectorsAndKeepsTheRest() throws {
        let sample = SampleVectors(count: 1_200, queries: 10, dimension: 8, seed: 54)
        let configuration = VectorIndexConfiguration(dimension: 8)
        let index = try VectorIndex(configuration)
        try index.insert(sample.entries)
        let before = index.byteCount
        #expect(before == configuration.estimatedByteCount(vectors: 1_200, withGraph: false))
        index.remove(keys: 0..<700)
        let answers = try sample.queries.map { query in try index.search(query, k: 10) }
        try index.compact()
        #expect(index.removedVectorCount == 0 && index.count == 500 && index.kind == .exact)
        #expect(index.byteCount < before)
        #expect(try sample.queries.map { query in try index.search(query, k: 10) } == answers)
        #expect(index.checkInvariants().violations.isEmpty)
        expect(.cancelled) { try index.compact { false } }
        #expect(index.count == 500)
    }

    @Test func anErrorDescribesItselfByItsCode() {
        let error = VectorSearchError(.inputOutput, "writing x failed", systemErrorNumber: 28)
        #expect(error.description == "inputOutput: writing x failed (errno 28)")
        #expect(error.message == "writing x failed" && error.systemErrorNumber == 28)
        #expect(VectorSearchError(.full, "no room").description == "full: no room")
    }

    @Test func everyPartOfNamedKeysIsScored() throws {
        let index = try VectorIndex(VectorIndexConfiguration(dimension: 2))
        try index.insert([
            VectorEntry(key: 7, part: 0, vector: [1, 0]), VectorEntry(key: 7, part: 200, vector: [0, 2]),
            VectorEntry(key: 8, part: 0, vector: [-1, 0]), VectorEntry(key: 9, part: 0, vector: [1, 1]),
        ])
        index.remove(key: 9)
        let scores = try index.scores(of: [8, 7, 9, 10], to: [3, 0])
        let names = scores.map { "\($0.key)/\($0.part) \(($0.score * 100).rounded() / 100)" }
        #expect(Set(names) == ["7/0 1.0", "7/200 0.0", "8/0 -1.0"])
        #expect(throws: VectorSearchError.self) { try index.scores(of: [7], to: [1, 2, 3]) }
    }
}
