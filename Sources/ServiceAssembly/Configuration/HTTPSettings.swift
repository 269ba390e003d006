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

    /// How many requests a user may send in a minute.
    package let requestsPerMinute: Int

    /// Reads the keys `host`, `port` and `http.*`.
    package init(config: ConfigReader) async throws(ConfigurationError) {
        host = try await Self.hostSetting.require(config)
        port = try await Self.portSetting.require(config)
        maxBodyBytes = try await Self.maxBodyBytesSetting.require(config)
        requestTimeout = try await Self.requestTimeoutSetting.require(config)
        requestsPerMinute = try await Self.requestsPerMinuteSetting.require(config)
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

    private static let requestsPerMinuteSetting = Setting(
        "http.requestsPerMinute",
        default: 100,
        in: 1...1_000_000,
        "How many requests each user may send in a minute."
    )

    static let settings = [
        hostSetting.summaryRow, portSetting.summaryRow, maxBodyBytesSetting.summaryRow,
        requestTimeoutSetting.summaryRow, requestsPerMinuteSetting.summaryRow,
    ]
}
