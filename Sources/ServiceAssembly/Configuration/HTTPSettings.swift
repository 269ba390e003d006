package import Configuration

/// Where and how the HTTP interface listens.
package struct HTTPSettings: Sendable, Hashable {
    /// The address to listen on.
    package let host: String

    /// The port to listen on; 0 takes any free one.
    package let port: Int

    /// The largest request body, in bytes.
    package let maxBodyBytes: Int

    /// How long a request may take in all.
    package let requestTimeout: Duration

    /// A host by which this machine reaches the interface, also where it listens on every address.
    package var reachableHost: String {
        switch host {
        case "0.0.0.0": "127.0.0.1"
        case "::": "[::1]"
        default: host.contains(":") ? "[\(host)]" : host
        }
    }

    /// Reads the keys `host`, `port` and `http.*`.
    package init(config: ConfigReader) async throws(ConfigurationError) {
        host = try await Self.hostSetting.require(config)
        port = try await Self.portSetting.require(config)
        maxBodyBytes = try await Self.maxBodyBytesSetting.require(config)
        requestTimeout = try await Self.requestTimeoutSetting.require(config)
    }

    private static let hostSetting = Setting(
        "host",
        default: "127.0.0.1",
        "The address that the HTTP interface listens on."
    )

    private static let portSetting = Setting(
        "port",
        default: 7_474,
        in: 0...65_535,
        "The port that the HTTP interface listens on; 0 takes any free one."
    )

    private static let maxBodyBytesSetting = Setting(
        "http.maxBodyBytes",
        default: 8_388_608,
        in: 1_024...67_108_864,
        "The largest request body, in bytes."
    )

    private static let requestTimeoutSetting = Setting<Duration>(
        "http.requestTimeout",
        default: .seconds(30),
        in: .seconds(1) ... .seconds(600),
        "How long a request may take in all, waiting for a database connection included."
    )

    static let settings = [
        hostSetting.summaryRow, portSetting.summaryRow, maxBodyBytesSetting.summaryRow,
        requestTimeoutSetting.summaryRow,
    ]
}
