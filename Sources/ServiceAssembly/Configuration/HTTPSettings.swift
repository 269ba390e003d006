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

    /// From saying that no more requests should come to taking no more.
    package let drainDelay: Duration

    /// Connections served at once.
    package let maxConnections: Int

    /// Connections of one address at once.
    package let maxConnectionsPerAddress: Int

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
        drainDelay = try await Self.drainDelaySetting.require(config)
        maxConnections = try await Self.maxConnectionsSetting.require(config)
        maxConnectionsPerAddress = try await Self.maxConnectionsPerAddressSetting.read(config) ?? maxConnections
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

    private static let drainDelaySetting = Setting<Duration>(
        "http.drainDelay",
        default: .seconds(1),
        in: .seconds(0) ... .seconds(60),
        "How long, when it is asked to stop, the service goes on taking requests after `/readyz` has begun to say no."
    )

    private static let maxConnectionsSetting = Setting(
        "http.maxConnections",
        default: 4_096,
        in: 1...65_536,
        "Connections served at once; more wait to be accepted."
    )

    private static let maxConnectionsPerAddressSetting = Setting<Int>(
        "http.maxConnectionsPerAddress",
        range: "1 to 65536",
        "Connections of one address at once, more are closed; `http.maxConnections` when not set, since a proxy is one address."
    ) { (1...65_536).contains($0) }

    static let settings = [
        hostSetting.summaryRow, portSetting.summaryRow, maxBodyBytesSetting.summaryRow,
        requestTimeoutSetting.summaryRow, drainDelaySetting.summaryRow, maxConnectionsSetting.summaryRow,
        maxConnectionsPerAddressSetting.summaryRow,
    ]
}
