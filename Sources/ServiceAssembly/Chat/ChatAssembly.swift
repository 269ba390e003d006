internal import CurlTransport
internal import EmbeddingProviders
internal import Foundation
internal import MemoryModel

/// Makes the chat model that the configuration names.
enum ChatAssembly {
    /// The model; nil where none is configured.
    ///
    /// - Throws: `TransportError` where requests cannot be sent at all.
    static func provider(_ settings: ChatModelSettings) throws -> (any ChatProvider)? {
        guard settings.provider != .none, let model = settings.model else { return nil }
        let (format, maker): (ChatSettings.Format, String) =
            settings.provider == .openai
            ? (.openAI(openAI(settings)), "https://api.openai.com/v1")
            : (.anthropic(anthropic(settings)), "https://api.anthropic.com/v1")
        let address = settings.baseURL ?? maker
        let authentication: OpenAISettings.Authentication =
            switch (settings.provider, settings.apiKey) {
            case (_, nil): .none
            case (.anthropic, let key?): .apiKeyHeader(key)
            case (_, let key?): .bearer(key)
            }
        let host = URLComponents(string: address)?.host
        let transport = try CurlTransport(
            settings: TransportSettings(addresses: AddressPolicy(trustedHosts: Set([host].compactMap(\.self))))
        )
        return HTTPChatProvider(
            settings: ChatSettings(
                format: format,
                baseURL: address,
                model: model,
                authentication: authentication,
                requestTime: settings.timeout
            ),
            transport: transport
        )
    }

    private static func openAI(_ settings: ChatModelSettings) -> ChatSettings.OpenAI {
        let structure: ChatSettings.OpenAI.Structure =
            switch settings.structure {
            case .json: .jsonObject
            case .words: .words
            case .schema, .tool: .jsonSchema
            }
        return ChatSettings.OpenAI(structure: structure, limitField: settings.limitField.rawValue)
    }

    private static func anthropic(_ settings: ChatModelSettings) -> ChatSettings.Anthropic {
        ChatSettings.Anthropic(
            structure: settings.structure == .tool ? .tool : .outputConfig,
            version: settings.version
        )
    }
}
