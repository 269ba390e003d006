public import MemoryEngine
public import MemoryModel

/// How the HTTP surface behaves; the assembly fills it from configuration.
public struct APIConfiguration: Sendable {
    /// Seals cursors and consistency tokens; the same on every node, 32 bytes or more.
    public var sealingSecret: Secret
    /// The address to listen on.
    public var host: String
    /// The port to listen on; 0 for any free one.
    public var port: Int
    /// Connections served at once; more wait to be accepted.
    public var maximumConnections: Int
    /// How long an answer may take where the caller asks for less or nothing.
    public var requestDeadline: Duration
    /// Connections of one address at once; more are closed.
    public var maximumConnectionsPerAddress: Int
    /// How quickly clients must go on.
    package var pace: ConnectionPace.Limits
    /// How long `wait=indexed` waits at most.
    public var indexWait: Duration
    /// The largest body of a route that takes one noun, in bytes.
    public var bodyLimit: Int
    /// The largest body of a batch, in bytes.
    public var batchBodyLimit: Int
    /// The largest free fields of one noun, in bytes of JSON.
    public var metadataLimit: Int
    /// How large things may be.
    public var limits: EngineLimits
    /// What workspaces may use, for telling them.
    public var tiers: TierTable
    /// What tokens cost, for telling in which currency.
    public var prices: PriceList

    /// Makes a configuration with the documented defaults.
    public init(
        sealingSecret: Secret,
        host: String = "127.0.0.1",
        port: Int = 7474,
        maximumConnections: Int = 4096,
        maximumConnectionsPerAddress: Int = 4096,
        requestDeadline: Duration = .seconds(10),
        indexWait: Duration = .seconds(5),
        bodyLimit: Int = 1 << 20,
        batchBodyLimit: Int = 8 << 20,
        metadataLimit: Int = 16_384,
        limits: EngineLimits = EngineLimits(),
        tiers: TierTable = .unlimited,
        prices: PriceList = .free
    ) {
        self.sealingSecret = sealingSecret
        self.host = host
        self.port = port
        self.maximumConnections = maximumConnections
        self.requestDeadline = requestDeadline
        self.maximumConnectionsPerAddress = maximumConnectionsPerAddress
        pace = ConnectionPace.Limits()
        self.indexWait = indexWait
        self.bodyLimit = bodyLimit
        self.batchBodyLimit = batchBodyLimit
        self.metadataLimit = metadataLimit
        self.limits = limits
        self.tiers = tiers
        self.prices = prices
    }
}
