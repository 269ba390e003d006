import EmbeddingProviders
import Foundation
import MemoryModel
import MemoryTestSupport
import Testing

/// Faults of a chat provider, each spoken by a real server over a real socket.
struct ChatFaultTests {
    /// Answers with a fault a number of times, then correctly.
    private func faulty(
        _ times: Int,
        settings: (inout ChatSettings) -> Void = { _ in },
        fault: @escaping ScriptedHTTPServer.Script
    ) async throws -> ChatUnderTest {
        try await ChatUnderTest(settings: settings) { request, index in
            index < times ? fault(request, index) : ScriptedChat.openAI("Tea.")
        }
    }

    @Test(arguments: [408, 409, 424, 425, 429, 500, 502, 503, 504, 529])
    func passingStatusesAreRepeatedWithGrowingWaits(status: Int) async throws {
        let test = try await faulty(3) { _, _ in ScriptedOpenAI.error(status) }
        #expect(try await test.answer().text == "Tea.")
        #expect(test.time.waits == [.milliseconds(250), .milliseconds(500), .seconds(1)])
    }

    @Test func theServersDelayIsRespectedAndATooLongOneHandedOn() async throws {
        let test = try await faulty(1) { _, _ in ScriptedOpenAI.error(429, headers: [("Retry-After", "7")]) }
        _ = try await test.answer()
        let wait = try #require(test.time.waits.first)
        #expect(wait >= .seconds(7) && wait <= .seconds(8))
        let long = try await faulty(100) { _, _ in ScriptedOpenAI.error(429, headers: [("Retry-After", "3600")]) }
        let error = await long.failure()
        #expect(error?.code == .unavailable)
        #expect(error?.retryAfter == .seconds(3_600))
        #expect(long.server.requests.count == 1)
    }

