/// Where everything is kept, and the only way to it: one transaction per operation, bound to a principal.
///
/// Nothing inside the closure may wait on a provider, a client or a search.
public protocol MemoryStore: Sendable {
    /// Runs a transaction as a principal: its audiences bound every row that is read or written.
    ///
    /// What the closure changed in indexes is stamped by the transaction's closing step, in one round trip with the
    /// commit. Returns the closure's value and, where an index changed, the token that makes later queries see it.
    func withTransaction<Value: Sendable>(
        as principal: Principal,
        _ options: TransactionOptions,
        _ body: @Sendable (any MemoryTransaction) async throws -> Value
    ) async throws -> Committed<Value>

    /// The identity of the database cluster and its timeline.
    var epoch: String { get }
}

/// How a transaction runs.
public struct TransactionOptions: Sendable {
    /// Whether it may write.
    public var isReadOnly: Bool
    /// When its answer is no longer of use: bounds waiting for a connection and every statement.
    public var deadline: ContinuousClock.Instant?

    /// Makes options.
    public init(isReadOnly: Bool = false, deadline: ContinuousClock.Instant? = nil) {
        self.isReadOnly = isReadOnly
        self.deadline = deadline
    }

    /// A reading transaction.
    public static func reading(until deadline: ContinuousClock.Instant? = nil) -> TransactionOptions {
        TransactionOptions(isReadOnly: true, deadline: deadline)
    }

    /// A writing transaction.
    public static func writing(until deadline: ContinuousClock.Instant? = nil) -> TransactionOptions {
        TransactionOptions(isReadOnly: false, deadline: deadline)
    }
}

/// What a committed transaction gives back.
public struct Committed<Value: Sendable>: Sendable {
    /// What the closure returned.
    public let value: Value
    /// The positions written, where an index changed.
    public let token: ConsistencyToken?

    /// Makes a committed value.
    public init(value: Value, token: ConsistencyToken?) {
        self.value = value
        self.token = token
    }
}

/// All that can be done inside a transaction, by noun.
///
/// Every method throws `StoreError`.
public protocol MemoryTransaction: WorkspaceStore, ConversationStore, CollectionStore, ItemStore, SearchStore,
    ContextStore, FeedbackStore, ProposalStore, WorkStore, ErasureStore, RetentionStore, UsageStore, AuditStore
{
    /// The moment the transaction's domain times are taken from: the injected clock, read once at its start.
    var now: Timestamp { get }
    /// Who it runs as.
    var principal: Principal { get }
}

/// A page to be read: newest first unless a method says otherwise.
public struct PageRequest: Sendable, Hashable {
    /// Where the page before ended.
    public var after: PagePosition?
    /// At most this many rows, 1 to 1,000.
    public var limit: Int

    /// Makes a request.
    public init(after: PagePosition? = nil, limit: Int) {
        self.after = after
        self.limit = limit
    }
}

/// A place in an ordered list: a sort value and the id that breaks ties.
public struct PagePosition: Sendable, Hashable, Codable {
    /// The sort value: microseconds, a position, or a scaled rank, as the list defines it.
    public let order: Int64
    /// The id's two halves.
    public let high: UInt64
    /// The id's second half.
    public let low: UInt64

    /// Makes a position.
    public init<Noun>(order: Int64, id: Identifier<Noun>) {
        self.order = order
        self.high = id.high
        self.low = id.low
    }
}

/// Some rows of a list, and where to go on.
public struct Page<Row: Sendable>: Sendable {
    /// The rows.
    public let rows: [Row]
    /// Where the next page starts; nil on the last one.
    public let next: PagePosition?

    /// Makes a page.
    public init(rows: [Row], next: PagePosition?) {
        self.rows = rows
        self.next = next
    }
}

extension MemoryTransaction {
    /// Ends an active fork now.
    ///
    /// - Throws: `conflict` where it has ended.
    public func endFork(
        _ id: Identifier<Fork>,
        status: ForkStatus,
        summary: String?
    ) async throws(StoreError) -> Fork {
        try await endFork(id, status: status, summary: summary, at: now)
    }
}
