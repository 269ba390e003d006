import CurlTransport
import EmbeddingProviders
import Foundation
import MemoryModel
import MemoryTestSupport
import Synchronization

/// Speaks the exact format of `POST /v1/embeddings`: a vector of 8 numbers for each text, made from its bytes.
enum ScriptedOpenAI {
    static let dimensions = 8

    struct RequestBody: Decodable {
        var model: String
        var input: [String]
        var encodingFormat: String?
        var dimensions: Int?

        private enum CodingKeys: String, CodingKey {
            case model
            case input
            case encodingFormat = "encoding_format"
            case dimensions
        }
    }

    /// The vector of a text, not normalised.
    static func vector(of text: String) -> [Float] {
        (0..<dimensions).map { place in
            Float(text.utf8.reduce(place + 1) { ($0 &* 31 &+ Int($1)) % 1_009 }) - 500
        }
    }

    /// The vector as a client must return it.
    static func unit(of text: String) -> [Float] {
        let raw = vector(of: text)
        let norm = raw.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
        return raw.map { Float(Double($0) / norm) }
    }

    static func body(of request: ScriptedHTTPServer.Request) throws -> RequestBody {
        try JSONDecoder().decode(RequestBody.self, from: Data(request.body))
    }

    /// A correct answer.
    static func answer(_ request: ScriptedHTTPServer.Request) -> ScriptedHTTPServer.Action {
        answer(request) { $0 }
    }

    /// An answer whose items a test has changed.
    static func answer(
        _ request: ScriptedHTTPServer.Request,
        changing change: ([[String: Any]]) -> [[String: Any]]
    ) -> ScriptedHTTPServer.Action {
        guard let body = try? body(of: request) else { return .respond(status: 400) }
        let items = body.input.enumerated().map { index, text -> [String: Any] in
            let vector = vector(of: text)
            let embedding: Any
            if body.encodingFormat == "base64" {
                embedding = Data(
                    vector.flatMap { value in (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * $0)) } }
                )
                .base64EncodedString()
            } else {
                embedding = vector
            }
            return ["object": "embedding", "index": index, "embedding": embedding]
        }
        return json(
            200,
            [
                "object": "list", "model": body.model, "data": change(items),
                "usage": ["prompt_tokens": body.input.count * 3, "total_tokens": body.input.count * 3],
            ]
        )
    }

    static func json(
        _ status: Int,
        _ value: [String: Any],
        headers: [(String, String)] = []
    ) -> ScriptedHTTPServer.Action {
        let body = (try? JSONSerialization.data(withJSONObject: value)).map(Array.init) ?? []
        return .respond(status: status, headers: headers + [("Content-Type", "application/json")], body: body)
    }

    /// An error in the format of the OpenAI service, with the request's text in it as some servers do.
    static func error(
        _ status: Int,
        code: String? = nil,
        headers: [(String, String)] = []
    ) -> ScriptedHTTPServer.Action {
        let detail: [String: Any] = ["message": "\(canary) is refused", "type": "error", "code": code ?? NSNull()]
        return json(status, ["error": detail], headers: headers)
    }

    /// A string that must never show in an error.
    static let canary = "canary-f3a1"
}

/// A clock that stands still until somebody waits on it, and then jumps.
final class JumpingClock: Sendable {
    private let state = Mutex((now: ContinuousClock.now, waits: [Duration]()))

    /// What was waited for so far.
    var waits: [Duration] { state.withLock { $0.waits } }

    var clock: ProviderClock {
        ProviderClock(
            now: { self.state.withLock { $0.now } },
            sleep: { duration in
                try Task.checkCancellation()
                self.advance(duration)
                self.state.withLock { $0.waits.append(duration) }
            },
            random: { 0.5 }
        )
    }

    var now: ContinuousClock.Instant { state.withLock { $0.now } }

    func advance(_ duration: Duration) {
        state.withLock { $0.now += duration }
    }
}

/// A provider before a scripted server.
struct ProviderUnderTest {
    let server: ScriptedHTTPServer
    let provider: OpenAIEmbeddingProvider
    let time = JumpingClock()

    init(
        settings change: (inout OpenAISettings) -> Void = { _ in },
        script: @escaping ScriptedHTTPServer.Script
    ) async throws {
        server = try await ScriptedHTTPServer(script)
        var settings = OpenAISettings(
            baseURL: server.baseURL + "/v1",
            profile: EmbeddingProfile(
                provider: "openai",
                model: "text-embedding-test",
                dimensions: ScriptedOpenAI.dimensions,
                documentPrefix: "",
                queryPrefix: "query: "
            ),
            authentication: .bearer(Secret(text: "sk-secret"))
        )
        change(&settings)
        let transport = try CurlTransport(
            settings: TransportSettings(addresses: AddressPolicy(trustedHosts: ["127.0.0.1"]))
        )
        provider = OpenAIEmbeddingProvider(settings: settings, transport: transport, clock: time.clock)
    }

    func embed(
        _ texts: [String],
        deadline: ContinuousClock.Instant? = nil
    ) async throws(EmbeddingError) -> EmbeddingResult {
        try await provider.embed(texts, purpose: .document, deadline: deadline)
    }

    /// The failure of a call, or `nil`; checks that it gives nothing away.
    func failure(of texts: [String], deadline: ContinuousClock.Instant? = nil) async -> EmbeddingError? {
        do throws(EmbeddingError) {
            _ = try await embed(texts, deadline: deadline)
            return nil
        } catch {
            for secret in [ScriptedOpenAI.canary, "sk-secret"] + texts
            where secret.count > 3 && error.description.contains(secret) {
                return EmbeddingError(.invalidInput, "the error gives something away")
            }
            return error
        }
    }
}
