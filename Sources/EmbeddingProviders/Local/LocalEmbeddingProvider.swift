internal import Dispatch
public import MemoryModel
public import SentenceEncoder
internal import Synchronization

/// Embeds texts in this process, with the built-in sentence encoder, on threads of its own.
///
/// Queries go before stored texts and have a thread that stored texts never hold; stored texts are encoded in slices, so that
/// cancellation and deadlines take effect between them.
public final class LocalEmbeddingProvider: EmbeddingProvider {
    /// The number of threads.
    public struct Threads: Sendable, Hashable {
        /// Threads that serve queries only.
        public var queries: Int
        /// Threads that serve queries first and stored texts else.
        public var bulk: Int

        /// Makes numbers of threads; at least one thread serves stored texts.
        public init(queries: Int = 1, bulk: Int = 2) {
            self.queries = max(queries, 0)
            self.bulk = max(bulk, 1)
        }
    }

    /// What the vectors are made with.
    public let profile: EmbeddingProfile

    private let encode: Encode
    private let lanes: EncodingLanes

    /// Encodes texts on the calling thread.
    package typealias Encode = @Sendable ([String]) throws -> [(vector: [Float], tokenCount: Int, truncated: Bool)]

    /// Makes a provider on an encoder.
    public convenience init(encoder: SentenceEncoder, threads: Threads = Threads()) {
        let profile = EmbeddingProfile(
            provider: "local",
            model: "all-MiniLM-L6-v2",
            dimensions: encoder.dimensions
        )
        self.init(profile: profile, threads: threads) { texts in
            try encoder.encode(texts).map { ($0.vector, $0.tokenCount, $0.truncated) }
        }
    }

    package init(profile: EmbeddingProfile, threads: Threads, encode: @escaping Encode) {
        self.profile = profile
        self.encode = encode
        lanes = EncodingLanes(queryThreads: threads.queries, bulkThreads: threads.bulk)
    }

    deinit {
        lanes.stop()
    }

    /// Embeds texts; the profile's prefix for the purpose is added here.
    public func embed(
        _ texts: [String],
        purpose: EmbeddingPurpose,
        deadline: ContinuousClock.Instant?
    ) async throws(EmbeddingError) -> EmbeddingResult {
        let prefix = purpose == .query ? profile.queryPrefix : profile.documentPrefix
        let lane = purpose == .query ? EncodingLanes.Lane.query : .bulk
        let inputs = texts.map { prefix + $0 }
        let slices = stride(from: 0, to: inputs.count, by: Self.sliceLength).map { start in
            Array(inputs[start..<min(start + Self.sliceLength, inputs.count)])
        }
        let outcomes = await withTaskGroup(of: (Int, Result<EmbeddingResult, EmbeddingError>).self) { group in
            for (number, slice) in slices.enumerated() {
                group.addTask { (number, await self.encodeSlice(slice, lane: lane, deadline: deadline)) }
            }
            var outcomes = [Result<EmbeddingResult, EmbeddingError>?](repeating: nil, count: slices.count)
            for await (number, outcome) in group {
                outcomes[number] = outcome
                if case .failure = outcome { group.cancelAll() }
            }
            return outcomes.compactMap(\.self)
        }
        return try joined(outcomes)
    }

    private static let sliceLength = 16

    /// The slices in one; the failure that came first in order of cause: a cancelled slice is a mere consequence of another's.
    private func joined(_ outcomes: [Result<EmbeddingResult, EmbeddingError>]) throws(EmbeddingError) -> EmbeddingResult
    {
        var vectors: [[Float]] = []
        var truncated: [Bool] = []
        var tokens = 0
        var failure: EmbeddingError?
        for outcome in outcomes {
            switch outcome {
            case .success(let part):
                vectors += part.vectors
                truncated += part.truncated
                tokens += part.tokens ?? 0
            case .failure(let error):
                if failure == nil || failure?.code == .cancelled { failure = error }
            }
        }
        if let failure { throw failure }
        return EmbeddingResult(vectors: vectors, truncated: truncated, tokens: tokens)
    }

    private func encodeSlice(
        _ texts: [String],
        lane: EncodingLanes.Lane,
        deadline: ContinuousClock.Instant?
    ) async -> Result<EmbeddingResult, EmbeddingError> {
        let waiting = WaitingSlice()
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                waiting.begin(continuation)
                if Task.isCancelled { waiting.finish(.failure(EmbeddingError(.cancelled, "the caller went away"))) }
                if let deadline { waiting.finish(at: deadline) }
                let isTaken = lanes.submit(to: lane) { [self] in
                    if waiting.isOpen { waiting.finish(encodeNow(texts)) }
                }
                if !isTaken { waiting.finish(.failure(EmbeddingError(.unavailable, "the encoder has stopped"))) }
            }
        } onCancel: {
            waiting.finish(.failure(EmbeddingError(.cancelled, "the caller went away")))
        }
    }

    private func encodeNow(_ texts: [String]) -> Result<EmbeddingResult, EmbeddingError> {
        do {
            let encodings = try encode(texts)
            let vectors = try AnswerCheck.vectors(
                encodings.map { (index: nil, vector: $0.vector) },
                count: texts.count,
                dimensions: profile.dimensions
            )
            return .success(
                EmbeddingResult(
                    vectors: vectors,
                    truncated: encodings.map(\.truncated),
                    tokens: encodings.reduce(0) { $0 + $1.tokenCount }
                )
            )
        } catch let fault as AnswerFault {
            return .failure(EmbeddingError(.invalidAnswer, "the encoder's answer: \(fault.kind.rawValue)"))
        } catch {
            return .failure(EmbeddingError(.unavailable, "the encoder failed: \(error)"))
        }
    }
}

/// A caller that waits for a slice; the first of result, cancellation and deadline resumes it, the others do nothing.
private final class WaitingSlice: Sendable {
    private typealias Continuation = CheckedContinuation<Result<EmbeddingResult, EmbeddingError>, Never>

    private enum State {
        case notBegun
        case waiting(Continuation)
        case finished
    }

    private let state = Mutex(State.notBegun)

    /// Whether somebody still waits for the result.
    var isOpen: Bool {
        state.withLock { if case .waiting = $0 { true } else { false } }
    }

    func begin(_ continuation: CheckedContinuation<Result<EmbeddingResult, EmbeddingError>, Never>) {
        state.withLock { $0 = .waiting(continuation) }
    }

    func finish(_ result: Result<EmbeddingResult, EmbeddingError>) {
        let continuation: Continuation? = state.withLock { state in
            guard case .waiting(let continuation) = state else { return nil }
            state = .finished
            return continuation
        }
        continuation?.resume(returning: result)
    }

    func finish(at deadline: ContinuousClock.Instant) {
        let parts = (deadline - .now).components
        let delay = DispatchTimeInterval.nanoseconds(
            Int(
                clamping: parts.seconds.multipliedReportingOverflow(by: 1_000_000_000).partialValue + parts.attoseconds
                    / 1_000_000_000
            )
        )
        DispatchQueue.global(qos: .userInitiated).asyncAfter(deadline: .now() + delay) {
            self.finish(.failure(EmbeddingError(.deadlineExceeded, "the deadline passed")))
        }
    }
}
