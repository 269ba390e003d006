/// How long an exchange may take and how large the answer may be.
public struct TransportLimits: Sendable, Hashable {
    /// For name resolution, TCP and TLS together.
    public var connectTime: Duration
    /// For everything.
    public var totalTime: Duration
    /// Below this mean speed in bytes a second for `lowSpeedTime`, the exchange is given up.
    public var lowSpeed: Int
    /// How long the exchange may be slower than `lowSpeed`; whole seconds.
    public var lowSpeedTime: Duration
    /// The largest body.
    public var responseBytes: Int
    /// All header fields together.
    public var headerBytes: Int

    /// Makes limits; the defaults suit an embedding request.
    public init(
        connectTime: Duration = .seconds(5),
        totalTime: Duration = .seconds(60),
        lowSpeed: Int = 1,
        lowSpeedTime: Duration = .seconds(30),
        responseBytes: Int = 64 << 20,
        headerBytes: Int = 64 << 10
    ) {
        self.connectTime = connectTime
        self.totalTime = totalTime
        self.lowSpeed = lowSpeed
        self.lowSpeedTime = lowSpeedTime
        self.responseBytes = responseBytes
        self.headerBytes = headerBytes
    }
}

extension Duration {
    /// Whole milliseconds, at least 1, since 0 means "no limit" to libcurl.
    var limitMilliseconds: Int {
        let parts = components
        let value = Double(parts.seconds) * 1000 + Double(parts.attoseconds) / 1e15
        return Int(min(max(value.rounded(.up), 1), Double(Int32.max)))
    }
}
