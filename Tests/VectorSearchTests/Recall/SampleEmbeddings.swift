import Foundation
import Testing
import VectorSearch

/// Embeddings of the sample workspace's texts (data/golden/sample-embeddings), and seeded mixes of them.
struct SampleEmbeddings {
    static let dimension = 384

    let base: [[Float]]
    let queries: [[Float]]

    /// Reads both files.
    init() throws {
        base = try Self.rows(of: "base.i8.npy")
        queries = try Self.rows(of: "queries.i8.npy")
    }

    /// All embeddings, and then as many mixes as `count` asks for, keyed by their place.
    func entries(count: Int, seed: UInt64) -> [VectorEntry] {
        var numbers = SeededNumbers(seed: seed)
        let vectors = base.prefix(count) + (0..<max(0, count - base.count)).map { _ in mix(&numbers) }
        return vectors.enumerated().map { VectorEntry(key: UInt64($0.offset), vector: $0.element) }
    }

    /// A weighted sum of two or three embeddings, as a text lies that speaks of several things.
    private func mix(_ numbers: inout SeededNumbers) -> [Float] {
        let parts = (0..<Int.random(in: 2...3, using: &numbers)).map { _ in
            (row: Int.random(in: base.indices, using: &numbers), weight: Float.random(in: 0.2...1, using: &numbers))
        }
        var sum = [Float](repeating: 0, count: Self.dimension)
        for part in parts {
            let row = base[part.row]
            for index in sum.indices { sum[index] += part.weight * row[index] }
        }
        return Self.normalised(sum)
    }

    /// Reads int8 rows behind a header of 128 bytes; a row's direction is the vector's.
    private static func rows(of name: String) throws -> [[Float]] {
        let folder = URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
            .appendingPathComponent("data/golden/sample-embeddings")
        let bytes = [UInt8](try Data(contentsOf: folder.appendingPathComponent(name)))
        try #require(bytes.count > 128 && (bytes.count - 128) % dimension == 0, "\(name) has no whole rows")
        return stride(from: 128, to: bytes.count, by: dimension).map { start in
            normalised(bytes[start..<start + dimension].map { Float(Int8(bitPattern: $0)) })
        }
    }

    private static func normalised(_ vector: [Float]) -> [Float] {
        var squares: Float = 0
        for component in vector { squares += component * component }
        let scale = 1 / squares.squareRoot()
        return vector.map { $0 * scale }
    }
}
