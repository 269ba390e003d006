import EmbeddingProviders
import Foundation
import MemoryModel
import MemoryTestSupport
import Testing

/// Requests and answers of both formats, over a real socket.
struct HTTPChatProviderTests {
    @Test func anOpenAIRequestHasTheFormatsFields() async throws {
        let test = try await ChatUnderTest { _, _ in ScriptedChat.openAI("All about tea.") }
        let answer = try await test.answer()
        #expect(answer == ChatAnswer(text: "All about tea.", requestTokens: 21, answerTokens: 5))
        let request = test.server.requests[0]
        #expect(request.method == "POST")
        #expect(request.target == "/v1/chat/completions")
        #expect(request.headers["authorization"] == "Bearer sk-secret")
        let body = try test.body()
        #expect(body["model"] == .string("model-x"))
        #expect(body["max_completion_tokens"] == .integer(300))
        #expect(body["messages"][0] == .object(["role": .string("system"), "content": .string("Sum up.")]))
        #expect(body["messages"][1]["content"] == .string("Secret talk about tea."))
        #expect(body["response_format"] == .null)
        #expect(body["temperature"] == .null)
    }

    @Test(arguments: ChatSettings.OpenAI.Structure.allCases)
    func anOpenAIAnswerIsBoundToASchema(structure: ChatSettings.OpenAI.Structure) async throws {
        let format = ChatSettings.OpenAI(structure: structure, limitField: "max_tokens")
        let test = try await ChatUnderTest(.openAI(format)) { _, _ in
            ScriptedChat.openAI(
                structure == .jsonSchema ? #"{"tea":"at four"}"# : "```json\n{\"tea\": \"at four\",}\n```"
            )
        }
        let answer = try await test.answer(ChatUnderTest.bound)
        #expect(answer.json == .object(["tea": .string("at four")]))
        let body = try test.body()
        #expect(body["max_tokens"] == .integer(300))
        let told = body["messages"][0]["content"] != .string("Sum up.")
        switch structure {
        case .jsonSchema:
            #expect(body["response_format"]["json_schema"]["strict"] == .bool(true))
            #expect(body["response_format"]["json_schema"]["schema"]["required"][0] == .string("tea"))
            #expect(!told)
        case .jsonObject:
            #expect(body["response_format"] == .object(["type": .string("json_object")]))
            #expect(told)
        case .words:
            #expect(body["response_format"] == .null)
            #expect(told)
        }
    }

    @Test func anAnthropicRequestHasTheFormatsFields() async throws {
        let test = try await ChatUnderTest(.anthropic(.init())) { _, _ in
            ScriptedChat.anthropic(ScriptedChat.text("All about ") + ScriptedChat.text("tea."))
        }
        let answer = try await test.answer()
        #expect(answer == ChatAnswer(text: "All about tea.", requestTokens: 21, answerTokens: 5))
        let request = test.server.requests[0]
        #expect(request.target == "/v1/messages")
        #expect(request.headers["x-api-key"] == "sk-secret")
        #expect(request.headers["anthropic-version"] == "2026-10-21")
        let body = try test.body()
        #expect(body["max_tokens"] == .integer(300))
        #expect(body["system"] == .string("Sum up."))
        #expect(
            body["messages"][0] == .object(["role": .string("user"), "content": .string("Secret talk about tea.")])
        )
        #expect(body["output_config"] == .null)
        #expect(body["tools"] == .null)
    }

    @Test(arguments: ChatSettings.Anthropic.Structure.allCases)
    func anAnthropicAnswerIsBoundToASchema(structure: ChatSettings.Anthropic.Structure) async throws {
        let test = try await ChatUnderTest(.anthropic(.init(structure: structure, version: "2023-06-01"))) { _, _ in
            structure == .tool
                ? ScriptedChat.anthropic(
                    [["type": "tool_use", "id": "t", "name": "answer", "input": ["tea": "at four"]]],
                    stop: "tool_use"
                )
                : ScriptedChat.anthropic(ScriptedChat.text(#"{"tea":"at four"}"#))
        }
        #expect(try await test.answer(ChatUnderTest.bound).json == .object(["tea": .string("at four")]))
        #expect(test.server.requests[0].headers["anthropic-version"] == "2023-06-01")
        let body = try test.body()
        switch structure {
        case .outputConfig: #expect(body["output_config"]["format"]["type"] == .string("json_schema"))
        case .tool:
            #expect(body["tool_choice"] == .object(["type": .string("tool"), "name": .string("answer")]))
            #expect(body["tools"][0]["input_schema"]["required"][0] == .string("tea"))
        }
    }

    @Test(arguments: [
        (#"{"a":1}"#, #"{"a":1}"#), ("Here it is:\n{\"a\": [1, 2,], }\nDone.", #"{"a":[1,2]}"#),
        ("```json\n[1]\n```", "[1]"), (#"x {"a":"} ] \" ,}"} y"#, #"{"a":"} ] \" ,}"}"#),
        ("no json", nil), (#"{"a":"#, nil), ("", nil), ("5", nil), (#""text""#, nil), ("{]", nil),
    ])
    func jsonIsFoundInWhatModelsWrite(text: String, expected: String?) throws {
        let value = expected.map { try? JSONDecoder().decode(JSONValue.self, from: Data($0.utf8)) } ?? nil
        #expect(ChatJSON.read(text) == value)
    }

    @Test func anyTextIsReadWithoutATrap() {
        var generator = SeededGenerator(seed: 31)
        let pieces = ["{", "}", "[", "]", "\"", "\\", ",", ":", "a", "1", "true", "null", " ", "\n", "é", "```"]
        for _ in 0..<5_000 {
            let text = (0..<Int.random(in: 0...24, using: &generator)).map { _ in
                pieces.randomElement(using: &generator) ?? ""
            }.joined()
            switch ChatJSON.read(text) {
            case nil, .object, .array: break
            default: Issue.record("\(text)")
            }
        }
    }
}
