package import Configuration
package import MemoryModel

/// What sums conversations up and finds what is worth keeping in them.
package struct ChatModelSettings: Sendable, Hashable {
    /// The kinds of provider.
    package enum Provider: String, SettingChoice {
        /// Nothing: summaries are made of a conversation's own sentences, and nothing is proposed.
        case none
        /// A server that speaks the OpenAI format.
        case openai
        /// A server that speaks the Anthropic format.
        case anthropic
    }

    /// How an answer is bound to a schema.
    package enum Structure: String, SettingChoice {
        /// By the schema itself.
        case schema
        /// By asking for any JSON (`openai`).
        case json
        /// By words alone (`openai`).
        case words
        /// By a tool that takes the answer (`anthropic`).
        case tool
    }

    /// The names that the field with the longest answer goes by.
    package enum LimitField: String, SettingChoice {
        /// As newer servers call it.
        case completion = "max_completion_tokens"
        /// As older servers call it.
        case tokens = "max_tokens"
    }

    /// The kind of provider.
    package let provider: Provider
    /// The address of the provider; nil for that of the format's maker.
    package let baseURL: String?
    /// The provider's name of the model; nil only without a provider.
    package let model: String?
    /// The provider's key.
    package let apiKey: Secret?
    /// How an answer is bound to a schema.
    package let structure: Structure
    /// How the longest answer is named in the OpenAI format.
    package let limitField: LimitField
    /// The version of the Anthropic format.
    package let version: String
    /// How long one request may take.
    package let timeout: Duration

    /// Reads the keys `chat.*`.
    package init(config: ConfigReader) async throws(ConfigurationError) {
        provider = try await Self.providerSetting.require(config)
        baseURL = try await Self.baseURLSetting.read(config)
        model = try await Self.modelSetting.read(config)
        apiKey = try await Self.apiKeySetting.read(config)
        structure = try await Self.structureSetting.require(config)
        limitField = try await Self.limitFieldSetting.require(config)
        version = try await Self.versionSetting.require(config)
        timeout = try await Self.timeoutSetting.require(config)
        guard provider != .none else { return }
        guard model != nil else {
            throw ConfigurationError(
                code: .missing,
                key: Self.modelSetting.key,
                expected: "a chat provider needs the name of its model"
            )
        }
        let fits: Set<Structure> = provider == .openai ? [.schema, .json, .words] : [.schema, .tool]
        guard fits.contains(structure) else {
            throw ConfigurationError(
                code: .invalidValue,
                key: Self.structureSetting.key,
                expected: "`\(provider.rawValue)` takes "
                    + fits.map { "`\($0.rawValue)`" }.sorted().joined(separator: ", ")
            )
        }
    }

    private static let providerSetting = Setting(
        "chat.provider",
        default: Provider.none,
        "What sums conversations up and finds what is worth keeping in them: a server that speaks the OpenAI or the Anthropic "
            + "format, or nothing; then summaries are made of a conversation's own sentences."
    )

    private static let baseURLSetting = Setting<String>(
        "chat.baseURL",
        range: "beginning with http:// or https://",
        "The address of the provider, without `/chat/completions` or `/messages` at its end; that of OpenAI or Anthropic when "
            + "not set."
    ) { $0.hasPrefix("https://") || $0.hasPrefix("http://") }

    private static let modelSetting = Setting<String>(
        "chat.model",
        "The provider's name of the chat model; needed by `openai` and `anthropic`."
    )

    private static let apiKeySetting = Setting<Secret>("chat.apiKey", "The chat provider's key.")

    private static let structureSetting = Setting(
        "chat.structure",
        default: Structure.schema,
        "How an answer is bound to a JSON Schema: by the schema itself, by asking for any JSON or by words alone (`openai`), "
            + "by a tool that takes the answer (`anthropic`); for servers that cannot do the first."
    )

    private static let limitFieldSetting = Setting(
        "chat.limitField",
        default: LimitField.completion,
        "What the longest answer is called in the OpenAI format."
    )

    private static let versionSetting = Setting(
        "chat.anthropicVersion",
        default: "2026-10-21",
        "The version of the Anthropic format that requests name."
    )

    private static let timeoutSetting = Setting<Duration>(
        "chat.timeout",
        default: .seconds(120),
        in: .milliseconds(100) ... .seconds(600),
        "How long one request to the chat provider may take."
    )

    static let settings = [
        providerSetting.summaryRow, baseURLSetting.summaryRow, modelSetting.summaryRow, apiKeySetting.summaryRow,
        structureSetting.summaryRow, limitFieldSetting.summaryRow, versionSetting.summaryRow,
        timeoutSetting.summaryRow,
    ]
}
