import Testing
import VectorSearch

/// Indexes that grow, or whose vectors come to be of another kind, after their graph was built.
struct DriftTests {
    @Test func anIndexThatDoubledIsMeasuredAnewAndKeepsItsPromise() throws {
        // Later vectors lie in more clusters, closer to each other: they are harder to find.
        let early = SampleVectors(count: 1_500, dimension: 24, clusters: 5, seed: 71)
        let late = SampleVectors(count: 4_500, dimension: 24, clusters: 400, seed: 72)
        let index = try VectorIndex(VectorIndexConfiguration(dimension: 24))
        try index.insert(early.entries)
        try index.buildGraph()
        #expect(!index.isOutgrown && index.calibration?.vectorCount == 1_500)
        try index.insert(late.vectors.enumerated().map { VectorEntry(key: UInt64(10_000 + $0), vector: $1) })
        #expect(index.isOutgrown)
        try index.compact()
        #expect(!index.isOutgrown && index.calibration?.vectorCount == 6_000)
        #expect(index.vectorCount == 6_000 && index.checkInvariants().violations.isEmpty)
        let found = try late.queries.map { query in
            recall(
                of: try index.search(query, k: 10, recallTarget: 0.95),
                against: try index.search(query, k: 10, route: .exact)
            )
        }
        #expect(found.reduce(0, +) / Double(found.count) >= 0.92)
    }

    /// Vectors most of whose length lies in one component that all share, as some models make them: with steps of that
    /// component's size the others are hardly told apart.
    @Test func codesOfVectorsWithOneHugeComponentAreMadeAnewTurned() throws {
        let dimension = 256
        func bent(_ vectors: [[Float]]) -> [[Float]] { vectors.map { [50] + $0.dropFirst() } }
        let plain = SampleVectors(count: 300, dimension: dimension, seed: 73)
        let sample = SampleVectors(count: 3_000, dimension: dimension, seed: 74)
        let index = try VectorIndex(VectorIndexConfiguration(dimension: dimension))
        try index.insert(plain.entries)
        try index.buildGraph()
        #expect(!index.areCodesTurned && !index.isOutgrown)
        try index.insert(
            bent(sample.vectors).enumerated().map { VectorEntry(key: UInt64(10_000 + $0), vector: $1) }
        )
        #expect(index.isOutgrown)
        let queries = bent(sample.queries)
        let before = try Self.recallAtTen(of: index, queries)
        try index.compact()
        #expect(index.areCodesTurned && !index.isOutgrown)
        #expect(index.checkInvariants().violations.isEmpty)
        let after = try Self.recallAtTen(of: index, queries)
        #expect(after >= 0.93 && after > before + 0.04, "before \(before), after \(after)")
    }

    private static func recallAtTen(of index: VectorIndex, _ queries: [[Float]]) throws -> Double {
        let found = try queries.map { query in
            recall(
                of: try index.search(query, k: 10, ef: 32, route: .graph),
                against: try index.search(query, k: 10, route: .exact)
            )
        }
        return found.reduce(0, +) / Double(found.count)
    }
}
