/// How many connections a pool keeps, and how long callers wait for one.
public struct PostgresPoolConfiguration: Sendable {
    /// How each connection is opened.
    public var connection: PostgresConfiguration
    /// Connections kept open when nobody needs them.
    public var minimumConnections = 10
    /// Connections at most.
    public var maximumConnections = 50
    /// How long a caller waits for a connection at most; its own deadline may be earlier.
    public var maximumWait: Duration = .seconds(30)
    /// How long a connection above the minimum stays open without use.
    public var idleTimeout: Duration = .seconds(60)
    /// Delay after the first failed attempt to connect; doubles with each further one.
    public var initialBackoff: Duration = .milliseconds(100)
    /// The longest delay between attempts to connect.
    public var maximumBackoff: Duration = .seconds(5)

    /// The defaults, for connections of one kind.
    public init(connection: PostgresConfiguration) {
        self.connection = connection
    }
}
