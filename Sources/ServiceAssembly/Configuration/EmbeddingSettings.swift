package import Configuration

/// What turns texts into vectors.
package struct EmbeddingSettings: Sendable, Hashable {
    /// The kinds of provider.
    package enum Provider: String, SettingChoice {
        /// The encoder inside this program.
        case local
        /// A server that speaks the OpenAI format.
        case openai
    }

    /// The kind of provider.
    package let provider: Provider

    /// Where the weights of the local encoder are; nil for the place below the data directory.
    package let modelFolder: String?

    /// The address of the provider, without the `/embeddings` at its end.
    package let baseURL: String

    /// The provider's name of the model; nil only with the local encoder.
    package let model: String?

    /// How many dimensions its vectors have; nil for as many as the model gives.
    package let dimensions: Int?

    /// The provider's key.
    package let apiKey: Secret?

    /// How many texts go into one request.
    package let batchSize: Int

    /// How long one request may take.
    package let timeout: Duration

    /// Reads the keys `modelDir` and `embedding.*`.
    package init(config: ConfigReader) async throws(ConfigurationError) {
        provider = try await Self.providerSetting.require(config)
        modelFolder = try await Self.modelFolderSetting.read(config)
        baseURL = try await Self.baseURLSetting.require(config)
        model = try await Self.modelSetting.read(config)
        dimensions = try await Self.dimensionsSetting.read(config)
        apiKey = try await Self.apiKeySetting.read(config)
        batchSize = try await Self.batchSizeSetting.require(config)
        timeout = try await Self.timeoutSetting.require(config)
        guard provider == .local || model != nil else {
            throw ConfigurationError(
                code: .missing,
                key: Self.modelSetting.key,
                expected: "a provider other than `local` needs the name of its model"
            )
        }
    }

    private static let providerSetting = Setting(
        "embedding.provider",
        default: Provider.local,
        "What turns texts into vectors: the encoder inside this program, or a server that speaks the OpenAI format."
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
        "The provider's name of the model; needed by every provider but `local`."
    )

    private static let dimensionsSetting = Setting<Int>(
        "embedding.dimensions",
        range: "1 to 8192",
        "How many dimensions to ask the provider for; as many as the model gives when not set."
    ) { (1...8_192).contains($0) }

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
        dimensionsSetting.summaryRow, apiKeySetting.summaryRow, batchSizeSetting.summaryRow, timeoutSetting.summaryRow,
    ]
}
