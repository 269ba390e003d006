internal import MemoryModel

#if canImport(FoundationEssentials)
internal import FoundationEssentials
#else
internal import Foundation
#endif

/// `POST …/chat/completions`.
struct OpenAIChatFormat: ChatFormat {
    let differences: ChatSettings.OpenAI

    let name = "openai"
    let path = "/chat/completions"

    func headers(_ authentication: OpenAISettings.Authentication) -> [(name: String, value: String)] {
        switch authentication {
        case .none: []
        case .bearer(let key): [("Authorization", "Bearer \(key.revealed)")]
        case .apiKeyHeader(let key): [("api-key", key.revealed)]
        }
    }

    func body(of request: ChatRequest, model: String) -> [UInt8] {
        var instructions = request.instructions
        var members: [String: JSONValue] = [
            "model": .string(model),
            differences.limitField: .integer(Int64(request.answerTokens)),
        ]
        if let schema = request.schema {
            switch differences.structure {
            case .jsonSchema:
                members["response_format"] = .object([
                    "type": .string("json_schema"),
                    "json_schema": .object([
                        "name": .string(schema.name), "strict": .bool(true), "schema": schema.schema,
                    ]),
                ])
            case .jsonObject:
                members["response_format"] = .object(["type": .string("json_object")])
                instructions += ChatJSON.schemaInWords(schema)
            case .words:
                instructions += ChatJSON.schemaInWords(schema)
            }
        }
        let system = JSONValue.object(["role": .string("system"), "content": .string(instructions)])
        let turns = request.turns.map { turn in
            JSONValue.object(["role": .string(turn.role.rawValue), "content": .string(turn.text)])
        }
        members["messages"] = .array([system] + turns)
        return ChatJSON.bytes(.object(members))
    }

    func answer(
        from body: [UInt8],
        to request: ChatRequest,
        _ usage: inout ProviderUsage
    ) throws(ChatFailure) -> ChatAnswer {
        guard let payload = try? JSONDecoder().decode(Payload.self, from: Data(body)) else {
            throw ChatFailure(.invalidAnswer, "the provider's answer: malformed", repeating: true)
        }
        usage.tokens += Int64(payload.usage?.promptTokens ?? 0) + Int64(payload.usage?.completionTokens ?? 0)
        guard let choice = payload.choices.first else {
            throw ChatFailure(.invalidAnswer, "the provider's answer: malformed", repeating: true)
        }
        if choice.message.refusal?.isEmpty == false { throw ChatFailure(.declined, "the model declined") }
        switch choice.finishReason {
        case nil, "stop": break
        case "length": throw ChatFailure(.truncated, "the answer was cut off")
        case "content_filter": throw ChatFailure(.declined, "the provider's filter held the answer back")
        default: throw ChatFailure(.invalidAnswer, "the provider's answer: unexpected end")
        }
        guard let text = choice.message.content?.text, !text.isEmpty else {
            throw ChatFailure(.invalidAnswer, "the provider's answer: empty", repeating: true)
        }
        return ChatAnswer(
            text: text,
            json: request.schema == nil ? nil : ChatJSON.read(text),
            requestTokens: payload.usage?.promptTokens,
            answerTokens: payload.usage?.completionTokens
        )
    }

    /// The part of the answer that we use.
    private struct Payload: Decodable {
        struct Choice: Decodable {
            var message: Message
            var finishReason: String?

            private enum CodingKeys: String, CodingKey {
                case message
                case finishReason = "finish_reason"
            }
        }

        struct Message: Decodable {
            var content: Content?
            var refusal: String?
        }

        struct Usage: Decodable {
            var promptTokens: Int?
            var completionTokens: Int?

            private enum CodingKeys: String, CodingKey {
                case promptTokens = "prompt_tokens"
                case completionTokens = "completion_tokens"
            }
        }

        var choices: [Choice]
        var usage: Usage?
    }

    /// A string, or parts of which those of type `text` count.
    private struct Content: Decodable {
        struct Part: Decodable {
            var text: String?
        }

        var text: String

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let text = try? container.decode(String.self) {
                self.text = text
            } else {
                text = try container.decode([Part].self).compactMap(\.text).joined()
            }
        }
    }
}
