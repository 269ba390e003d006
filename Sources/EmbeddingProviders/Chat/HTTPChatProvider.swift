public import CurlTransport
public import MemoryModel
internal import Metrics
internal import Synchronization

/// Asks a chat model over HTTP, in one of the two formats.
///
/// A request that fails for a passing reason is made again, never past the deadline; a server that is down is spared by a
/// circuit breaker shared by all calls.
public final class HTTPChatProvider: ChatProvider {
    private let settings: ChatSettings
    private let format: any ChatFormat
    private let transport: CurlTransport
    private let clock: ProviderClock
    private let breaker = Mutex(CircuitBreaker())

    /// `openai` or `anthropic`.
    public var name: String { format.name }
    /// The model's name.
    public var model: String { settings.model }

    /// Makes a provider; nothing is sent yet.
    public init(settings: ChatSettings, transport: CurlTransport, clock: ProviderClock = .system) {
        self.settings = settings
        self.transport = transport
        self.clock = clock
        format =
            switch settings.format {
            case .openAI(let format): OpenAIChatFormat(differences: format)
            case .anthropic(let format): AnthropicChatFormat(differences: format)
            }
    }

    /// Asks the model.
    ///
    /// - Throws: `ChatError`.
    public func answer(
        _ request: ChatRequest,
        deadline: ContinuousClock.Instant?
    ) async throws(ChatError) -> ChatAnswer {
        var usage = ProviderUsage.none
        do throws(ChatError) {
            var answer = try await answer(request, deadline: deadline, &usage)
            answer.usage = usage
            return answer
        } catch {
            var failure = error
            failure.usage = usage
            throw failure
        }
    }

    private func answer(
        _ request: ChatRequest,
        deadline: ContinuousClock.Instant?,
        _ usage: inout ProviderUsage
    ) async throws(ChatError) -> ChatAnswer {
        var retries = RetrySequence(settings.retries)
        while true {
            do throws(ChatFailure) {
                let answer = try await admittedAttempt(request, deadline: deadline, &usage)
                meter("answered")
                return answer
            } catch {
                meter(error.error.code.rawValue)
                guard error.mayRepeat else { throw error.error }
                let step = retries.step(
                    serverDelay: error.error.retryAfter,
                    remaining: deadline.map { $0 - clock.now() },
                    random: clock.random()
                )
                guard case .wait(let delay) = step else { throw error.error }
                do {
                    try await clock.sleep(delay)
                } catch {
                    throw ChatError(.cancelled, "the caller went away")
                }
            }
        }
    }

    /// One attempt, if the breaker lets it through, and the breaker's record of it.
    private func admittedAttempt(
        _ request: ChatRequest,
        deadline: ContinuousClock.Instant?,
        _ usage: inout ProviderUsage
    ) async throws(ChatFailure) -> ChatAnswer {
        let now = clock.now()
        if let deadline, now >= deadline {
            throw ChatFailure(ChatError(.deadlineExceeded, "the deadline passed"), mayRepeat: false, .unknown)
        }
        if case .refuse(let wait) = breaker.withLock({ $0.admit(at: now) }) {
            let error = ChatError(.unavailable, "the provider was down just now", retryAfter: wait)
            throw ChatFailure(error, mayRepeat: false, .unknown)
        }
        do throws(ChatFailure) {
            let answer = try await attempt(request, remaining: deadline.map { $0 - now }, &usage)
            breaker.withLock { $0.recordAnswer() }
            return answer
        } catch {
            let then = clock.now()
            breaker.withLock { $0.record(error.health, at: then) }
            throw error
        }
    }

    private func attempt(
        _ request: ChatRequest,
        remaining: Duration?,
        _ usage: inout ProviderUsage
    ) async throws(ChatFailure) -> ChatAnswer {
        let limits = TransportLimits(
            connectTime: min(settings.connectTime, remaining ?? settings.connectTime),
            totalTime: min(settings.requestTime, remaining ?? settings.requestTime),
            lowSpeedTime: settings.requestTime,
            responseBytes: settings.responseBytes
        )
        let base = settings.baseURL.hasSuffix("/") ? String(settings.baseURL.dropLast()) : settings.baseURL
        let headers = [(name: "Content-Type", value: "application/json"), (name: "Accept", value: "application/json")]
        let response: HTTPResponse
        do throws(TransportError) {
            response = try await transport.send(
                HTTPRequest(
                    .post,
                    base + format.path,
                    headers: headers + format.headers(settings.authentication),
                    body: format.body(of: request, model: settings.model)
                ),
                limits: limits
            )
        } catch {
            if error.mayHaveArrived { usage.calls += 1 }
            if error.code == .timedOut, let remaining, remaining <= settings.requestTime {
                // It was our caller's haste, which says nothing about the provider.
                throw ChatFailure(ChatError(.deadlineExceeded, "the deadline passed"), mayRepeat: false, .unknown)
            }
            throw ChatFailure(error)
        }
        usage.calls += 1
        guard (200..<300).contains(response.status) else { throw ChatFailure(response) }
        return try format.answer(from: response.body, to: request, &usage)
    }

    private func meter(_ outcome: String) {
        Counter(label: "mneme_chat_attempts_total", dimensions: [("provider", format.name), ("outcome", outcome)])
            .increment()
    }
}

/// A wire format of chat.
protocol ChatFormat: Sendable {
    /// The provider's name.
    var name: String { get }
    /// What comes behind the base URL.
    var path: String { get }

    /// The header fields that prove who asks, and those of the format.
    func headers(_ authentication: OpenAISettings.Authentication) -> [(name: String, value: String)]
    /// The request's body.
    func body(of request: ChatRequest, model: String) -> [UInt8]
    /// The answer that a body holds; its tokens are counted, and paid, also where it turns out to be of no use.
    func answer(
        from body: [UInt8],
        to request: ChatRequest,
        _ usage: inout ProviderUsage
    ) throws(ChatFailure) -> ChatAnswer
}
