public import MemoryModel
public import PostgresDriver
internal import Synchronization

/// The queue over the worker's pool: claims go through the gate, all else is bound to the job's own workspace.
public final class PostgresJobQueue: JobQueue {
    private let pool: PostgresPool
    // Claims go on behind the workspace that was served last.
    private let lastServed = Mutex(Identifier<Workspace>(high: 0, low: 0))

    /// Makes a queue on a pool of `mneme_worker`.
    public init(pool: PostgresPool) {
        self.pool = pool
    }

    /// Claims ready jobs, in turn over workspaces.
    ///
    /// A job of a kind this version does not know is put aside as dead.
    public func claim(limit: Int, lease: Duration) async throws(StoreError) -> [ClaimedJob] {
        let after = lastServed.withLock { $0 }
        let rows = try await run(
            """
            SELECT workspace_id, id, attempts, payload
            FROM mneme.claim_jobs(\(Int32(clamping: limit)), make_interval(secs => \(lease.inSeconds)), \(after))
            """
        )
        var jobs: [ClaimedJob] = []
        for row in rows {
            let (workspaceID, id, attempt, payload) = try mappingErrors { () throws(PostgresError) in
                try row.decode((Identifier<Workspace>, Identifier<Job>, Int64, PostgresJSON).self)
            }
            guard let known = try? JSONText.decode(JobPayload.self, from: payload.text) else {
                try await giveBack(
                    id,
                    in: workspaceID,
                    lease: attempt,
                    "unknown_kind",
                    retryAfter: .zero,
                    isFinal: true
                )
                continue
            }
            jobs.append(
                ClaimedJob(
                    id: id,
                    workspaceID: workspaceID,
                    payload: known,
                    attempt: Int(attempt),
                    lease: attempt
                )
            )
        }
        if let last = jobs.last { lastServed.withLock { $0 = last.workspaceID } }
        return jobs
    }

    /// Extends a lease; false where it was lost.
    public func extendLease(of job: ClaimedJob, by lease: Duration) async throws(StoreError) -> Bool {
        let rows = try await run(
            """
            UPDATE mneme.jobs SET available_at = clock_timestamp() + make_interval(secs => \(lease.inSeconds))
            WHERE workspace_id = \(job.workspaceID) AND id = \(job.id) AND leased AND NOT dead
                AND attempts = \(job.lease)
            """,
            in: job.workspaceID
        )
        return rows.affectedRows > 0
    }

    /// Gives a job back to be tried later, or puts it aside as dead.
    ///
    /// Does nothing where the lease was lost.
    public func fail(
        _ job: ClaimedJob,
        reason: String,
        retryAfter: Duration,
        isFinal: Bool
    ) async throws(StoreError) {
        try await giveBack(
            job.id,
            in: job.workspaceID,
            lease: job.lease,
            reason,
            retryAfter: retryAfter,
            isFinal: isFinal
        )
    }

    /// How many jobs are ready, leased and dead, over all workspaces.
    public func counts() async throws(StoreError) -> JobCounts {
        let rows = try await run("SELECT ready, leased, dead FROM mneme.job_counts()")
        return try mappingErrors { () throws(PostgresError) in
            let (ready, leased, dead) = try rows.decodeOne((Int, Int, Int).self)
            return JobCounts(ready: ready, leased: leased, dead: dead)
        }
    }

    private func giveBack(
        _ id: Identifier<Job>,
        in workspaceID: Identifier<Workspace>,
        lease: Int64,
        _ reason: String,
        retryAfter: Duration,
        isFinal: Bool
    ) async throws(StoreError) {
        _ = try await run(
            """
            UPDATE mneme.jobs SET leased = false, dead = \(isFinal), last_failure = left(\(reason), 200),
                available_at = clock_timestamp() + make_interval(secs => \(retryAfter.inSeconds))
            WHERE workspace_id = \(workspaceID) AND id = \(id) AND leased AND NOT dead AND attempts = \(lease)
            """,
            in: workspaceID
        )
    }

    private func run(
        _ query: PostgresQuery,
        in workspaceID: Identifier<Workspace>? = nil
    ) async throws(StoreError) -> PostgresRows {
        let local = workspaceID.map { PrincipalSettings(.worker(in: $0)).local } ?? []
        do {
            return try await pool.transaction(TransactionSettings(localSettings: local), pipeline: [query])[0]
        } catch {
            throw mapped(error) as? StoreError ?? StoreError(.internal, "an unexpected error")
        }
    }
}

extension Duration {
    /// Seconds with their fraction, never negative.
    var inSeconds: Double {
        let (seconds, attoseconds) = components
        return max(0, Double(seconds) + Double(attoseconds) * 1e-18)
    }
}
