/// How the worker claims and does jobs.
public struct WorkerConfiguration: Sendable, Hashable {
    /// Jobs at work at a time.
    public var concurrency = 2
    /// How long a claim holds before another worker may take the job; heartbeats extend it.
    public var lease: Duration = .seconds(15)
    /// How often the lease is extended.
    public var heartbeat: Duration = .seconds(5)
    /// The shortest wait where the queue was empty.
    public var shortestPoll: Duration = .milliseconds(100)
    /// The longest wait where the queue stays empty.
    public var longestPoll: Duration = .seconds(2)
    /// Texts of one call of the provider.
    public var batchSize = 64
    /// How long one call of the provider may take.
    public var callTimeout: Duration = .seconds(60)
    /// Tries after which a job is put aside as dead.
    public var attempts = 12
    /// The first back-off; doubles with each try.
    public var shortestBackOff: Duration = .seconds(1)
    /// The longest back-off.
    public var longestBackOff: Duration = .seconds(300)
    /// How long a job waits whose workspace has used up a quota or a limit of spending.
    public var usedUpPause: Duration = .seconds(300)

    /// The configuration of a service that nobody has configured.
    public init() {}
}
