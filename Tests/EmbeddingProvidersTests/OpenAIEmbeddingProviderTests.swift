import EmbeddingProviders
import MemoryModel
import MemoryTestSupport
import Testing

struct OpenAIEmbeddingProviderTests {
    private let texts = (0..<10).map { "text number \($0)" }

    @Test(arguments: [OpenAISettings.VectorFormat.base64, .float])
    func vectorsComeInTheOrderOfTheTextsAndNormalised(format: OpenAISettings.VectorFormat) async throws {
        let test = try await ProviderUnderTest(
            settings: { $0.vectorFormat = format },
            script: { request, _ in
                ScriptedOpenAI.answer(request) { $0.reversed() }
            }
        )
        let result = try await test.embed(texts)
        #expect(result.vectors == texts.map(ScriptedOpenAI.unit))
        #expect(result.tokens == 30)
        #expect(result.truncated == Array(repeating: false, count: 10))
    }

    @Test func theRequestHasTheFormatOfTheService() async throws {
        let test = try await ProviderUnderTest(
            settings: { $0.sendsDimensions = true },
            script: { request, _ in
                ScriptedOpenAI.answer(request)
            }
        )
        _ = try await test.provider.embed(["why?"], purpose: .query, deadline: nil)
        let request = try #require(test.server.requests.first)
        #expect(request.method == "POST")
        #expect(request.target == "/v1/embeddings")
        #expect(request.headers["authorization"] == "Bearer sk-secret")
        #expect(request.headers["content-type"] == "application/json")
        let body = try ScriptedOpenAI.body(of: request)
        #expect(body.input == ["query: why?"])
        #expect(body.model == "text-embedding-test")
        #expect(body.encodingFormat == "base64")
        #expect(body.dimensions == 8)
    }

    @Test func otherWaysToAuthenticateAreKept() async throws {
        let azure = try await ProviderUnderTest(
            settings: {
                $0.authentication = .apiKeyHeader(Secret(text: "k"))
                $0.baseURL += "/"
            },
            script: { request, _ in ScriptedOpenAI.answer(request) }
        )
        _ = try await azure.embed(["a"])
        #expect(azure.server.requests.first?.headers["api-key"] == "k")
        #expect(azure.server.requests.first?.target == "/v1/embeddings")
        let open = try await ProviderUnderTest(
            settings: { $0.authentication = .none },
            script: { request, _ in
                ScriptedOpenAI.answer(request)
            }
        )
        _ = try await open.embed(["a"])
        #expect(open.server.requests.first?.headers["authorization"] == nil)
        #expect(try ScriptedOpenAI.body(of: #require(open.server.requests.first)).dimensions == nil)
    }

    @Test func nothingIsSentForNoTextAndForAnEmptyOne() async throws {
        let test = try await ProviderUnderTest { request, _ in ScriptedOpenAI.answer(request) }
        #expect(try await test.embed([]).vectors.isEmpty)
        let error = await test.failure(of: ["a", "", "b"])
        #expect(error?.code == .invalidInput)
        #expect(error?.textIndexes == [1])
        #expect(test.server.requests.isEmpty)
    }

    @Test func batchesKeepToTheirLimits() async throws {
        let test = try await ProviderUnderTest(
            settings: { $0.batches = BatchLimits(texts: 3, tokens: 1_000) },
            script: { request, _ in ScriptedOpenAI.answer(request) }
        )
        let result = try await test.embed(texts)
        #expect(result.vectors == texts.map(ScriptedOpenAI.unit))
        #expect(result.tokens == 30)
        #expect(try test.server.requests.map { try ScriptedOpenAI.body(of: $0).input.count } == [3, 3, 3, 1])
    }

    @Test func aBatchThatIsTooBigIsHalved() async throws {
        let test = try await ProviderUnderTest { request, _ in
            let count = (try? ScriptedOpenAI.body(of: request).input.count) ?? 0
            return count > 3 ? ScriptedOpenAI.error(413) : ScriptedOpenAI.answer(request)
        }
        #expect(try await test.embed(texts).vectors == texts.map(ScriptedOpenAI.unit))
        #expect(try test.server.requests.map { try ScriptedOpenAI.body(of: $0).input.count } == [10, 5, 2, 3, 5, 2, 3])
        #expect(test.time.waits.isEmpty)
    }

    @Test func textsAtFaultAreFoundByHalving() async throws {
        let test = try await ProviderUnderTest { request, _ in
            let input = (try? ScriptedOpenAI.body(of: request).input) ?? []
            return input.contains { $0.hasSuffix("3") || $0.hasSuffix("8") }
                ? ScriptedOpenAI.error(400) : ScriptedOpenAI.answer(request)
        }
        let error = await test.failure(of: texts)
        #expect(error?.code == .invalidInput)
        #expect(error?.textIndexes == [3, 8])
    }

    @Test func aRequestThatIsRefusedWholeDoesNotBlameTheTexts() async throws {
        let test = try await ProviderUnderTest { _, _ in ScriptedOpenAI.error(400) }
        let many = (0..<200).map { "text \($0)" }
        let error = await test.failure(of: many)
        #expect(error?.code == .refused)
        #expect(error?.textIndexes == [])
        #expect(test.server.requests.count < 40)
    }

    @Test func keysNeverShow() {
        let settings = OpenAISettings(
            baseURL: "https://example.org",
            profile: EmbeddingProfile(provider: "openai", model: "m", dimensions: 1),
            authentication: .bearer(Secret(text: "sk-secret"))
        )
        var dumped = ""
        dump(settings, to: &dumped)
        #expect(!dumped.contains("sk-secret"))
        #expect(!"\(settings)".contains("sk-secret"))
        #expect(!String(reflecting: settings).contains("sk-secret"))
    }
}
