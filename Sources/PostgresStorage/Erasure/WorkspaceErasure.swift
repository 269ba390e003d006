internal import MemoryModel
internal import PostgresDriver

extension PostgresMemoryTransaction {
    /// Deletes the workspace's row, and with it, by the foreign keys, everything of it; then puts an empty shell in its
    /// place, which holds the erasure and lets the key that asked read the receipt for thirty days.
    ///
    /// The large tables go first and whole: the foreign keys alone would do it row by row.
    func eraseWorkspace(keeping erasure: Erasure) async throws(StoreError) -> [ErasedStore] {
        try requireAdmin()
        var counts = ErasedCounts(at: now)
        let gone = try await read("SELECT id FROM mneme.collections WHERE workspace_id = \(workspaceID)") {
            row throws(PostgresError) in
            try row.decode(column: 0, as: Identifier<MemoryCollection>.self)
        }
        let earlier = try await read(
            "SELECT gone FROM mneme.erasures WHERE workspace_id = \(workspaceID) AND id = \(erasure.id)"
        ) { row throws(PostgresError) in
            try row.decode(column: 0, as: [Identifier<MemoryCollection>].self)
        }.flatMap(\.self)
        try await forgetAnswers(holding: nil, &counts)
        try await eraseCollections(gone, &counts)
        for table in ["messages", "context_traces", "channels", "users", "agents"] {
            try await delete(table, "true", &counts)
        }
        let shell = try await WorkspaceShell(of: erasure, in: self)
        try await delete("workspaces", "true", &counts)
        try await pipeline(shell.restoration(in: workspaceID, gone: gone + earlier))
        return counts.stores
    }
}

/// What of a workspace outlives it: nothing that anybody wrote.
private struct WorkspaceShell {
    private let erasure: Erasure
    private let language: String
    private let createdAt: Timestamp
    private let key: Key?
    private let job: Lease?

    /// The key that asked.
    private struct Key {
        let id: Identifier<APIKey>
        let hash: [UInt8]
        let createdAt: Timestamp
    }

    /// The job that erases, under its lease.
    private struct Lease {
        let id: Identifier<Job>
        let key: String
        let payload: PostgresJSON
        let number: Int64
        let until: Timestamp
    }

    init(of erasure: Erasure, in tx: PostgresMemoryTransaction) async throws(StoreError) {
        self.erasure = erasure
        let answers = try await tx.pipeline([
            "SELECT language, created_at FROM mneme.workspaces WHERE workspace_id = \(tx.workspaceID)",
            """
            SELECT id, secret_hash, created_at FROM mneme.api_keys
            WHERE workspace_id = \(tx.workspaceID) AND 'key:' || id = \(erasure.requestedBy)
            """,
            """
            SELECT id, job_key, payload, attempts, available_at FROM mneme.jobs
            WHERE workspace_id = \(tx.workspaceID) AND leased AND starts_with(job_key, \("erase:\(erasure.id)"))
            """,
        ])
        guard let workspace = answers[0].first else { throw .missing("workspace") }
        (language, createdAt) = try mappingErrors { () throws(PostgresError) in
            try workspace.decode((String, Timestamp).self)
        }
        key = try answers[1].readAll { row throws(PostgresError) in
            var reader = RowReader(row)
            return Key(id: try reader.next(), hash: try reader.nextBytes(), createdAt: try reader.next())
        }.first
        job = try answers[2].readAll { row throws(PostgresError) in
            var reader = RowReader(row)
            return Lease(
                id: try reader.next(),
                key: try reader.next(),
                payload: try reader.next(),
                number: try reader.next(),
                until: try reader.next()
            )
        }.first
    }

    func restoration(
        in workspaceID: Identifier<Workspace>,
        gone: [Identifier<MemoryCollection>]
    ) -> [PostgresQuery] {
        var statements: [PostgresQuery] = [
            """
            INSERT INTO mneme.workspaces (workspace_id, name, language, fence_secret, created_at)
            VALUES (\(workspaceID), '', \(language),
                sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())), \(createdAt))
            """,
            """
            INSERT INTO mneme.erasures (
                workspace_id, id, target_kind, target_id, includes_derived, requested_by, created_at, gone)
            VALUES (\(workspaceID), \(erasure.id), \(erasure.target.kind), \(erasure.target.id),
                \(erasure.includesDerived), \(erasure.requestedBy), \(erasure.createdAt), \(gone))
            """,
        ]
        if let key {
            statements.append(
                """
                INSERT INTO mneme.api_keys (
                    workspace_id, id, name, role, scopes, secret_hash, created_at, expires_at)
                VALUES (\(workspaceID), \(key.id), 'receipt', 'viewer', ARRAY['items:read'], \(PostgresBytes(key.hash)),
                    \(key.createdAt), now() + interval '30 days')
                """
            )
        }
        if let job {
            statements.append(
                """
                INSERT INTO mneme.jobs (
                    workspace_id, id, job_key, kind, payload, attempts, leased, available_at, created_at)
                VALUES (\(workspaceID), \(job.id), \(job.key), 'erase', \(job.payload), \(job.number), true,
                    \(job.until), \(erasure.createdAt))
                """
            )
        }
        return statements
    }
}
