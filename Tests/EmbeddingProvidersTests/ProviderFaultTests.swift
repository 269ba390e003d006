import EmbeddingProviders
import Foundation
import MemoryModel
import MemoryTestSupport
import Testing

/// Faults of a provider, each spoken by a real server over a real socket: no wrong vector is ever returned.
struct ProviderFaultTests {
    private let texts = ["alpha one", "beta two", "gamma three"]

    /// Answers with a fault a number of times, then correctly.
    private func faulty(
        _ times: Int,
        settings: (inout OpenAISettings) -> Void = { _ in },
        fault: @escaping ScriptedHTTPServer.Script
    ) async throws -> ProviderUnderTest {
        try await ProviderUnderTest(settings: settings) { request, index in
            index < times ? fault(request, index) : ScriptedOpenAI.answer(request)
        }
    }

    // MARK: Faults that pass

    @Test(arguments: [408, 409, 424, 425, 429, 500, 502, 503, 504, 529])
    func passingStatusesAreRepeatedWithGrowingWaits(status: Int) async throws {
        let test = try await faulty(3) { _, _ in ScriptedOpenAI.error(status) }
        #expect(try await test.embed(texts).vectors == texts.map(ScriptedOpenAI.unit))
        #expect(test.time.waits == [.milliseconds(250), .milliseconds(500), .seconds(1)])
    }

    @Test(arguments: [
        ([("Retry-After", "7")], Duration.seconds(7)),
        ([("retry-after-ms", "1500"), ("Retry-After", "9")], .milliseconds(1_500)),
        ([("Retry-After", "Sun, 06 Nov 1994 08:49:37 GMT"), ("Date", "Sun, 06 Nov 1994 08:49:07 GMT")], .seconds(30)),
    ])
    func theServersDelayIsRespected(headers: [(String, String)], delay: Duration) async throws {
        let test = try await faulty(1) { _, _ in ScriptedOpenAI.error(429, headers: headers) }
        _ = try await test.embed(texts)
        let wait = try #require(test.time.waits.first)
        #expect(wait >= delay && wait <= delay + .milliseconds(500))
    }

