public import MemoryModel
public import PostgresDriver

/// The memory store in Postgres: every transaction is bound to its principal by settings that row-level security reads.
public final class PostgresMemoryStore: MemoryStore {
    /// System identifier, timeline and database: what positions in feeds are relative to.
    public let epoch: String

    private let pool: PostgresPool
    private let clock: any WallClock
    private let identifiers: IdentifierGenerator
    private let quotas: QuotaTable?

    private init(
        pool: PostgresPool,
        clock: any WallClock,
        identifiers: IdentifierGenerator,
        quotas: QuotaTable?,
        epoch: String
    ) {
        self.quotas = quotas
        self.pool = pool
        self.clock = clock
        self.identifiers = identifiers
        self.epoch = epoch
    }

    /// Opens the store, reading the epoch of the cluster it is on.
    ///
    /// - Parameters:
    ///   - pool: connections as `mneme_app` or `mneme_worker`.
    ///   - clock: where domain times come from.
    ///   - identifiers: makes the ids of jobs.
    ///   - tiers: the quotas that writes are held to.
    ///   - deadline: how long opening may take.
    /// - Returns: the store.
    /// - Throws: `StoreError`.
    public static func open(
        pool: PostgresPool,
        clock: any WallClock,
        identifiers: IdentifierGenerator,
        tiers: TierTable = .unlimited,
        deadline: ContinuousClock.Instant? = nil
    ) async throws -> PostgresMemoryStore {
        do {
            let epoch = try await pool.withTransaction(TransactionSettings(access: .readOnly), deadline: deadline) {
                try await $0.query(
                    """
                    SELECT (SELECT system_identifier FROM pg_control_system()) || '-'
                        || left(pg_walfile_name(pg_current_wal_lsn()), 8) || '-'
                        || (SELECT oid FROM pg_database WHERE datname = current_database())
                    """
                ).decodeOne(String.self)
            }
            return PostgresMemoryStore(
                pool: pool,
                clock: clock,
                identifiers: identifiers,
                quotas: QuotaTable(tiers),
                epoch: epoch
            )
        } catch {
            throw mapped(error)
        }
    }

    /// Runs a transaction as a principal; see the protocol.
    ///
    /// An error of the database leaves the transaction unusable: the closure lets it through, or gives up.
    ///
    /// - Throws: what `body` throws, or `StoreError`.
    public func withTransaction<Value: Sendable>(
        as principal: Principal,
        _ options: TransactionOptions,
        _ body: @Sendable (any MemoryTransaction) async throws -> Value
    ) async throws -> Committed<Value> {
        let settings = TransactionSettings(
            access: options.isReadOnly ? .readOnly : .readWrite,
            statementTimeout: options.deadline.map { max(.zero, $0 - .now) },
            localSettings: PrincipalSettings(principal).local
        )
        do {
            let (outcome, rows) = try await pool.withTransaction(
                settings,
                deadline: options.deadline,
                body: { connection in
                    let transaction = PostgresMemoryTransaction(
                        connection: connection,
                        principal: principal,
                        now: clock.now,
                        isReadOnly: options.isReadOnly,
                        epoch: epoch,
                        identifiers: identifiers,
                        quotas: quotas
                    )
                    let value = try await body(transaction)
                    return (value: value, closing: try transaction.closing())
                },
                closing: { $0.closing.statements }
            )
            let positions = try outcome.closing.positions(in: rows)
            let token = positions.isEmpty ? nil : ConsistencyToken(epoch: epoch, positions: positions)
            return Committed(value: outcome.value, token: token)
        } catch {
            throw mapped(error)
        }
    }
}
