public import CurlTransport
public import MemoryModel
internal import Synchronization

#if canImport(FoundationEssentials)
internal import FoundationEssentials
#else
internal import Foundation
#endif

/// Embeds texts through a server that speaks the OpenAI format.
///
/// Texts go out in batches, one request at a time per call. A request that the server calls too big or invalid is cut in half until
/// the texts at fault are known; a server that is down is spared by a circuit breaker shared by all calls.
public final class OpenAIEmbeddingProvider: EmbeddingProvider {
    private let settings: OpenAISettings
    private let transport: CurlTransport
    private let clock: ProviderClock
    private let breaker = Mutex(CircuitBreaker())

    /// What the vectors are made with.
    public var profile: EmbeddingProfile { settings.profile }

    /// Makes a provider; nothing is sent yet.
    public init(settings: OpenAISettings, transport: CurlTransport, clock: ProviderClock = .system) {
        self.settings = settings
        self.transport = transport
        self.clock = clock
    }

    /// Embeds texts; the profile's prefix for the purpose is added here.
    ///
    /// - Throws: `EmbeddingError`. `invalidInput` names the texts at fault; none of the others' vectors are returned then.
    public func embed(
        _ texts: [String],
        purpose: EmbeddingPurpose,
        deadline: ContinuousClock.Instant?
    ) async throws(EmbeddingError) -> EmbeddingResult {
        let prefix = purpose == .query ? profile.queryPrefix : profile.documentPrefix
        let inputs = texts.map { prefix + $0 }
        let empty = inputs.indices.filter { inputs[$0].isEmpty }
        guard empty.isEmpty else {
            throw EmbeddingError(.invalidInput, "an empty text cannot be embedded", textIndexes: empty)
        }
        var call = Call(inputs: inputs, deadline: deadline)
        do throws(EmbeddingError) {
            for range in BatchPlan.ranges(of: inputs, limits: settings.batches) {
                try await embed(range, in: &call)
            }
        } catch {
            throw error.after(call.usage)
        }
        guard call.faulty.isEmpty else {
            // One refused text among good ones is at fault itself; where every text is refused, the request is.
            let isRequestAtFault = call.faulty.count > 1 && call.vectors.allSatisfy(\.isEmpty)
            throw EmbeddingError(
                isRequestAtFault ? .refused : .invalidInput,
                "the provider refused \(call.faulty.count) of \(texts.count) texts",
                textIndexes: isRequestAtFault ? [] : call.faulty
            ).after(call.usage)
        }
        return EmbeddingResult(
            vectors: call.vectors,
            truncated: Array(repeating: false, count: texts.count),
            tokens: call.tokens,
            usage: call.usage
        )
    }

    /// What one call has gathered.
    private struct Call {
        let inputs: [String]
        let deadline: ContinuousClock.Instant?
        var vectors: [[Float]]
        var tokens: Int?
        var faulty: [Int] = []
        var usage = ProviderUsage.none

        init(inputs: [String], deadline: ContinuousClock.Instant?) {
            self.inputs = inputs
            self.deadline = deadline
            vectors = Array(repeating: [], count: inputs.count)
        }
    }

    /// Embeds a range, in halves where the server does not take it whole.
    private func embed(_ range: Range<Int>, in call: inout Call) async throws(EmbeddingError) {
        var open = [range]
        while let range = open.popLast() {
            do throws(AttemptFailure) {
                let answer = try await request(Array(call.inputs[range]), deadline: call.deadline, &call.usage)
                call.vectors.replaceSubrange(range, with: answer.vectors)
                if let tokens = answer.tokens { call.tokens = (call.tokens ?? 0) + tokens }
            } catch {
                guard error.remedy == .split else { throw error.error }
                if range.count > 1 {
                    let middle = range.lowerBound + range.count / 2
                    open += [middle..<range.upperBound, range.lowerBound..<middle]
                } else {
                    call.faulty.append(range.lowerBound)
                    // So many in a row are no accident of single texts, and each costs requests.
                    guard call.faulty.count < Self.toleratedFaults else { break }
                }
            }
        }
    }

    private static let toleratedFaults = 8

    // MARK: One request, with its repetitions

    private struct Answer {
        var vectors: [[Float]]
        var tokens: Int?
    }

    private func request(
        _ inputs: [String],
        deadline: ContinuousClock.Instant?,
        _ usage: inout ProviderUsage
    ) async throws(AttemptFailure) -> Answer {
        var retries = RetrySequence(settings.retries)
        while true {
            do throws(AttemptFailure) {
                return try await admittedAttempt(inputs, deadline: deadline, &usage)
            } catch {
                guard error.remedy == .repeatLater else { throw error }
                let step = retries.step(
                    serverDelay: error.error.retryAfter,
                    remaining: deadline.map { $0 - clock.now() },
                    random: clock.random()
                )
                guard case .wait(let delay) = step else { throw error }
                do {
                    try await clock.sleep(delay)
                } catch {
                    throw AttemptFailure(EmbeddingError(.cancelled, "the caller went away"), .none, .unknown)
                }
            }
        }
    }

