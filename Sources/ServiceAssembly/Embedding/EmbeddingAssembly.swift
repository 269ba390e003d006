internal import CurlTransport
internal import EmbeddingProviders
internal import Foundation
package import Logging
package import MemoryModel
internal import SentenceEncoder

/// The provider that the settings name, and what its vectors are made with.
package struct EmbeddingAssembly: Sendable {
    /// The profile that new collections get; nil where the service runs on words alone by choice.
    package let profile: EmbeddingProfile?
    /// The provider; nil where there is none, or where its weights are missing.
    package let provider: (any EmbeddingProvider)?

    /// Wraps a provider that is there already.
    package init(provider: any EmbeddingProvider) {
        self.profile = provider.profile
        self.provider = provider
    }

    /// Builds the provider.
    ///
    /// Missing weights of the local encoder are no failure: the service then answers from words alone and says so, and
    /// texts are embedded once the weights are there.
    package init(configuration: ServiceConfiguration, logger: Logger) throws {
        let settings = configuration.embedding
        switch settings.provider {
        case .none:
            profile = nil
            provider = nil
            logger.notice("No embedding provider is set: memory is found by words alone")
        case .local:
            profile = EmbeddingProfile(provider: "local", model: "all-MiniLM-L6-v2", dimensions: 384)
            provider = Self.local(modelFolder: configuration.modelFolder, logger: logger)
        case .openai:
            let made = EmbeddingProfile(
                provider: "openai",
                model: settings.model ?? "",
                dimensions: settings.dimensions ?? 0
            )
            profile = made
            let host = URLComponents(string: settings.baseURL)?.host
            let transport = try CurlTransport(
                settings: TransportSettings(addresses: AddressPolicy(trustedHosts: Set([host].compactMap(\.self))))
            )
            provider = OpenAIEmbeddingProvider(
                settings: OpenAISettings(
                    baseURL: settings.baseURL,
                    profile: made,
                    authentication: settings.apiKey.map { .bearer($0) } ?? .none,
                    sendsDimensions: settings.sendsDimensions,
                    batches: BatchLimits(texts: settings.batchSize),
                    requestTime: settings.timeout
                ),
                transport: transport
            )
        }
    }

    private static func local(modelFolder: String, logger: Logger) -> (any EmbeddingProvider)? {
        guard FileManager.default.fileExists(atPath: "\(modelFolder)/model.safetensors") else {
            logger.warning(
                "The local encoder's weights are missing: memory is found by words alone",
                metadata: ["folder": "\(modelFolder)"]
            )
            return nil
        }
        do {
            return LocalEmbeddingProvider(encoder: try SentenceEncoder(modelDirectory: modelFolder))
        } catch {
            logger.error(
                "The local encoder cannot be used: memory is found by words alone",
                metadata: ["reason": "\(error)"]
            )
            return nil
        }
    }
}
