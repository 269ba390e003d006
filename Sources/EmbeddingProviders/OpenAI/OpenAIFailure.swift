internal import CurlTransport
internal import MemoryModel

#if canImport(FoundationEssentials)
internal import FoundationEssentials
#else
internal import Foundation
#endif

extension TransportError {
    /// Whether the request may have reached the server, though no answer came back.
    var mayHaveArrived: Bool {
        switch code {
        case .connectionLost, .timedOut, .responseTooLarge, .malformedResponse, .cancelled, .failed: true
        case .invalidRequest, .forbiddenAddress, .unresolvedHost, .connectionFailed, .tlsFailed, .closed: false
        }
    }
}

extension EmbeddingError {
    /// The same, after the provider was used.
    func after(_ usage: ProviderUsage) -> EmbeddingError {
        var error = self
        error.usage = usage
        return error
    }
}

/// One attempt that gave no vectors, and what follows from it.
struct AttemptFailure: Error {
    /// What can be done about it.
    enum Remedy {
        /// The same request may succeed later.
        case repeatLater
        /// A part of the texts may succeed; a single text never will.
        case split
        /// Nothing until somebody acts.
        case none
    }

    let error: EmbeddingError
    let remedy: Remedy
    /// What it says about the provider's health.
    let health: CircuitBreaker.Health

    init(_ error: EmbeddingError, _ remedy: Remedy, _ health: CircuitBreaker.Health) {
        self.error = error
        self.remedy = remedy
        self.health = health
    }

    /// The failure that a status other than 2xx stands for.
    ///
    /// Only the status, two headers and the `code` field are looked at.
    init(_ response: HTTPResponse) {
        let status = response.status
        let delay = ServerDelay.read(response)
        let message = "the provider answered with status \(status)"
        let isDown = status >= 500
        switch status {
        case 413:
            self.init(EmbeddingError(.invalidInput, message), .split, .answered)
        case 400, 422:
            self.init(EmbeddingError(.invalidInput, message), .split, .answered)
        case 429 where Self.isQuotaExhausted(response):
            self.init(EmbeddingError(.refused, "the provider's quota is used up"), .none, .answered)
        case 408, 409, 424, 425, 429, 500...:
            let error = EmbeddingError(.unavailable, message, retryAfter: delay)
            let mayRepeat = response.header("x-should-retry") != "false"
            self.init(error, mayRepeat ? .repeatLater : .none, isDown ? .down : .answered)
        default:
            let mayRepeat = response.header("x-should-retry") == "true"
            self.init(EmbeddingError(.refused, message, retryAfter: delay), mayRepeat ? .repeatLater : .none, .answered)
        }
    }

    /// The failure of an exchange without an answer.
    init(_ error: TransportError) {
        switch error.code {
        case .cancelled:
            self.init(EmbeddingError(.cancelled, "the caller went away"), .none, .unknown)
        case .unresolvedHost, .connectionFailed, .connectionLost, .timedOut, .failed:
            self.init(EmbeddingError(.unavailable, error.description), .repeatLater, .down)
        case .malformedResponse:
            self.init(EmbeddingError(.invalidAnswer, error.description), .repeatLater, .down)
        case .responseTooLarge:
            self.init(EmbeddingError(.invalidAnswer, error.description), .none, .answered)
        case .closed:
            self.init(EmbeddingError(.unavailable, error.description), .none, .unknown)
        case .invalidRequest, .forbiddenAddress, .tlsFailed:
            self.init(EmbeddingError(.refused, error.description), .none, .unknown)
        }
    }

    /// The failure of an answer that did not pass its checks.
    init(_ fault: AnswerFault) {
        // Another model than the profile's stands behind the URL: no repetition changes that.
        let remedy = fault.kind == .wrongDimension ? Remedy.none : .repeatLater
        self.init(EmbeddingError(.invalidAnswer, "the provider's answer: \(fault.kind.rawValue)"), remedy, .answered)
    }

    private static func isQuotaExhausted(_ response: HTTPResponse) -> Bool {
        let payload = try? JSONDecoder().decode(OpenAIErrorPayload.self, from: Data(response.body))
        return payload?.error.code == "insufficient_quota" || payload?.error.type == "insufficient_quota"
    }
}