    /// One attempt, if the breaker lets it through, and the breaker's record of it.
    private func admittedAttempt(
        _ inputs: [String],
        deadline: ContinuousClock.Instant?,
        _ usage: inout ProviderUsage
    ) async throws(AttemptFailure) -> Answer {
        let now = clock.now()
        if let deadline, now >= deadline {
            throw AttemptFailure(EmbeddingError(.deadlineExceeded, "the deadline passed"), .none, .unknown)
        }
        if case .refuse(let wait) = breaker.withLock({ $0.admit(at: now) }) {
            let error = EmbeddingError(.unavailable, "the provider was down just now", retryAfter: wait)
            throw AttemptFailure(error, .none, .unknown)
        }
        do throws(AttemptFailure) {
            let answer = try await attempt(inputs, remaining: deadline.map { $0 - now }, &usage)
            breaker.withLock { $0.recordAnswer() }
            return answer
        } catch {
            let then = clock.now()
            breaker.withLock { $0.record(error.health, at: then) }
            throw error
        }
    }

    private func attempt(
        _ inputs: [String],
        remaining: Duration?,
        _ usage: inout ProviderUsage
    ) async throws(AttemptFailure) -> Answer {
        let limits = TransportLimits(
            connectTime: min(settings.connectTime, remaining ?? settings.connectTime),
            totalTime: min(settings.requestTime, remaining ?? settings.requestTime),
            lowSpeedTime: settings.requestTime,
            responseBytes: responseLimit(textCount: inputs.count)
        )
        let response: HTTPResponse
        do throws(TransportError) {
            response = try await transport.send(try httpRequest(inputs), limits: limits)
        } catch {
            if error.mayHaveArrived { usage.calls += 1 }
            if error.code == .timedOut, let remaining, remaining <= settings.requestTime {
                // It was our caller's haste, which says nothing about the provider.
                throw AttemptFailure(EmbeddingError(.deadlineExceeded, "the deadline passed"), .none, .unknown)
            }
            throw AttemptFailure(error)
        }
        usage.calls += 1
        guard (200..<300).contains(response.status) else { throw AttemptFailure(response) }
        do throws(AnswerFault) {
            let answer = try read(response.body, count: inputs.count, &usage)
            usage.texts += Int64(inputs.count)
            return answer
        } catch {
            throw AttemptFailure(error)
        }
    }

    // MARK: Format

    private func httpRequest(_ inputs: [String]) throws(TransportError) -> HTTPRequest {
        var headers = [(name: "Content-Type", value: "application/json"), (name: "Accept", value: "application/json")]
        switch settings.authentication {
        case .none: break
        case .bearer(let key): headers.append(("Authorization", "Bearer \(key.revealed)"))
        case .apiKeyHeader(let key): headers.append(("api-key", key.revealed))
        }
        let payload = OpenAIRequestPayload(
            model: profile.model,
            input: inputs,
            encodingFormat: settings.vectorFormat.rawValue,
            dimensions: settings.sendsDimensions ? profile.dimensions : nil
        )
        let base = settings.baseURL.hasSuffix("/") ? String(settings.baseURL.dropLast()) : settings.baseURL
        // Strings and whole numbers always have a JSON form.
        let body = (try? JSONEncoder().encode(payload)).map(Array.init) ?? []
        return HTTPRequest(.post, base + "/embeddings", headers: headers, body: body)
    }

    private func read(
        _ body: [UInt8],
        count: Int,
        _ usage: inout ProviderUsage
    ) throws(AnswerFault) -> Answer {
        guard let payload = try? JSONDecoder().decode(OpenAIResponsePayload.self, from: Data(body)) else {
            throw AnswerFault(.malformed)
        }
        let tokens = payload.usage?.promptTokens ?? payload.usage?.totalTokens
        // Counted, and paid, also where the vectors turn out to be of no use.
        usage.tokens += Int64(tokens ?? 0)
        let parts = payload.data.map { (index: $0.index, vector: $0.embedding.values) }
        let vectors = try AnswerCheck.vectors(parts, count: count, dimensions: profile.dimensions)
        return Answer(vectors: vectors, tokens: tokens)
    }

    /// Room for numbers of 24 characters each and the frame around them.
    private func responseLimit(textCount: Int) -> Int {
        textCount * (profile.dimensions * 26 + 512) + 64 << 10
    }
}
