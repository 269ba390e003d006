public import MemoryModel

/// What a reviewer decides about an item that is held back.
public enum ReviewDecision: String, Sendable, Hashable, CaseIterable {
    /// It is used from now on.
    case approve
    /// The text goes: the version before it comes back, or else the item is deleted.
    case reject
}

extension ItemService {
    /// Decides about an item that is held back; people do, agents do not.
    ///
    /// - Returns: The item as it stands now; nil where it was deleted.
    /// - Throws: `EngineError` (`conflict` where the item is not held back), `StoreError`.
    public func review(
        _ id: Identifier<ContextItem>,
        _ decision: ReviewDecision,
        in tx: any MemoryTransaction
    ) async throws -> ContextItem? {
        try Self.requireReviewer(tx.principal)
        let present = try await tx.item(id)
        if decision == .approve, present.state == .active { return present }
        guard present.state == .quarantined else {
            throw EngineError(.conflict, "the item is \(present.state.rawValue), not held back", field: "id")
        }
        switch decision {
        case .approve:
            var item = present
            item.state = .active
            item.updatedAt = tx.now
            try await tx.updateItem(item)
            try await indexing.restamp(item, tx: tx)
            tx.append([Self.event("item.approved", item)])
            return item
        case .reject:
            tx.append([Self.event("item.rejected", present)])
            let earlier = try await tx.versions(of: id).first { $0.version < present.version && $0.isClean }
            if let earlier { return try await restore(earlier, after: present, in: tx) }
            try await delete(id, in: tx)
            return nil
        }
    }

    /// Writes what an earlier version said as the next one, in use again.
    func restore(
        _ earlier: ContextItem,
        after present: ContextItem,
        in tx: any MemoryTransaction
    ) async throws -> ContextItem {
        var item = present
        item.content = earlier.content
        item.kind = earlier.kind
        item.tags = earlier.tags
        item.trust = earlier.trust
        item.state = .active
        item.quarantineReasons = []
        item.updatedAt = tx.now
        return try await appendVersion(item, after: present, validFrom: nil, in: tx)
    }

    /// An agent lets nothing go that was held back: least of all what it wrote itself.
    static func requireReviewer(_ principal: Principal) throws(EngineError) {
        guard principal.agentID == nil else {
            throw EngineError(.forbidden, "what is held back is reviewed by people", field: "state")
        }
    }
}

extension ContextItem {
    /// Whether a version may come back after the one behind it was refused.
    fileprivate var isClean: Bool { ContentScreen.reasons(of: content, tags: tags).isEmpty }
}

extension QuarantineReason {
    /// Reasons of two lists, each once, in the order of the enumeration.
    static func merged(_ first: [QuarantineReason], _ second: [QuarantineReason]) -> [QuarantineReason] {
        let all = Set(first + second)
        return allCases.filter(all.contains)
    }
}
