public import MemoryModel
public import PostgresDriver

/// Records of what happened, as the operator has them forgotten.
public enum RecordKind: String, Sendable, Hashable, CaseIterable {
    /// How packs were made.
    case traces
    /// Domain events.
    case events
    /// Who did what.
    case audit
    /// What was used, by day.
    case usage
}

/// Forgets old records of all workspaces, through the gate.
public struct PostgresRecords: Sendable {
    private let pool: PostgresPool

    /// Makes it on a pool of `mneme_worker`.
    public init(pool: PostgresPool) {
        self.pool = pool
    }

    /// Deletes records from before a time, at most so many, and returns how many there were.
    ///
    /// - Throws: `StoreError`.
    public func forget(_ kind: RecordKind, before time: Timestamp, most: Int) async throws(StoreError) -> Int {
        let limit = Int32(clamping: most)
        let query: PostgresQuery = "SELECT mneme.forget_records(\(kind.rawValue), \(time), \(limit))"
        do {
            return try await pool.transaction(TransactionSettings(localSettings: []), pipeline: [query])[0].decodeOne()
        } catch {
            throw mapped(error) as? StoreError ?? StoreError(.internal, "an unexpected error")
        }
    }
}
