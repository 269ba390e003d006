internal import MemoryModel
internal import PostgresDriver
internal import Synchronization

extension PostgresMemoryTransaction {
    func enqueue(_ jobs: [NewJob]) async throws(StoreError) {
        try requireWriter()
        guard !jobs.isEmpty else { return }
        var payloads: [PostgresJSON] = []
        for job in jobs { payloads.append(try JSONText.encode(job.payload)) }
        let ids = jobs.map { _ in identifiers.next(Job.self) }
        try await execute(
            """
            INSERT INTO mneme.jobs (workspace_id, id, job_key, kind, payload, available_at, created_at)
            SELECT \(workspaceID), n.id, n.job_key, n.kind, n.payload, now() + make_interval(secs => n.delay), \(now)
            FROM unnest(\(ids), \(jobs.map(\.key)), \(jobs.map(\.payload.kind)), \(payloads),
                \(jobs.map(\.delay.inSeconds))) AS n (id, job_key, kind, payload, delay)
            ORDER BY n.job_key
            ON CONFLICT ON CONSTRAINT jobs_key DO NOTHING
            """
        )
    }

    func completeJob(_ job: ClaimedJob) async throws(StoreError) {
        try requireWriter()
        // Without its lease the row is another's, or gone: then the effects of this transaction must go too.
        let completed = try await execute(
            """
            DELETE FROM mneme.jobs
            WHERE workspace_id = \(workspaceID) AND id = \(job.id) AND leased AND NOT dead AND attempts = \(job.lease)
            """
        )
        if completed == 0 { throw StoreError(.conflict, "the lease was lost", field: "job") }
    }

    // MARK: Repeated requests

    func repeatedAnswer(to request: RepeatableRequest) async throws(StoreError) -> RepeatedAnswer? {
        let answers = try await pipeline([
            // Held to the end of the transaction; the hash covers workspace and caller, who alone can wait on it.
            """
            SELECT pg_try_advisory_xact_lock(\(Self.requestLockClass),
                hashtext(\("\(workspaceID) \(caller) \(request.key)")))
            """,
            """
            SELECT route, fingerprint, status, body, token FROM mneme.requests
            WHERE workspace_id = \(workspaceID) AND caller = \(caller) AND request_key = \(request.key)
            """,
        ])
        let isFree = try mappingErrors { () throws(PostgresError) in try answers[0].decodeOne(Bool.self) }
        let kept = try answers[1].readAll { row throws(PostgresError) in
            var reader = RowReader(row)
            let route: String = try reader.next()
            let fingerprint = try reader.nextBytes()
            let status: Int = try reader.next()
            let body = try reader.nextBytes()
            let token = try reader.next(PostgresJSON?.self).map { json throws(PostgresError) in
                try JSONText.decode(KeptToken.self, from: json.text).token
            }
            return (route, fingerprint, RepeatedAnswer(status: status, body: body, token: token))
        }
        if let (route, fingerprint, answer) = kept.first {
            guard route == request.route, fingerprint == request.fingerprint else {
                throw StoreError(.invalid, "the key came with another request", field: Self.requestField)
            }
            return answer
        }
        guard isFree else {
            throw StoreError(.conflict, "the request is being answered", field: Self.requestField)
        }
        return nil
    }

    func remember(_ answer: RepeatedAnswer, to request: RepeatableRequest) async throws(StoreError) {
        // What is older than a day is not repeated any more; each new one takes a few of those along.
        try await pipeline([
            """
            INSERT INTO mneme.requests (
                workspace_id, caller, request_key, route, fingerprint, status, body, created_at)
            VALUES (\(workspaceID), \(caller), \(request.key), \(request.route), \(PostgresBytes(request.fingerprint)),
                \(Int32(clamping: answer.status)), \(PostgresBytes(answer.body)), \(now))
            """,
            """
            DELETE FROM mneme.requests WHERE workspace_id = \(workspaceID) AND ctid = ANY (ARRAY(
                SELECT r.ctid FROM mneme.requests AS r
                WHERE r.workspace_id = \(workspaceID) AND r.created_at < \(now.advanced(bySeconds: -86_400))
                LIMIT 20 FOR UPDATE SKIP LOCKED))
            """,
        ])
        pending.withLock { $0.answeredRequest = request }
    }

    private static var requestField: String { "Idempotency-Key" }

    /// The first half of the advisory locks of repeated requests.
    private static var requestLockClass: Int32 { 7301 }
}

/// A token as it is kept beside an answer.
private struct KeptToken: Decodable {
    let epoch: String
    let positions: [String: Int64]

    var token: ConsistencyToken {
        let pairs = positions.compactMap { id, seq in
            Identifier<MemoryCollection>(id).map { ($0, seq) }
        }
        return ConsistencyToken(epoch: epoch, positions: Dictionary(pairs) { $1 })
    }
}
