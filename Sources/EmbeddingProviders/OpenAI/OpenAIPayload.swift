#if canImport(FoundationEssentials)
internal import FoundationEssentials
#else
internal import Foundation
#endif

/// The body of `POST …/embeddings`.
struct OpenAIRequestPayload: Encodable {
    var model: String
    var input: [String]
    var encodingFormat: String
    var dimensions: Int?

    private enum CodingKeys: String, CodingKey {
        case model
        case input
        case encodingFormat = "encoding_format"
        case dimensions
    }
}

/// The answer to it; fields that we do not use are not read.
struct OpenAIResponsePayload: Decodable {
    struct Item: Decodable {
        var index: Int?
        var embedding: OpenAIVector
    }

    struct Usage: Decodable {
        var promptTokens: Int?
        var totalTokens: Int?

        private enum CodingKeys: String, CodingKey {
            case promptTokens = "prompt_tokens"
            case totalTokens = "total_tokens"
        }
    }

    var data: [Item]
    var usage: Usage?
}

/// A vector as an array of numbers or as Base64 of little-endian float32.
struct OpenAIVector: Decodable {
    var values: [Float]

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let text = try? container.decode(String.self) else {
            values = try container.decode([Float].self)
            return
        }
        guard let bytes = Data(base64Encoded: text), bytes.count % 4 == 0 else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not Base64 of float32")
        }
        values = Self.floats(Array(bytes))
    }

    private static func floats(_ bytes: [UInt8]) -> [Float] {
        stride(from: 0, to: bytes.count, by: 4).map { start in
            let bits = (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[start + $1]) << UInt32(8 * $1) }
            return Float(bitPattern: bits)
        }
    }
}

/// What an error answer says in a form that code may decide by.
struct OpenAIErrorPayload: Decodable {
    struct Detail: Decodable {
        var code: String?
        var type: String?

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            // Some servers put numbers here; then there is nothing to read.
            code = try? container.decode(String.self, forKey: .code)
            type = try? container.decode(String.self, forKey: .type)
        }

        private enum CodingKeys: String, CodingKey {
            case code
            case type
        }
    }

    var error: Detail
}
