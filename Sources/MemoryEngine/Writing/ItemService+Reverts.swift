public import MemoryModel

/// What came of taking back everything of one origin.
public struct RevertOutcome: Sendable, Hashable {
    /// Items that are held back now.
    public var quarantined: [Identifier<ContextItem>] = []
    /// Items that say again what they said before the origin changed them.
    public var restored: [Identifier<ContextItem>] = []
    /// Whether nothing was written: what would be done.
    public var isDryRun = false
}

extension ItemService {
    /// Takes back everything that one source, message, thread, address or principal has written, in one call.
    ///
    /// What it created, and what was made of that, is held back for review, so that a revert can itself be undone;
    /// what it changed says again what it said before.
    /// - Throws: `EngineError` where the origin names nothing, `StoreError`.
    public func revert(
        _ origin: ItemOrigin,
        isDryRun: Bool = false,
        in tx: any MemoryTransaction
    ) async throws -> RevertOutcome {
        try Self.requireReviewer(tx.principal)
        var unset = ItemOrigin()
        unset.from = origin.from
        guard origin != unset else {
            throw EngineError(.invalid, "name a source, principal, message, thread or url", field: "source")
        }
        let found = try await tx.items(from: origin, includingDerived: true)
        var outcome = RevertOutcome(isDryRun: isDryRun)
        if isDryRun {
            outcome.restored = found.filter { $0.lastGoodVersion != nil }.map(\.id)
            outcome.quarantined = found.filter { $0.lastGoodVersion == nil }.map(\.id)
            return outcome
        }
        for item in found {
            guard let version = item.lastGoodVersion else { continue }
            let reference = ItemVersionReference(itemID: item.id, version: version)
            let present = try await tx.item(item.id)
            guard let good = try await tx.items([reference]).first, [.active, .quarantined].contains(present.state)
            else { continue }
            _ = try await restore(good, after: present, in: tx)
            outcome.restored.append(item.id)
        }
        let held = try await tx.quarantine(
            found.filter { $0.lastGoodVersion == nil }.map(\.id),
            for: .reverted
        )
        for item in held { try await indexing.restamp(item, tx: tx) }
        outcome.quarantined = held.map(\.id)
        let ids = outcome.quarantined.count + outcome.restored.count
        tx.append([
            NewEvent(
                kind: "items.reverted",
                subject: "workspace:\(tx.principal.workspaceID)",
                details: ["count": .integer(Int64(ids))]
            )
        ])
        return outcome
    }
}
