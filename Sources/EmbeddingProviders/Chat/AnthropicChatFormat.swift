internal import MemoryModel

#if canImport(FoundationEssentials)
internal import FoundationEssentials
#else
internal import Foundation
#endif

/// `POST …/messages`.
struct AnthropicChatFormat: ChatFormat {
    let differences: ChatSettings.Anthropic

    let name = "anthropic"
    let path = "/messages"

    func headers(_ authentication: OpenAISettings.Authentication) -> [(name: String, value: String)] {
        let version = (name: "anthropic-version", value: differences.version)
        switch authentication {
        case .none: return [version]
        case .bearer(let key): return [version, ("Authorization", "Bearer \(key.revealed)")]
        case .apiKeyHeader(let key): return [version, ("x-api-key", key.revealed)]
        }
    }

    func body(of request: ChatRequest, model: String) -> [UInt8] {
        var members: [String: JSONValue] = [
            "model": .string(model),
            "max_tokens": .integer(Int64(request.answerTokens)),
            "system": .string(request.instructions),
            "messages": .array(
                request.turns.map { turn in
                    .object(["role": .string(turn.role.rawValue), "content": .string(turn.text)])
                }
            ),
        ]
        if let schema = request.schema {
            switch differences.structure {
            case .outputConfig:
                members["output_config"] = .object([
                    "format": .object(["type": .string("json_schema"), "schema": schema.schema])
                ])
            case .tool:
                members["tools"] = .array([
                    .object([
                        "name": .string(schema.name),
                        "description": .string("Takes the answer."),
                        "input_schema": schema.schema,
                    ])
                ])
                members["tool_choice"] = .object(["type": .string("tool"), "name": .string(schema.name)])
            }
        }
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
        usage.tokens += Int64(payload.usage?.requestTokens ?? 0) + Int64(payload.usage?.answerTokens ?? 0)
        switch payload.stopReason {
        case "end_turn", "tool_use": break
        case "max_tokens", "model_context_window_exceeded": throw ChatFailure(.truncated, "the answer was cut off")
        case "refusal": throw ChatFailure(.declined, "the model declined")
        default: throw ChatFailure(.invalidAnswer, "the provider's answer: unexpected end")
        }
        let text = payload.content.filter { $0.type == "text" }.compactMap(\.text).joined()
        let input = payload.content.first { $0.type == "tool_use" }?.input
        guard !text.isEmpty || input != nil else {
            throw ChatFailure(.invalidAnswer, "the provider's answer: empty", repeating: true)
        }
        return ChatAnswer(
            text: text,
            json: request.schema == nil ? nil : input ?? ChatJSON.read(text),
            requestTokens: payload.usage?.requestTokens,
            answerTokens: payload.usage?.answerTokens
        )
    }

    /// The part of the answer that we use.
    private struct Payload: Decodable {
        struct Block: Decodable {
            var type: String
            var text: String?
            var input: JSONValue?
        }

        struct Usage: Decodable {
            var inputTokens: Int?
            var outputTokens: Int?
            var cacheCreationTokens: Int?
            var cacheReadTokens: Int?

            /// What the request took, from a cache or not.
            var requestTokens: Int? {
                inputTokens.map { $0 + (cacheCreationTokens ?? 0) + (cacheReadTokens ?? 0) }
            }
            var answerTokens: Int? { outputTokens }

            private enum CodingKeys: String, CodingKey {
                case inputTokens = "input_tokens"
                case outputTokens = "output_tokens"
                case cacheCreationTokens = "cache_creation_input_tokens"
                case cacheReadTokens = "cache_read_input_tokens"
            }
        }

        var content: [Block]
        var stopReason: String?
        var usage: Usage?

        private enum CodingKeys: String, CodingKey {
            case content, usage
            case stopReason = "stop_reason"
        }
    }
}
