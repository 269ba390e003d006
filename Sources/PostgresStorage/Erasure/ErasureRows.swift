internal import MemoryModel
internal import PostgresDriver

extension PostgresMemoryTransaction {
    func createErasure(_ erasure: Erasure) async throws(StoreError) {
        try requireWriter()
        try await execute(
            """
            INSERT INTO mneme.erasures (
                workspace_id, id, target_kind, target_id, includes_derived, requested_by, created_at, rows_erased_at,
                completed_at, stores, receipt)
            VALUES (\(workspaceID), \(erasure.id), \(erasure.target.kind), \(erasure.target.id),
                \(erasure.includesDerived), \(erasure.requestedBy), \(erasure.createdAt), \(erasure.rowsErasedAt),
                \(erasure.completedAt), \(try JSONText.encode(erasure.stores)), \(erasure.receipt))
            """
        )
    }

    func erasure(_ id: Identifier<Erasure>) async throws(StoreError) -> Erasure {
        try await readOne(
            """
            SELECT \(fragment: Erasure.columns) FROM mneme.erasures AS t
            WHERE t.workspace_id = \(workspaceID) AND t.id = \(id)
            """,
            field: "erasure",
            Erasure.init(row:)
        )
    }

    func erasures(_ page: PageRequest) async throws(StoreError) -> Page<Erasure> {
        try await self.page("SELECT \(fragment: Erasure.columns) FROM mneme.erasures AS t", page)
    }

    func updateErasure(_ erasure: Erasure) async throws(StoreError) {
        try requireWriter()
        try await executeOne(
            """
            UPDATE mneme.erasures SET rows_erased_at = \(erasure.rowsErasedAt),
                followable_at = CASE WHEN \(erasure.rowsErasedAt != nil) THEN coalesce(followable_at, now()) END,
                completed_at = \(erasure.completedAt), stores = \(try JSONText.encode(erasure.stores)),
                receipt = \(erasure.receipt)
            WHERE workspace_id = \(workspaceID) AND id = \(erasure.id)
            """,
            field: "erasure"
        )
    }

    // MARK: Marks

    func mark(_ digests: [[UInt8]], for erasure: Identifier<Erasure>) async throws(StoreError) {
        guard !digests.isEmpty else { return }
        try await execute(
            """
            INSERT INTO mneme.erased_marks (workspace_id, digest, erasure_id)
            SELECT DISTINCT \(workspaceID), n.digest, \(erasure)
            FROM unnest(\(digests.map { PostgresBytes($0) })) AS n (digest) ORDER BY n.digest
            ON CONFLICT ON CONSTRAINT erased_marks_pkey DO NOTHING
            """
        )
    }

    func markSecret() async throws(StoreError) -> [UInt8]? {
        try await read(
            """
            SELECT w.fence_secret FROM mneme.workspaces AS w
            WHERE w.workspace_id = \(workspaceID) AND EXISTS (
                SELECT 1 FROM mneme.erased_marks AS m WHERE m.workspace_id = \(workspaceID))
            """
        ) { row throws(PostgresError) in
            try row.decode(column: 0, as: PostgresBytes.self).bytes
        }.first
    }

    func workspaceSecret() async throws(StoreError) -> [UInt8] {
        try await readOne(
            "SELECT fence_secret FROM mneme.workspaces WHERE workspace_id = \(workspaceID)",
            field: "workspace"
        ) { row throws(PostgresError) in
            try row.decode(column: 0, as: PostgresBytes.self).bytes
        }
    }

    func marked(among digests: [[UInt8]]) async throws(StoreError) -> Set<[UInt8]> {
        guard !digests.isEmpty else { return [] }
        return Set(
            try await read(
                """
                SELECT digest FROM mneme.erased_marks
                WHERE workspace_id = \(workspaceID) AND digest = ANY (\(digests.map { PostgresBytes($0) }))
                """
            ) { row throws(PostgresError) in
                try row.decode(column: 0, as: PostgresBytes.self).bytes
            }
        )
    }

    func unmark(_ digests: [[UInt8]]) async throws(StoreError) {
        guard !digests.isEmpty else { return }
        try requireWriter()
        try await execute(
            """
            DELETE FROM mneme.erased_marks
            WHERE workspace_id = \(workspaceID) AND digest = ANY (\(digests.map { PostgresBytes($0) }))
            """
        )
    }
}

extension Erasure {
    /// The columns of an erasure `t`, as ``init(row:)`` reads them.
    static let columns: PostgresQuery = """
        t.id, t.target_kind, t.target_id, t.includes_derived, t.requested_by, t.created_at, t.rows_erased_at,
        t.completed_at, t.stores, t.receipt
        """

    init(row: PostgresRow) throws(PostgresError) {
        var reader = RowReader(row)
        self.init(
            id: try reader.next(),
            target: ErasureTarget(try reader.next(), try reader.next()),
            includesDerived: try reader.next(),
            requestedBy: try reader.next(),
            createdAt: try reader.next(),
            rowsErasedAt: try reader.next(),
            completedAt: try reader.next(),
            stores: try reader.nextJSON(),
            receipt: try reader.next()
        )
    }
}
