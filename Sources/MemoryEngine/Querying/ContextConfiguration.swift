/// How context queries and searches are answered.
public struct ContextConfiguration: Sendable, Hashable {
    /// How long a query waits for its embedding; later it is answered from words and pins.
    public var embeddingPatience: Duration = .milliseconds(25)
    /// How long a query waits for an index that is loaded or catches up; later it is answered from what is there.
    public var indexPatience: Duration = .seconds(2)
    /// Query vectors kept in memory.
    public var embeddingCacheSize = 10_000
    /// Candidates that each leg takes from each collection.
    public var legLimit = 100
    /// Candidates that are read and weighed.
    public var candidateLimit = 100
    /// Entries not in use that are read to say why they are missing.
    public var retiredLimit = 20
    /// Traces that may wait to be written; beyond, the oldest are dropped and counted.
    public var traceQueueLimit = 10_000
    /// How often traces are written.
    public var traceInterval: Duration = .milliseconds(250)
    /// Most traces of one transaction.
    public var traceBatch = 200

    /// The configuration of a service that nobody has configured.
    public init() {}
}
