/// How indexes are loaded, kept and promoted.
public struct IndexConfiguration: Sendable, Hashable {
    /// Entries of one page of a load or of catching up.
    public var pageSize = 1_000
    /// The most bytes that loaded indexes take together; nil where there is no limit.
    public var memoryLimit: Int?
    /// Vectors from which on a graph is built in the background.
    public var graphThreshold = 20_000
    /// Removed vectors from which on, where they are also a quarter of those in use, their memory is freed.
    public var leastRemoved = 1_000
    /// How often changed indexes are written to disk.
    public var snapshotInterval: Duration = .seconds(300)
    /// How often a bounded wait looks again.
    public var pollInterval: Duration = .milliseconds(25)
    /// Freed bytes from which on the system is given back what the heap keeps of them.
    public var heapSlack = 16 << 20

    /// The configuration of a service that nobody has configured.
    public init() {}
}