    @Test func connectionsThatBreakAndBodiesThatAreCutAreRepeated() async throws {
        let test = try await faulty(3) { _, index in
            switch index {
            case 0: .reset
            case 1: .truncate(announced: 500, body: Array(#"{"choices":[{"#.utf8))
            default: .respond(status: 200, headers: [("Content-Type", "text/html")], body: Array("<html>".utf8))
            }
        }
        #expect(try await test.answer().text == "Tea.")
    }

    @Test func aStallEndsAtTheRequestsLimitAndIsRepeated() async throws {
        let test = try await faulty(
            1,
            settings: {
                $0.requestTime = .milliseconds(500)
                $0.retries.attempts = 20
            },
            fault: { _, index in index == 0 ? .stall : .stallInBody(announced: 100, body: [0x7B]) }
        )
        #expect(try await test.answer().text == "Tea.")
    }

    @Test func theDeadlineIsNeverOutlasted() async throws {
        let test = try await faulty(100) { _, _ in ScriptedOpenAI.error(503, headers: [("Retry-After", "60")]) }
        #expect(await test.failure(deadline: test.time.now + .seconds(10))?.code == .unavailable)
        #expect(test.time.waits.isEmpty)
        #expect(await test.failure(deadline: test.time.now - .seconds(1))?.code == .deadlineExceeded)
        let stalled = try await faulty(100) { _, _ in .stall }
        #expect(await stalled.failure(deadline: stalled.time.now + .milliseconds(300))?.code == .deadlineExceeded)
    }

    @Test func aProviderThatIsDownIsSparedAndTriedAgain() async throws {
        let test = try await faulty(5) { _, _ in ScriptedOpenAI.error(500) }
        #expect(await test.failure()?.code == .unavailable)
        #expect(await test.failure()?.code == .unavailable)
        #expect(await test.failure()?.retryAfter != nil)
        #expect(test.server.requests.count == 5)
        test.time.advance(.seconds(60))
        #expect(try await test.answer().text == "Tea.")
    }

    @Test(arguments: [
        (400, nil, ChatError.Code.invalidInput), (413, nil, .invalidInput), (422, nil, .invalidInput),
        (401, nil, .refused), (402, nil, .refused), (403, nil, .refused), (404, nil, .refused), (302, nil, .refused),
        (429, "insufficient_quota", .refused),
    ])
    func lastingStatusesAreNotRepeated(status: Int, code: String?, expected: ChatError.Code) async throws {
        let test = try await faulty(100) { _, _ in ScriptedOpenAI.error(status, code: code) }
        #expect(await test.failure()?.code == expected)
        #expect(test.server.requests.count == 1)
    }

    @Test(arguments: [
        (429, "rate_limit_error", true), (529, "overloaded_error", true), (500, "api_error", true),
        (400, "invalid_request_error", false), (401, "authentication_error", false),
    ])
    func anthropicsErrorsAreToldApart(status: Int, type: String, isRepeated: Bool) async throws {
        let test = try await ChatUnderTest(.anthropic(.init())) { _, index in
            index == 0
                ? ScriptedChat.anthropicError(status, type) : ScriptedChat.anthropic(ScriptedChat.text("Tea."))
        }
        let error = await test.failure()
        #expect((error == nil) == isRepeated)
        #expect(test.server.requests.count == (isRepeated ? 2 : 1))
    }

    @Test(arguments: [
        ("length", nil, ChatError.Code.truncated), ("content_filter", nil, .declined),
        ("stop", "I will not.", .declined),
        ("tool_calls", nil, .invalidAnswer),
    ])
    func answersThatOpenAIDidNotFinishAreFailures(
        finish: String,
        refusal: String?,
        expected: ChatError.Code
    ) async throws {
        let test = try await faulty(100) { _, _ in
            ScriptedChat.openAI(#"{"tea":"at "#, finish: finish, refusal: refusal)
        }
        #expect(await test.failure(ChatUnderTest.bound)?.code == expected)
        #expect(test.server.requests.count == 1)
    }

    @Test(arguments: [
        ("max_tokens" as String?, ChatError.Code.truncated), ("model_context_window_exceeded", .truncated),
        ("refusal", .declined),
        ("pause_turn", .invalidAnswer), ("stop_sequence", .invalidAnswer), (nil, .invalidAnswer),
    ])
    func answersThatAnthropicDidNotFinishAreFailures(stop: String?, expected: ChatError.Code) async throws {
        let test = try await ChatUnderTest(.anthropic(.init())) { _, _ in
            ScriptedChat.anthropic(ScriptedChat.text("Tea"), stop: stop)
        }
        #expect(await test.failure()?.code == expected)
        #expect(test.server.requests.count == 1)
    }

    @Test(arguments: [
        "", "null", "[]", "{}", #"{"choices":[]}"#, #"{"choices":[{"finish_reason":"stop"}]}"#,
        #"{"choices":[{"message":{"content":null},"finish_reason":"stop"}]}"#,
        #"{"choices":[{"message":{"content":""},"finish_reason":"stop"}]}"#,
        #"{"choices":[{"message":{"content":5},"finish_reason":"stop"}]}"#,
        String(repeating: "[", count: 100_000), "\u{FF}\u{FE}",
    ])
    func answersThatAreNoneAreFailures(body: String) async throws {
        let test = try await faulty(100) { _, _ in .respond(status: 200, body: Array(body.utf8)) }
        #expect(await test.failure()?.code == .invalidAnswer)
    }

    @Test func whatWasUsedIsToldAlsoWhereNothingCameOfIt() async throws {
        let repeated = try await faulty(2) { _, _ in ScriptedOpenAI.error(500) }
        #expect(try await repeated.answer().usage == ProviderUsage(calls: 3, tokens: 26))
        let cut = try await faulty(100) { _, _ in ScriptedChat.openAI("Te", finish: "length") }
        #expect(await cut.failure()?.usage == ProviderUsage(calls: 1, tokens: 26))
        let refused = try await ChatUnderTest(.anthropic(.init())) { _, _ in
            ScriptedChat.anthropic(ScriptedChat.text("Te"), stop: "refusal")
        }
        #expect(await refused.failure()?.usage == ProviderUsage(calls: 1, tokens: 26))
        let late = try await faulty(0) { _, _ in .stall }
        #expect(await late.failure(deadline: late.time.now - .seconds(1))?.usage == ProviderUsage.none)
    }

    @Test func anAnswerWithoutJSONHasNone() async throws {
        let test = try await faulty(0) { _, _ in .stall }
        let answer = try await test.answer(ChatUnderTest.bound)
        #expect(answer.json == nil)
        #expect(answer.text == "Tea.")
    }

    @Test func anAnswerThatIsTooLargeIsNotRead() async throws {
        let test = try await faulty(
            100,
            settings: { $0.responseBytes = 10_000 },
            fault: { _, _ in .endless(chunk: [UInt8](repeating: 0x20, count: 4_096)) }
        )
        #expect(await test.failure()?.code == .invalidAnswer)
        #expect(test.server.requests.count == 1)
    }

    @Test func aCallerThatGoesAwayEndsTheExchange() async throws {
        let test = try await faulty(100) { _, _ in .stall }
        let task = Task { await test.failure() }
        await test.server.waitForRequests(1)
        task.cancel()
        #expect(await task.value?.code == .cancelled)
    }
}
