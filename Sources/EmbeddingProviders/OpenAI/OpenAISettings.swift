public import MemoryModel

/// How to reach one model over the OpenAI format of `POST …/embeddings`, which most servers speak.
public struct OpenAISettings: Sendable, Hashable {
    /// How a request proves who sends it.
    public enum Authentication: Sendable, Hashable {
        /// No header, for servers of one's own.
        case none
        /// `Authorization: Bearer …`.
        case bearer(Secret)
        /// `api-key: …`, as Azure takes it.
        case apiKeyHeader(Secret)
    }

    /// How vectors come back.
    public enum VectorFormat: String, Sendable, Hashable {
        /// Little-endian float32 in Base64: a third of the bytes.
        case base64
        /// Arrays of numbers, for servers that refuse the other.
        case float
    }

    /// The URL before `/embeddings`, such as `https://api.openai.com/v1`.
    public var baseURL: String
    /// What the vectors are made with; names the model.
    public var profile: EmbeddingProfile
    /// How a request proves who sends it.
    public var authentication: Authentication
    /// Which form is asked for; both are understood.
    public var vectorFormat: VectorFormat
    /// Whether the request names the profile's dimensions, for models that can shorten their vectors.
    public var sendsDimensions: Bool
    /// How many texts go into one request.
    public var batches: BatchLimits
    /// When a failed request is made again.
    public var retries: RetryPolicy
    /// For name resolution, TCP and TLS together.
    public var connectTime: Duration
    /// For one request.
    public var requestTime: Duration

    /// Makes settings.
    public init(
        baseURL: String,
        profile: EmbeddingProfile,
        authentication: Authentication,
        vectorFormat: VectorFormat = .base64,
        sendsDimensions: Bool = false,
        batches: BatchLimits = BatchLimits(),
        retries: RetryPolicy = RetryPolicy(),
        connectTime: Duration = .seconds(5),
        requestTime: Duration = .seconds(60)
    ) {
        self.baseURL = baseURL
        self.profile = profile
        self.authentication = authentication
        self.vectorFormat = vectorFormat
        self.sendsDimensions = sendsDimensions
        self.batches = batches
        self.retries = retries
        self.connectTime = connectTime
        self.requestTime = requestTime
    }
}
