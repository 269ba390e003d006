/// Retention policies and pruning, inside a transaction.
///
/// Index changes are stamped by the caller.
public protocol RetentionStore: Sendable {
    /// The policy of a collection, or nil.
    func retentionPolicy(
        of collection: Identifier<MemoryCollection>
    ) async throws(StoreError) -> RetentionPolicy?
    /// Sets a collection's policy; an empty one removes it.
    func setRetentionPolicy(
        _ policy: RetentionPolicy,
        of collection: Identifier<MemoryCollection>
    ) async throws(StoreError)
    /// Notes that items were shown, to the hour, where a policy asks for it; those that are gone are left out.
    func noteUses(of items: [Identifier<ContextItem>], at time: Timestamp) async throws(StoreError)
    /// Items in whatever state, pinned and pruned ones aside, that a policy would prune, oldest first.
    func prunable(
        by policy: RetentionPolicy,
        in collection: Identifier<MemoryCollection>,
        limit: Int
    ) async throws(StoreError) -> [PrunableItem]
    /// How many items a policy would prune, by reason.
    func prunableCounts(
        by policy: RetentionPolicy,
        in collection: Identifier<MemoryCollection>
    ) async throws(StoreError) -> [PruneReason: Int]
    /// Prunes items that are still as they were found, and returns them as they stand now: active ones are `expired`,
    /// others keep their state. They may be erased from `finalAt` on.
    func prune(_ items: [PrunableItem], finalAt: Timestamp) async throws(StoreError) -> [ContextItem]
    /// Brings back what was pruned, the oldest first, and returns it as it stands now.
    func restorePruned(
        _ selection: PrunedSelection,
        in collection: Identifier<MemoryCollection>,
        limit: Int
    ) async throws(StoreError) -> [ContextItem]
    /// What of a collection waits for its window to pass, or for its erasure.
    func pruningState(of collection: Identifier<MemoryCollection>) async throws(StoreError) -> PruningState
}
