/// Jobs, events and repeated requests, inside a transaction.
public protocol WorkStore: Sendable {
    /// Puts jobs in the queue; keys that are there already are left alone.
    func enqueue(_ jobs: [NewJob]) async throws(StoreError)
    /// Marks a job done, in the transaction of its effects; fails with `conflict` where the lease was lost.
    func completeJob(_ job: ClaimedJob) async throws(StoreError)
    /// Collects events; the closing step numbers and writes them.
    func append(_ events: [NewEvent])

    /// The answer given before to this request, or nil. Fails with `conflict` (field `Idempotency-Key`) where another
    /// transaction is answering it now, with `invalid` where the key came with another request.
    func repeatedAnswer(to request: RepeatableRequest) async throws(StoreError) -> RepeatedAnswer?
    /// Keeps the answer to a request, in the same transaction as its effects; the closing step adds the token.
    func remember(_ answer: RepeatedAnswer, to request: RepeatableRequest) async throws(StoreError)
}

/// A request that may be sent twice, told by its Idempotency-Key (draft-ietf-httpapi-idempotency-key-header).
public struct RepeatableRequest: Sendable, Hashable {
    /// The key, 1 to 255 bytes.
    public let key: String
    /// Method and route pattern.
    public let route: String
    /// SHA-256 of the request's path and body.
    public let fingerprint: [UInt8]

    /// Makes a repeatable request.
    public init(key: String, route: String, fingerprint: [UInt8]) {
        self.key = key
        self.route = route
        self.fingerprint = fingerprint
    }
}

/// An answer that can be given again.
public struct RepeatedAnswer: Sendable, Hashable {
    /// The HTTP status.
    public let status: Int
    /// The JSON body, without the token.
    public let body: [UInt8]
    /// The token of the first answer.
    public let token: ConsistencyToken?

    /// Makes an answer.
    public init(status: Int, body: [UInt8], token: ConsistencyToken? = nil) {
        self.status = status
        self.body = body
        self.token = token
    }
}

/// The queue as the worker sees it, across workspaces; behind it is the gate function `claim_jobs`.
public protocol JobQueue: Sendable {
    /// Claims ready jobs, in turn over workspaces, for a lease counted by the database's clock.
    func claim(limit: Int, lease: Duration) async throws(StoreError) -> [ClaimedJob]
    /// Extends a lease; false where it was lost.
    func extendLease(of job: ClaimedJob, by lease: Duration) async throws(StoreError) -> Bool
    /// Gives a job back to be tried later, or, past the last try, puts it aside as dead.
    func fail(_ job: ClaimedJob, reason: String, retryAfter: Duration, isFinal: Bool) async throws(StoreError)
    /// How many jobs are ready, leased and dead, for metrics.
    func counts() async throws(StoreError) -> JobCounts
}

/// How many jobs there are.
public struct JobCounts: Sendable, Hashable {
    /// Waiting, retries included.
    public let ready: Int
    /// Under a lease.
    public let leased: Int
    /// Given up.
    public let dead: Int

    /// Makes counts.
    public init(ready: Int, leased: Int, dead: Int) {
        self.ready = ready
        self.leased = leased
        self.dead = dead
    }
}
