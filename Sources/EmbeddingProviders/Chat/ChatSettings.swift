/// How to reach one chat model, in the format of OpenAI or of Anthropic.
public struct ChatSettings: Sendable, Hashable {
    /// The formats.
    public enum Format: Sendable, Hashable {
        /// `POST …/chat/completions`, which most servers speak.
        case openAI(OpenAI)
        /// `POST …/messages`.
        case anthropic(Anthropic)
    }

    /// What servers of the OpenAI format differ in.
    public struct OpenAI: Sendable, Hashable {
        /// How an answer is bound to a schema.
        public enum Structure: String, Sendable, Hashable, CaseIterable {
            /// `response_format` with the schema.
            case jsonSchema
            /// `response_format` that asks for any JSON; the schema is told in words.
            case jsonObject
            /// The schema is told in words alone.
            case words
        }

        /// How an answer is bound to a schema.
        public var structure: Structure
        /// The name of the field with the most tokens of the answer.
        public var limitField: String

        /// Makes the differences; the defaults are OpenAI's own.
        public init(structure: Structure = .jsonSchema, limitField: String = "max_completion_tokens") {
            self.structure = structure
            self.limitField = limitField
        }
    }

    /// What servers of the Anthropic format differ in.
    public struct Anthropic: Sendable, Hashable {
        /// How an answer is bound to a schema.
        public enum Structure: String, Sendable, Hashable, CaseIterable {
            /// `output_config` with the schema.
            case outputConfig
            /// A tool that the model must call, whose input is the answer: the older way.
            case tool
        }

        /// How an answer is bound to a schema.
        public var structure: Structure
        /// The value of `anthropic-version`.
        public var version: String

        /// Makes the differences.
        public init(structure: Structure = .outputConfig, version: String = "2026-10-21") {
            self.structure = structure
            self.version = version
        }
    }

    /// The format.
    public var format: Format
    /// The URL before `/chat/completions` or `/messages`, such as `https://api.openai.com/v1`.
    public var baseURL: String
    /// The provider's name of the model.
    public var model: String
    /// How a request proves who sends it; `apiKeyHeader` is `api-key`, or `x-api-key` in the Anthropic format.
    public var authentication: OpenAISettings.Authentication
    /// When a failed request is made again.
    public var retries: RetryPolicy
    /// For name resolution, TCP and TLS together.
    public var connectTime: Duration
    /// For one request.
    public var requestTime: Duration
    /// The largest answer, in bytes.
    public var responseBytes: Int

    /// Makes settings.
    public init(
        format: Format,
        baseURL: String,
        model: String,
        authentication: OpenAISettings.Authentication,
        retries: RetryPolicy = RetryPolicy(),
        connectTime: Duration = .seconds(5),
        requestTime: Duration = .seconds(120),
        responseBytes: Int = 4 << 20
    ) {
        self.format = format
        self.baseURL = baseURL
        self.model = model
        self.authentication = authentication
        self.retries = retries
        self.connectTime = connectTime
        self.requestTime = requestTime
        self.responseBytes = responseBytes
    }
}
