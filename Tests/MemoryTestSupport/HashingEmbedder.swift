public import MemoryModel
import Synchronization

/// An embedder for tests: each word adds a fixed pseudo-random direction, so that texts that share words are near.
///
/// Failures are scripted; calls are counted.
public final class HashingEmbedder: EmbeddingProvider {
    private struct State {
        var failures: [EmbeddingError] = []
        var refusedWords: Set<String> = []
        var textsEmbedded = 0
        var callCount = 0
        var tokensCounted = 0
        var largestCall = 0
        var gate: (@Sendable () async -> Void)?
    }

    /// What the vectors are made with.
    public let profile: EmbeddingProfile
    private let state = Mutex(State())

    /// Makes an embedder of a number of dimensions.
    public init(dimensions: Int = 32) {
        profile = EmbeddingProfile(provider: "test", model: "hashing", dimensions: dimensions)
    }

    /// Texts embedded so far.
    public var textsEmbedded: Int { state.withLock { $0.textsEmbedded } }

    /// Calls made so far, failed ones included.
    public var callCount: Int { state.withLock { $0.callCount } }

    /// Tokens of the calls that were answered.
    public var tokensCounted: Int { state.withLock { $0.tokensCounted } }

    /// Tokens of the largest call that was answered.
    public var largestCall: Int { state.withLock { $0.largestCall } }

    /// Lets the next calls fail, one error a call.
    public func failNext(_ errors: [EmbeddingError]) {
        state.withLock { $0.failures += errors }
    }

    /// Refuses every text that holds a word, as `invalidInput`.
    public func refuse(word: String) {
        state.withLock { _ = $0.refusedWords.insert(word) }
    }

    /// Makes every call wait for a gate first.
    public func hold(at gate: (@Sendable () async -> Void)?) {
        state.withLock { $0.gate = gate }
    }

    /// Embeds texts.
    public func embed(
        _ texts: [String],
        purpose: EmbeddingPurpose,
        deadline: ContinuousClock.Instant?
    ) async throws(EmbeddingError) -> EmbeddingResult {
        let gate = state.withLock { state in
            state.callCount += 1
            return state.gate
        }
        await gate?()
        if Task.isCancelled { throw Self.called(EmbeddingError(.cancelled, "the caller went away")) }
        if let failure = state.withLock({ $0.failures.isEmpty ? nil : $0.failures.removeFirst() }) {
            throw Self.called(failure)
        }
        let refused = state.withLock { $0.refusedWords }
        if texts.contains(where: { !refused.isDisjoint(with: Self.words(of: $0)) }) {
            throw Self.called(EmbeddingError(.invalidInput, "a text is refused"))
        }
        let tokens = texts.reduce(0) { $0 + $1.utf8.count / 4 }
        state.withLock { state in
            state.textsEmbedded += texts.count
            state.tokensCounted += tokens
            state.largestCall = max(state.largestCall, tokens)
        }
        return EmbeddingResult(
            vectors: texts.map(vector(of:)),
            truncated: texts.map { _ in false },
            tokens: tokens
        )
    }

    /// A failure of a call that was made.
    private static func called(_ error: EmbeddingError) -> EmbeddingError {
        var error = error
        error.usage = ProviderUsage(calls: 1)
        return error
    }

    /// The vector of one text.
    public func vector(of text: String) -> [Float] {
        var sum = [Float](repeating: 0, count: profile.dimensions)
        for word in Self.words(of: text) + ["\u{0}"] {
            var generator = SeededGenerator(seed: Self.hash(word))
            let weight: Float = word == "\u{0}" ? 0.1 : 1
            for index in sum.indices { sum[index] += weight * Float.random(in: -1...1, using: &generator) }
        }
        let norm = sum.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return sum.map { $0 / norm }
    }

    private static func words(of text: String) -> [String] {
        text.lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init)
    }

    /// FNV-1a, the same in every process.
    private static func hash(_ word: String) -> UInt64 {
        word.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }
}
