package import Configuration
package import MemoryModel

/// What turns texts into vectors.
package struct EmbeddingSettings: Sendable, Hashable {
    /// The kinds of provider.
    package enum Provider: String, SettingChoice {
        /// The encoder inside this program.
        case local
        /// A server that speaks the OpenAI format.
        case openai
        /// Nothing: memory is found by words alone.
        case none
    }

    /// The kind of provider.
    package let provider: Provider

    /// Where the weights of the local encoder are; nil for the place below the data directory.
    package let modelFolder: String?

    /// The address of the provider, without the `/embeddings` at its end.
    package let baseURL: String

    /// The provider's name of the model; nil only with the local encoder.
    package let model: String?

    /// How many dimensions its vectors have; nil only with the local encoder.
    package let dimensions: Int?

    /// Whether requests ask for that many dimensions, for models that can shorten their vectors.
    package let sendsDimensions: Bool

    /// The provider's key.
    package let apiKey: Secret?

    /// How many texts go into one request.
    package let batchSize: Int

    /// How long one request may take.
    package let timeout: Duration

    /// How long a context query waits for its vector before it is answered from words.
    package let queryPatience: Duration

    /// Reads the keys `modelDir` and `embedding.*`.
    package init(config: ConfigReader) async throws(ConfigurationError) {
        provider = try await Self.providerSetting.require(config)
        modelFolder = try await Self.modelFolderSetting.read(config)
        baseURL = try await Self.baseURLSetting.require(config)
        model = try await Self.modelSetting.read(config)
        dimensions = try await Self.dimensionsSetting.read(config)
        sendsDimensions = try await Self.sendsDimensionsSetting.require(config)
        apiKey = try await Self.apiKeySetting.read(config)
        batchSize = try await Self.batchSizeSetting.require(config)
        timeout = try await Self.timeoutSetting.require(config)
        queryPatience = try await Self.queryPatienceSetting.require(config)
        guard provider == .openai else { return }
        guard model != nil else {
            throw ConfigurationError(
                code: .missing,
                key: Self.modelSetting.key,
                expected: "the provider `openai` needs the name of its model"
            )
        }
        guard dimensions != nil else {
            throw ConfigurationError(
                code: .missing,
                key: Self.dimensionsSetting.key,
                expected: "the provider `openai` needs the number of dimensions of its model's vectors"
            )
        }
    }

    private static let providerSetting = Setting(
        "embedding.provider",
        default: Provider.local,
        "What turns texts into vectors: the encoder inside this program, a server that speaks the OpenAI format, or nothing."
    )

    private static let modelFolderSetting = Setting<String>(
        "modelDir",
        "The folder with `model.safetensors` and `vocab.txt` of the local encoder; "
            + "`models/all-MiniLM-L6-v2` in the data directory when not set."
    )

    private static let baseURLSetting = Setting(
        "embedding.baseURL",
        default: "https://api.openai.com/v1",
        range: "beginning with http:// or https://",
        "The address of the provider, without the `/embeddings` at its end."
    ) { $0.hasPrefix("https://") || $0.hasPrefix("http://") }

    private static let modelSetting = Setting<String>(
        "embedding.model",
        "The provider's name of the model; needed by `openai`."
    )

    private static let dimensionsSetting = Setting<Int>(
        "embedding.dimensions",
        range: "1 to 8192",
        "How many dimensions the model's vectors have; needed by `openai`."
    ) { (1...8_192).contains($0) }

    private static let sendsDimensionsSetting = Setting(
        "embedding.sendsDimensions",
        default: false,
        "Whether requests ask for `embedding.dimensions`, for models that can shorten their vectors."
    )

    private static let queryPatienceSetting = Setting<Duration>(
        "embedding.queryPatience",
        default: .milliseconds(200),
        in: .milliseconds(1) ... .seconds(30),
        "How long a context query waits for its vector; later it is answered from words, and says so."
    )

    private static let apiKeySetting = Setting<Secret>("embedding.apiKey", "The provider's key.")

    private static let batchSizeSetting = Setting(
        "embedding.batchSize",
        default: 64,
        in: 1...2_048,
        "How many texts go into one request to the provider."
    )

    private static let timeoutSetting = Setting<Duration>(
        "embedding.timeout",
        default: .seconds(30),
        in: .milliseconds(100) ... .seconds(600),
        "How long one request to the provider may take."
    )

    static let settings = [
        providerSetting.summaryRow, modelFolderSetting.summaryRow, baseURLSetting.summaryRow, modelSetting.summaryRow,
        dimensionsSetting.summaryRow, sendsDimensionsSetting.summaryRow, apiKeySetting.summaryRow,
        batchSizeSetting.summaryRow, timeoutSetting.summaryRow,
        queryPatienceSetting.summaryRow,
    ]
}
