import CurlTransport
import EmbeddingProviders
import Foundation
import MemoryModel
import MemoryTestSupport

/// The two chat formats as their servers speak them.
enum ScriptedChat {
    /// An OpenAI answer.
    static func openAI(
        _ content: Any,
        finish: String? = "stop",
        refusal: String? = nil
    ) -> ScriptedHTTPServer.Action {
        ScriptedOpenAI.json(
            200,
            [
                "id": "chatcmpl-1", "object": "chat.completion", "created": 1_790_000_000, "model": "model-x",
                "choices": [
                    [
                        "index": 0, "finish_reason": finish ?? NSNull(), "logprobs": NSNull(),
                        "message": ["role": "assistant", "content": content, "refusal": refusal ?? NSNull()]
                            as [String: Any],
                    ] as [String: Any]
                ],
                "usage": ["prompt_tokens": 21, "completion_tokens": 5, "total_tokens": 26],
            ]
        )
    }

    /// An Anthropic answer.
    static func anthropic(_ content: [[String: Any]], stop: String? = "end_turn") -> ScriptedHTTPServer.Action {
        ScriptedOpenAI.json(
            200,
            [
                "id": "msg_1", "type": "message", "role": "assistant", "model": "model-x", "content": content,
                "stop_reason": stop ?? NSNull(), "stop_sequence": NSNull(),
                "usage": [
                    "input_tokens": 20, "cache_creation_input_tokens": 0, "cache_read_input_tokens": 1,
                    "output_tokens": 5,
                ],
            ]
        )
    }

    /// An Anthropic error, with a text that must not show.
    static func anthropicError(
        _ status: Int,
        _ type: String,
        headers: [(String, String)] = []
    ) -> ScriptedHTTPServer.Action {
        ScriptedOpenAI.json(
            status,
            [
                "type": "error", "request_id": "req_1",
                "error": ["type": type, "message": "\(ScriptedOpenAI.canary) is refused"],
            ],
            headers: headers
        )
    }

    static func text(_ text: String) -> [[String: Any]] { [["type": "text", "text": text]] }
}

/// A chat provider before a scripted server.
struct ChatUnderTest {
    let server: ScriptedHTTPServer
    let provider: HTTPChatProvider
    let time = JumpingClock()

    init(
        _ format: ChatSettings.Format = .openAI(.init()),
        settings change: (inout ChatSettings) -> Void = { _ in },
        script: @escaping ScriptedHTTPServer.Script
    ) async throws {
        server = try await ScriptedHTTPServer(script)
        let key = Secret(text: "sk-secret")
        let authentication: OpenAISettings.Authentication =
            switch format {
            case .openAI: .bearer(key)
            case .anthropic: .apiKeyHeader(key)
            }
        var settings = ChatSettings(
            format: format,
            baseURL: server.baseURL + "/v1",
            model: "model-x",
            authentication: authentication
        )
        change(&settings)
        let transport = try CurlTransport(
            settings: TransportSettings(addresses: AddressPolicy(trustedHosts: ["127.0.0.1"]))
        )
        provider = HTTPChatProvider(settings: settings, transport: transport, clock: time.clock)
    }

    static let request = ChatRequest(
        instructions: "Sum up.",
        turns: [ChatTurn(.user, "Secret talk about tea.")],
        answerTokens: 300
    )

    static let bound: ChatRequest = {
        var request = ChatUnderTest.request
        request.schema = ChatSchema(
            name: "answer",
            schema: .object([
                "type": .string("object"), "additionalProperties": .bool(false),
                "properties": .object(["tea": .object(["type": .string("string")])]),
                "required": .array([.string("tea")]),
            ])
        )
        return request
    }()

    func answer(
        _ request: ChatRequest = ChatUnderTest.request,
        deadline: ContinuousClock.Instant? = nil
    ) async throws(ChatError) -> ChatAnswer {
        try await provider.answer(request, deadline: deadline)
    }

    /// The failure of a call, or nil; checks that it gives nothing away.
    func failure(
        _ request: ChatRequest = ChatUnderTest.request,
        deadline: ContinuousClock.Instant? = nil
    ) async -> ChatError? {
        do throws(ChatError) {
            _ = try await answer(request, deadline: deadline)
            return nil
        } catch {
            let secrets = [ScriptedOpenAI.canary, "sk-secret", "Secret talk"]
            guard !secrets.contains(where: error.description.contains) else {
                return ChatError(.invalidInput, "the error gives something away")
            }
            return error
        }
    }

    /// The body of a request as it arrived.
    func body(_ index: Int = 0) throws -> JSONValue {
        try JSONDecoder().decode(JSONValue.self, from: Data(server.requests[index].body))
    }
}

extension JSONValue {
    subscript(_ name: String) -> JSONValue {
        if case .object(let members) = self { members[name] ?? .null } else { .null }
    }

    subscript(_ index: Int) -> JSONValue {
        if case .array(let elements) = self, elements.indices.contains(index) { elements[index] } else { .null }
    }
}