    @Test func connectionsThatBreakAreRepeated() async throws {
        let test = try await faulty(3) { _, index in
            switch index {
            case 0: .reset
            case 1: .raw([])
            default: .truncate(announced: 500, body: Array(#"{"object":"list","data":[{"#.utf8))
            }
        }
        #expect(try await test.embed(texts).vectors == texts.map(ScriptedOpenAI.unit))
    }

    @Test func aStallEndsAtTheRequestsLimitAndIsRepeated() async throws {
        let test = try await faulty(
            1,
            // Long enough for the good answer on a busy machine, and if not, there are further attempts.
            settings: {
                $0.requestTime = .milliseconds(500)
                $0.retries.attempts = 20
            },
            fault: { _, _ in .stall }
        )
        #expect(try await test.embed(texts).vectors == texts.map(ScriptedOpenAI.unit))
    }

    // MARK: Faults that stay

    @Test(arguments: [
        (401, nil, EmbeddingError.Code.refused), (403, nil, .refused), (404, nil, .refused), (402, nil, .refused),
        (302, nil, .refused),
        (429, "insufficient_quota", .refused), (413, nil, .invalidInput),
    ])
    func lastingStatusesAreNotRepeated(status: Int, code: String?, expected: EmbeddingError.Code) async throws {
        let test = try await faulty(100) { _, _ in ScriptedOpenAI.error(status, code: code) }
        #expect(await test.failure(of: ["alpha one"])?.code == expected)
        #expect(test.server.requests.count == 1)
    }

    @Test func theServersWordOnRepetitionCounts() async throws {
        let no = try await faulty(100) { _, _ in ScriptedOpenAI.error(503, headers: [("x-should-retry", "false")]) }
        #expect(await no.failure(of: texts)?.code == .unavailable)
        #expect(no.server.requests.count == 1)
        let yes = try await faulty(1) { _, _ in ScriptedOpenAI.error(418, headers: [("x-should-retry", "true")]) }
        #expect(try await yes.embed(texts).vectors.count == 3)
    }

    @Test func aDelayThatIsTooLongIsHandedToTheCaller() async throws {
        let test = try await faulty(100) { _, _ in ScriptedOpenAI.error(429, headers: [("Retry-After", "3600")]) }
        let error = await test.failure(of: texts)
        #expect(error?.code == .unavailable)
        #expect(error?.retryAfter == .seconds(3_600))
        #expect(test.time.waits.isEmpty)
    }

    @Test func attemptsAreCounted() async throws {
        let test = try await faulty(
            100,
            settings: { $0.retries.attempts = 3 },
            fault: { _, _ in ScriptedOpenAI.error(500) }
        )
        #expect(await test.failure(of: texts)?.code == .unavailable)
        #expect(test.server.requests.count == 3)
    }

    @Test func aProviderThatIsDownIsSparedAndTriedAgain() async throws {
        let test = try await faulty(5) { _, _ in ScriptedOpenAI.error(500) }
        #expect(await test.failure(of: texts)?.code == .unavailable)
        #expect(await test.failure(of: texts)?.code == .unavailable)
        #expect(test.server.requests.count == 5)
        let spared = await test.failure(of: texts)
        #expect(spared?.code == .unavailable)
        #expect(spared?.retryAfter != nil)
        #expect(test.server.requests.count == 5)
        test.time.advance(.seconds(60))
        #expect(try await test.embed(texts).vectors.count == 3)
    }

    // MARK: Wrong answers

    enum WrongAnswer: String, CaseIterable {
        case oneLess, oneMore, repeatedIndex, indexTooLarge, indexNegative, indexForSome
        case dimension, infinite, zero, oddBase64, notBase64, empty
        case array, truncated, deep, notUTF8, nothing, html
    }

    private static func action(
        _ wrong: WrongAnswer,
        _ request: ScriptedHTTPServer.Request
    ) -> ScriptedHTTPServer.Action {
        func first(_ key: String, _ value: Any?) -> ScriptedHTTPServer.Action {
            ScriptedOpenAI.answer(request) { items in
                var items = items
                items[0][key] = value
                return items
            }
        }
        func raw(_ text: String) -> ScriptedHTTPServer.Action { .respond(status: 200, body: Array(text.utf8)) }
        switch wrong {
        case .oneLess: return ScriptedOpenAI.answer(request) { $0.dropLast() }
        case .oneMore: return ScriptedOpenAI.answer(request) { $0 + $0.suffix(1) }
        case .repeatedIndex: return first("index", 1)
        case .indexTooLarge: return first("index", 3)
        case .indexNegative: return first("index", -1)
        case .indexForSome: return first("index", nil)
        case .dimension: return first("embedding", [1, 2, 3])
        case .infinite: return first("embedding", "AACAfwAAgD8AAIA/AACAPwAAgD8AAIA/AACAPwAAgD8=")
        case .zero: return first("embedding", Array(repeating: 0, count: 8))
        case .oddBase64: return first("embedding", "AACAfwAA")
        case .notBase64: return first("embedding", "%%%%")
        case .empty: return first("embedding", [Float]())
        case .array: return raw("[]")
        case .truncated: return raw(#"{"data":[{"index":0,"embedding":[0.1,"#)
        case .deep: return raw(String(repeating: "[", count: 100_000))
        case .notUTF8: return .respond(status: 200, body: [0x7B, 0x22, 0xFF, 0xFE, 0x22, 0x3A])
        case .nothing: return raw("")
        case .html: return raw("<html>\(ScriptedOpenAI.canary)</html>")
        }
    }

    @Test(arguments: WrongAnswer.allCases)
    func wrongAnswersNeverBecomeVectors(wrong: WrongAnswer) async throws {
        let test = try await ProviderUnderTest { request, _ in Self.action(wrong, request) }
        #expect(await test.failure(of: texts)?.code == .invalidAnswer)
    }

    @Test(arguments: [WrongAnswer.oneLess, .repeatedIndex, .infinite, .truncated])
    func aWrongAnswerIsAskedForAgain(wrong: WrongAnswer) async throws {
        let test = try await ProviderUnderTest { request, index in
            index == 0 ? Self.action(wrong, request) : ScriptedOpenAI.answer(request)
        }
        #expect(try await test.embed(texts).vectors == texts.map(ScriptedOpenAI.unit))
    }

    @Test func answersWithoutPositionsCountInTheirOrder() async throws {
        let test = try await ProviderUnderTest { request, _ in
            ScriptedOpenAI.answer(request) { items in items.map { $0.filter { $0.key != "index" } } }
        }
        #expect(try await test.embed(texts).vectors == texts.map(ScriptedOpenAI.unit))
    }

    @Test func anEndlessAnswerIsCutOff() async throws {
        let test = try await ProviderUnderTest { _, _ in .endless(chunk: Array(repeating: 0x20, count: 4_096)) }
        #expect(await test.failure(of: texts)?.code == .invalidAnswer)
    }

    // MARK: Deadline and cancellation

    @Test func aPassedDeadlineSendsNothing() async throws {
        let test = try await ProviderUnderTest { request, _ in ScriptedOpenAI.answer(request) }
        #expect(await test.failure(of: texts, deadline: test.time.now - .seconds(1))?.code == .deadlineExceeded)
        #expect(test.server.requests.isEmpty)
    }

    @Test func aStalledRequestEndsAtTheDeadline() async throws {
        let test = try await ProviderUnderTest { _, _ in .stall }
        #expect(await test.failure(of: texts, deadline: test.time.now + .milliseconds(100))?.code == .deadlineExceeded)
    }

    @Test func noWaitOutlastsTheDeadline() async throws {
        let test = try await faulty(100) { _, _ in ScriptedOpenAI.error(503, headers: [("Retry-After", "20")]) }
        let error = await test.failure(of: texts, deadline: test.time.now + .seconds(10))
        #expect(error?.code == .unavailable)
        #expect(error?.retryAfter == .seconds(20))
        #expect(test.time.waits.isEmpty)
    }

    @Test func cancellingEndsTheCall() async throws {
        let test = try await ProviderUnderTest { _, _ in .stall }
        let texts = texts
        let task = Task { await test.failure(of: texts)?.code }
        await test.server.waitForRequests(1)
        task.cancel()
        #expect(await task.value == .cancelled)
        await test.server.waitForNoConnections()
    }
}
