/// What a text is embedded for; several models tell the two apart.
public enum EmbeddingPurpose: String, Sendable, Hashable, CaseIterable {
    /// A text that is stored.
    case document
    /// A text that is asked.
    case query
}

/// The vectors of one call.
public struct EmbeddingResult: Sendable, Hashable {
    /// One unit-length vector a text, in the order of the texts.
    public let vectors: [[Float]]
    /// Which texts were longer than the model reads.
    public let truncated: [Bool]
    /// Tokens, where the provider counts them.
    public let tokens: Int?
    /// What the provider was used for; more than one call where it was asked in parts or again.
    public let usage: ProviderUsage

    /// Makes a result; where nothing else is said, of one call.
    public init(vectors: [[Float]], truncated: [Bool], tokens: Int?, usage: ProviderUsage? = nil) {
        self.vectors = vectors
        self.truncated = truncated
        self.tokens = tokens
        self.usage =
            usage ?? ProviderUsage(calls: 1, texts: Int64(vectors.count), tokens: Int64(tokens ?? 0))
    }
}

/// Turns texts into vectors of one profile.
///
/// Implementations check every answer (count, order, dimension, finite, norm), normalise, retry what is worth it,
/// and never outlast the deadline.
public protocol EmbeddingProvider: Sendable {
    /// What the vectors are made with.
    var profile: EmbeddingProfile { get }

    /// Embeds texts; the profile's prefix for the purpose is added here.
    func embed(
        _ texts: [String],
        purpose: EmbeddingPurpose,
        deadline: ContinuousClock.Instant?
    ) async throws(EmbeddingError) -> EmbeddingResult
}

/// Why texts could not be embedded.
///
/// Never carries a text or a provider's answer.
public struct EmbeddingError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds of failure, as callers act on them.
    public enum Code: String, Sendable, Hashable, CaseIterable {
        /// Down, overloaded or not configured: try again later.
        case unavailable
        /// The deadline passed.
        case deadlineExceeded
        /// The caller went away.
        case cancelled
        /// The provider refused the key or the quota: trying again does not help until somebody acts.
        case refused
        /// A text cannot be embedded: too long, or refused by the provider.
        case invalidInput
        /// The answer failed a check.
        case invalidAnswer
    }

    /// The kind of failure.
    public let code: Code
    /// A sentence for the log; no text, no secret.
    public let message: String
    /// How long the provider asked to wait.
    public let retryAfter: Duration?
    /// Which texts are at fault, for `invalidInput`, where known.
    public let textIndexes: [Int]
    /// What the provider was used for before it failed.
    public var usage = ProviderUsage.none

    /// Makes an error.
    public init(_ code: Code, _ message: String, retryAfter: Duration? = nil, textIndexes: [Int] = []) {
        self.code = code
        self.message = message
        self.retryAfter = retryAfter
        self.textIndexes = textIndexes
    }

    /// Safe to log.
    public var description: String { "embedding \(code.rawValue): \(message)" }
}
