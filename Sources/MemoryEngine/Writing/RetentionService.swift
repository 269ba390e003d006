public import MemoryModel

/// What came of pruning a collection.
public struct PruneOutcome: Sendable, Hashable {
    /// What was pruned, or would be first.
    public let items: [PrunableItem]
    /// How many items the policy would prune when it was asked, by reason.
    public let counts: [PruneReason: Int]
    /// Whether nothing was written.
    public let isDryRun: Bool
    /// Until when what was pruned can be brought back; nil where nothing was.
    public let finalAt: Timestamp?

    /// Makes an outcome.
    public init(items: [PrunableItem], counts: [PruneReason: Int], isDryRun: Bool, finalAt: Timestamp?) {
        self.items = items
        self.counts = counts
        self.isDryRun = isDryRun
        self.finalAt = finalAt
    }
}

/// Keeps collections of items within their retention policies: prunes, and brings back.
///
/// Every method works inside the caller's transaction and throws `StoreError`, and `EngineError` (`conflict`) for a
/// collection of messages, which has no policy.
public struct RetentionService: Sendable {
    /// Items of one step: what one transaction prunes or brings back at most.
    public static let stepSize = 1_000

    private let items: ItemService

    /// Makes a service.
    public init(items: ItemService) {
        self.items = items
    }

    /// The policy of a collection; one that keeps everything where none was set, and for messages.
    ///
    /// - Throws: `StoreError`.
    public func policy(
        of collection: Identifier<MemoryCollection>,
        in tx: any MemoryTransaction
    ) async throws -> RetentionPolicy {
        _ = try await tx.collection(collection)
        return try await tx.retentionPolicy(of: collection) ?? RetentionPolicy()
    }

    /// Sets the policy of a collection; the worker applies it from now on, every hour.
    ///
    /// - Throws: `EngineError`, `StoreError`.
    public func setPolicy(
        _ policy: RetentionPolicy,
        of collection: Identifier<MemoryCollection>,
        in tx: any MemoryTransaction
    ) async throws {
        try await requireItems(collection, in: tx)
        try await tx.setRetentionPolicy(policy, of: collection)
        if !policy.isEmpty { try await tx.enqueue([RetentionTask.job(collection, isExtra: true)]) }
    }

    /// Tells what a policy would prune now: the collection's own, or one that is only thought of.
    ///
    /// - Throws: `EngineError`, `StoreError`.
    public func preview(
        _ policy: RetentionPolicy?,
        of collection: Identifier<MemoryCollection>,
        in tx: any MemoryTransaction
    ) async throws -> PruneOutcome {
        try await requireItems(collection, in: tx)
        var asked = try await self.policy(of: collection, in: tx)
        if let policy { asked = policy }
        let (found, counts) = try await due(by: asked, in: collection, tx)
        return PruneOutcome(items: found, counts: counts, isDryRun: true, finalAt: nil)
    }

    /// Prunes what the collection's policy says now, at most ``stepSize`` items.
    ///
    /// - Throws: `EngineError`, `StoreError`.
    public func prune(
        _ collection: Identifier<MemoryCollection>,
        in tx: any MemoryTransaction
    ) async throws -> PruneOutcome {
        try await requireItems(collection, in: tx)
        let policy = try await policy(of: collection, in: tx)
        let (found, counts) = try await due(by: policy, in: collection, tx)
        let pruned = try await prune(found, of: collection, by: policy, in: tx)
        // Without a policy any more, nothing else would look after what was pruned.
        if !pruned.isEmpty { try await tx.enqueue([RetentionTask.job(collection, delay: RetentionTask.interval)]) }
        return PruneOutcome(
            items: pruned,
            counts: counts,
            isDryRun: false,
            finalAt: pruned.isEmpty ? nil : Self.end(of: policy.undoWindow, from: tx.now)
        )
    }

    /// Brings back what was pruned and is not erased yet, at most ``stepSize`` items, and returns the ids.
    ///
    /// What comes back counts as written now: the policy does not prune it again at once.
    /// - Throws: `EngineError`, `StoreError`.
    public func restore(
        _ selection: PrunedSelection,
        in collection: Identifier<MemoryCollection>,
        _ tx: any MemoryTransaction
    ) async throws -> [Identifier<ContextItem>] {
        try await requireItems(collection, in: tx)
        let restored = try await tx.restorePruned(selection, in: collection, limit: Self.stepSize)
        for item in restored { try await items.indexing.restamp(item, tx: tx) }
        if !restored.isEmpty { tx.append([Self.event("items.restored", collection, count: restored.count)]) }
        return restored.map(\.id)
    }

    /// Does one step of the collection's policy, and returns how many items it pruned.
    func applyPolicy(
        of collection: Identifier<MemoryCollection>,
        in tx: any MemoryTransaction
    ) async throws -> Int {
        guard let policy = try await tx.retentionPolicy(of: collection) else { return 0 }
        let found = try await tx.prunable(by: policy, in: collection, limit: Self.stepSize)
        return try await prune(found, of: collection, by: policy, in: tx).count
    }

    /// When a window that begins now ends: with a day (UTC), so that a day's pruning is one erasure; one of no length
    /// ends at once.
    static func end(of window: Duration, from now: Timestamp) -> Timestamp {
        let seconds = window.components.seconds
        guard seconds > 0 else { return now }
        let day: Int64 = 86_400_000_000
        let end = now.advanced(bySeconds: seconds).microseconds
        return Timestamp(microseconds: (end + day - 1) / day * day)
    }

    private func prune(
        _ found: [PrunableItem],
        of collection: Identifier<MemoryCollection>,
        by policy: RetentionPolicy,
        in tx: any MemoryTransaction
    ) async throws -> [PrunableItem] {
        let pruned = try await tx.prune(found, finalAt: Self.end(of: policy.undoWindow, from: tx.now))
        guard !pruned.isEmpty else { return [] }
        for item in pruned { try await items.indexing.restamp(item, tx: tx) }
        tx.append([Self.event("items.pruned", collection, count: pruned.count)])
        let ids = Set(pruned.map(\.id))
        return found.filter { ids.contains($0.id) }
    }

    private func due(
        by policy: RetentionPolicy,
        in collection: Identifier<MemoryCollection>,
        _ tx: any MemoryTransaction
    ) async throws -> ([PrunableItem], [PruneReason: Int]) {
        guard !policy.isEmpty else { return ([], [:]) }
        let found = try await tx.prunable(by: policy, in: collection, limit: Self.stepSize)
        return (found, found.isEmpty ? [:] : try await tx.prunableCounts(by: policy, in: collection))
    }

    private func requireItems(
        _ collection: Identifier<MemoryCollection>,
        in tx: any MemoryTransaction
    ) async throws {
        guard try await tx.collection(collection).content == .items else {
            throw EngineError(.conflict, "holds messages, which are kept with their threads", field: "collection")
        }
    }

    private static func event(_ kind: String, _ collection: Identifier<MemoryCollection>, count: Int) -> NewEvent {
        NewEvent(kind: kind, subject: "collection:\(collection)", details: ["count": .integer(Int64(count))])
    }
}
