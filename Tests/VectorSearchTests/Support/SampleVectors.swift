import VectorSearch

/// SplitMix64: the same numbers from the same seed on every machine.
struct SeededNumbers: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// About normally distributed: the sum of twelve uniform numbers, less six.
    mutating func normal() -> Float {
        var sum: Float = -6
        for _ in 0..<12 { sum += Float.random(in: 0..<1, using: &self) }
        return sum
    }
}

/// Vectors in clusters, as embeddings of texts lie: a centre each, and normal noise about it.
struct SampleVectors {
    let vectors: [[Float]]
    let queries: [[Float]]

    init(count: Int, queries queryCount: Int = 100, dimension: Int, clusters: Int = 20, seed: UInt64) {
        var numbers = SeededNumbers(seed: seed)
        let centres = (0..<clusters).map { _ in (0..<dimension).map { _ in numbers.normal() } }
        func sample() -> [Float] {
            let centre = centres[Int.random(in: 0..<clusters, using: &numbers)]
            return centre.map { $0 + 0.6 * numbers.normal() }
        }
        vectors = (0..<count).map { _ in sample() }
        queries = (0..<queryCount).map { _ in sample() }
    }

    /// All vectors, keyed by their place.
    var entries: [VectorEntry] {
        vectors.enumerated().map { VectorEntry(key: UInt64($0.offset), vector: $0.element) }
    }
}

/// The share of `truth`'s keys that `found` has.
func recall(of found: [Match], against truth: [Match]) -> Double {
    guard !truth.isEmpty else { return 1 }
    return Double(Set(found.map(\.key)).intersection(truth.map(\.key)).count) / Double(truth.count)
}

/// What a score is, computed in double precision from the definition.
func referenceScore(_ a: [Float], _ b: [Float], _ metric: Metric) -> Double {
    var dot = 0.0
    var squareA = 0.0
    var squareB = 0.0
    var difference = 0.0
    for (x, y) in zip(a, b) {
        dot += Double(x) * Double(y)
        squareA += Double(x) * Double(x)
        squareB += Double(y) * Double(y)
        difference += (Double(x) - Double(y)) * (Double(x) - Double(y))
    }
    switch metric {
    case .cosine: return dot / (squareA * squareB).squareRoot()
    case .innerProduct: return dot
    case .euclidean: return -difference.squareRoot()
    }
}
