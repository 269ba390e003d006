import Foundation
import Testing

/// A text with the tokens and the vector that the public reference makes of it (data/golden/encoder).
struct GoldenText: Sendable {
    let note: String
    let text: String
    let ids: [Int32]
    let truncated: Bool
    let vector: [Float]

    static func all() throws -> [GoldenText] {
        try loaded.get()
    }

    private static let loaded = Result { try load() }

    private struct TextLine: Decodable {
        let note: String
        let text: String
        let `repeat`: Int?
    }

    private struct TokenLine: Decodable {
        let ids: [Int32]
        let truncated: Bool
    }

    private static func load() throws -> [GoldenText] {
        let texts = try lines(of: "texts.jsonl", as: TextLine.self)
        let tokens = try lines(of: "tokens.jsonl", as: TokenLine.self)
        let numbers = try floats(of: "vectors.bin")
        try #require(texts.count == tokens.count)
        try #require(numbers.count == texts.count * 384)
        return texts.indices.map { index in
            GoldenText(
                note: texts[index].note,
                text: String(repeating: texts[index].text, count: texts[index].repeat ?? 1),
                ids: tokens[index].ids,
                truncated: tokens[index].truncated,
                vector: Array(numbers[index * 384..<(index + 1) * 384])
            )
        }
    }

    private static func lines<Line: Decodable>(of name: String, as type: Line.Type) throws -> [Line] {
        let decoder = JSONDecoder()
        return try ModelFiles.golden(name).split(separator: UInt8(ascii: "\n")).map {
            try decoder.decode(type, from: $0)
        }
    }

    private static func floats(of name: String) throws -> [Float] {
        let bytes = [UInt8](try ModelFiles.golden(name))
        return stride(from: 0, to: bytes.count - bytes.count % 4, by: 4).map { start in
            Float(bitPattern: (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[start + $1]) << (UInt32($1) * 8) })
        }
    }
}

func cosine(_ a: [Float], _ b: [Float]) -> Double {
    func dot(_ a: [Float], _ b: [Float]) -> Double { zip(a, b).reduce(0) { $0 + Double($1.0) * Double($1.1) } }
    return dot(a, b) / (dot(a, a) * dot(b, b)).squareRoot()
}
