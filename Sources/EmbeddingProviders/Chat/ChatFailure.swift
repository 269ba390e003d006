internal import CurlTransport
internal import MemoryModel

#if canImport(FoundationEssentials)
internal import FoundationEssentials
#else
internal import Foundation
#endif

/// One attempt that gave no answer, and what follows from it.
struct ChatFailure: Error {
    let error: ChatError
    /// Whether the same request may succeed later.
    let mayRepeat: Bool
    /// What it says about the provider's health.
    let health: CircuitBreaker.Health

    init(_ code: ChatError.Code, _ message: String, retryAfter: Duration? = nil, repeating: Bool = false) {
        self.init(ChatError(code, message, retryAfter: retryAfter), mayRepeat: repeating, .answered)
    }

    init(_ error: ChatError, mayRepeat: Bool, _ health: CircuitBreaker.Health) {
        self.error = error
        self.mayRepeat = mayRepeat
        self.health = health
    }

    /// The failure that a status other than 2xx stands for, in both formats.
    ///
    /// Only the status, a few headers and the error's `code` or `type` are looked at.
    init(_ response: HTTPResponse) {
        let status = response.status
        let message = "the provider answered with status \(status)"
        let delay = ServerDelay.read(response)
        let word = response.header("x-should-retry")
        switch status {
        case 400, 413, 422:
            self.init(.invalidInput, message, repeating: word == "true")
        case 429 where Self.isQuotaExhausted(response):
            self.init(.refused, "the provider's quota is used up")
        case 408, 409, 424, 425, 429, 500...:
            let error = ChatError(.unavailable, message, retryAfter: delay)
            self.init(error, mayRepeat: word != "false", status >= 500 ? .down : .answered)
        default:
            self.init(.refused, message, retryAfter: delay, repeating: word == "true")
        }
    }

    /// The failure of an exchange without an answer.
    init(_ error: TransportError) {
        switch error.code {
        case .cancelled:
            self.init(ChatError(.cancelled, "the caller went away"), mayRepeat: false, .unknown)
        case .unresolvedHost, .connectionFailed, .connectionLost, .timedOut, .failed:
            self.init(ChatError(.unavailable, error.description), mayRepeat: true, .down)
        case .malformedResponse:
            self.init(ChatError(.invalidAnswer, error.description), mayRepeat: true, .down)
        case .responseTooLarge:
            self.init(.invalidAnswer, error.description)
        case .closed:
            self.init(ChatError(.unavailable, error.description), mayRepeat: false, .unknown)
        case .invalidRequest, .forbiddenAddress, .tlsFailed:
            self.init(ChatError(.refused, error.description), mayRepeat: false, .unknown)
        }
    }

    private static func isQuotaExhausted(_ response: HTTPResponse) -> Bool {
        let payload = try? JSONDecoder().decode(OpenAIErrorPayload.self, from: Data(response.body))
        return payload?.error.code == "insufficient_quota" || payload?.error.type == "insufficient_quota"
    }
}
