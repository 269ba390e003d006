public import MemoryModel
public import PostgresDriver

/// The token buckets that API processes share, through the gate functions `exchange_rates` and `workspace_tiers`.
public final class PostgresRateLimitStore: RateLimitStore {
    /// How long an exchange may take; whoever waits for one is then let through by this process alone.
    private static let patience = Duration.seconds(2)

    private let pool: PostgresPool

    /// Makes a store on a pool of `mneme_app`.
    public init(pool: PostgresPool) {
        self.pool = pool
    }

    /// Takes what was spent and returns where the buckets stand, in one round trip.
    public func exchange(
        _ reports: [RateReport],
        tiersOf workspaces: [Identifier<Workspace>]
    ) async throws(StoreError) -> RateLedger {
        guard !reports.isEmpty || !workspaces.isEmpty else { return RateLedger() }
        let answers = try await run([
            """
            SELECT workspace_id, bucket, level FROM mneme.exchange_rates(
                \(reports.map(\.bucket.workspaceID)), \(reports.map(\.bucket.text)),
                \(reports.map { Double($0.capacity) }), \(reports.map { Double($0.spent) }))
            """,
            "SELECT workspace_id, tier FROM mneme.workspace_tiers(\(workspaces))",
        ])
        var ledger = RateLedger()
        for row in try answers[0].readAll({ row throws(PostgresError) in
            try row.decode((Identifier<Workspace>, String, Double).self)
        }) {
            ledger.levels[RateBucketName(workspaceID: row.0, text: row.1)] = row.2
        }
        for row in try answers[1].readAll({ row throws(PostgresError) in
            try row.decode((Identifier<Workspace>, Tier?).self)
        }) {
            ledger.tiers[row.0] = .some(row.1)
        }
        return ledger
    }

    private func run(_ queries: [PostgresQuery]) async throws(StoreError) -> [PostgresRows] {
        let deadline = ContinuousClock.now + Self.patience
        do {
            return try await pool.transaction(
                TransactionSettings(access: .readWrite, statementTimeout: Self.patience),
                deadline: deadline,
                pipeline: queries
            )
        } catch {
            throw mapped(error) as? StoreError ?? StoreError(.internal, "an unexpected error")
        }
    }
}
