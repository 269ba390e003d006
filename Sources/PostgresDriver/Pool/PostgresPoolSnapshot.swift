/// What a pool's connections were doing at one moment.
public struct PostgresPoolSnapshot: Hashable, Sendable {
    /// Connections in a transaction.
    public let inUse: Int
    /// Connections that are free.
    public let idle: Int
    /// Connections being opened.
    public let connecting: Int
    /// Callers waiting for a connection.
    public let waiting: Int

    package init(inUse: Int, idle: Int, connecting: Int, waiting: Int) {
        self.inUse = inUse
        self.idle = idle
        self.connecting = connecting
        self.waiting = waiting
    }
}
