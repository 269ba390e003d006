internal import CurlTransport
internal import Foundation
package import Logging
internal import MemoryModel

/// A whole service for the time of one task, on a data directory and a port of its own.
package struct TemporaryService: Sendable {
    private let configuration: ServiceConfiguration
    private let environment: [String: String]
    private let removesData: Bool
    private let logger: Logger

    /// Makes a service that has not started.
    ///
    /// - Parameters:
    ///   - configuration: Its settings, with a data directory and a port of its own.
    ///   - environment: What its processes inherit, those settings included.
    ///   - removesData: Whether the data directory goes when it ends.
    ///   - logger: Hears what happens.
    package init(
        configuration: ServiceConfiguration,
        environment: [String: String],
        removesData: Bool,
        logger: Logger
    ) {
        self.configuration = configuration
        self.environment = environment
        self.removesData = removesData
        self.logger = logger
    }

    /// Starts, does something with it, stops, and leaves nothing behind but what was to be kept.
    ///
    /// - Throws: What the body throws, and why the service could not start.
    package func run(_ body: @escaping @Sendable (ServiceClient) async throws -> Void) async throws {
        defer { if removesData { removeData() } }
        let service = LocalService(
            configuration: configuration,
            environment: environment,
            logger: logger,
            show: { _ in }
        )
        let outcome = try await service.run(
            requests: OperatorRequests(hasTerminal: isatty(STDIN_FILENO) == 1),
            firstUse: { credentials in
                let url = "http://\(configuration.http.reachableHost):\(configuration.http.port)"
                try await body(
                    try ServiceClient(url: url, key: Secret(text: credentials.apiKey), patience: .seconds(60))
                )
            },
            stopsAfterFirstUse: true
        )
        if case .failed(let member, let failure) = outcome {
            throw ServiceClientError(.unreachable, "\(member): \(failure.message)")
        }
    }

    /// A port at which nothing answers now.
    package static func freePort(
        using random: inout some RandomNumberGenerator
    ) async throws(ServiceClientError) -> Int {
        for _ in 0..<50 {
            let port = Int.random(in: 20_000..<30_000, using: &random)
            var probe = try ServiceClient(url: "http://127.0.0.1:\(port)", key: Secret(text: "none"))
            probe.patience = .zero
            do throws(ServiceClientError) {
                _ = try await probe.get("/livez")
            } catch  where error.code == .unreachable {
                return port
            } catch {
                continue
            }
        }
        throw ServiceClientError(.unreachable, "no free port was found")
    }

    private func removeData() {
        let files = FileManager.default
        // The clusters of root are elsewhere, behind a link.
        let clusters = URL(fileURLWithPath: configuration.dataDirectory.file("postgres")).resolvingSymlinksInPath()
        try? files.removeItem(at: clusters)
        try? files.removeItem(atPath: configuration.dataDirectory.path)
    }
}
