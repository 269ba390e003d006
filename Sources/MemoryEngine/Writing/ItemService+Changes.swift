public import MemoryModel

extension ItemService {
    /// Changes an item; new content or another kind makes a new version, the one before becomes superseded.
    ///
    /// - Throws: `EngineError`; `StoreError` (`conflict` where `expectedVersion` is not the present one).
    public func patch(
        _ id: Identifier<ContextItem>,
        _ patch: ItemPatch,
        in tx: any MemoryTransaction
    ) async throws -> ContextItem {
        let present = try await tx.item(id)
        if let expected = patch.expectedVersion, expected != present.version {
            throw StoreError(.conflict, "the present version is \(present.version)", field: "version")
        }
        var item = try patched(present, by: patch, in: tx)
        guard item != present else { return present }
        item.updatedAt = tx.now
        if item.content == present.content, item.kind == present.kind {
            try rules.checkValidity(from: item.validFrom, invalidAt: item.invalidAt)
            try await tx.updateItem(item)
            try await indexing.restamp(item, tx: tx, analyzedAnew: item.tags != present.tags)
        } else {
            item = try await appendVersion(item, after: present, validFrom: patch.validFrom, in: tx)
        }
        tx.append([Self.event("item.updated", item)])
        return item
    }

    /// Writes item B that replaces item A from a time on, now where none is given.
    ///
    /// A stays readable `as_of` before that time. B goes to A's collection, unless its draft names another.
    /// - Throws: `EngineError`; `StoreError`.
    public func supersede(
        _ id: Identifier<ContextItem>,
        by draft: ItemDraft,
        from time: Timestamp? = nil,
        in tx: any MemoryTransaction
    ) async throws -> Supersession {
        let replaced = try await tx.item(id)
        if let id = draft.id, id == replaced.supersededBy {
            return Supersession(replaced: replaced, replacement: try await tx.item(id))
        }
        var draft = draft
        draft.supersedes = id
        draft.validFrom = time ?? tx.now
        let replacement = try await create(draft, in: tx).item
        return Supersession(replaced: try await tx.item(id), replacement: replacement)
    }

    /// Ends an item where another one begins to hold.
    ///
    /// Doing so again for the same two changes nothing.
    func retire(
        _ id: Identifier<ContextItem>,
        for replacement: StoredItem,
        in tx: any MemoryTransaction
    ) async throws -> ContextItem {
        var replaced = try await tx.item(id)
        let item = replacement.item
        guard replaced.id != item.id else {
            throw EngineError(.invalid, "an item cannot supersede itself", field: "supersedes")
        }
        // Else a text that is held back would put out of use what it claims to replace.
        guard item.state != .quarantined else {
            throw EngineError(.conflict, "the replacement would be held back for review", field: "content")
        }
        if replaced.supersededBy == item.id { return replaced }
        guard replaced.supersededBy == nil else {
            throw EngineError(.conflict, "the item is superseded already", field: "supersedes")
        }
        guard replacement.isNew else {
            throw EngineError(.conflict, "the item is there already, and superseded nothing", field: "supersedes")
        }
        let from = item.validFrom
        guard from >= replaced.validFrom else {
            throw EngineError(.invalid, "lies before the superseded item's own validity", field: "valid_from")
        }
        replaced.supersededBy = item.id
        replaced.invalidAt = min(replaced.invalidAt ?? from, from)
        // What is held back stays held back, also for who asks about an earlier time.
        if from <= tx.now, replaced.state == .active { replaced.state = .superseded }
        replaced.updatedAt = tx.now
        try await tx.updateItem(replaced)
        try await indexing.restamp(replaced, tx: tx)
        tx.append([Self.event("item.superseded", replaced)])
        return replaced
    }

    /// Pins or unpins an item.
    ///
    /// - Throws: `StoreError`.
    public func pin(
        _ id: Identifier<ContextItem>,
        _ isPinned: Bool,
        in tx: any MemoryTransaction
    ) async throws -> ContextItem {
        try await patch(id, ItemPatch(isPinned: isPinned), in: tx)
    }

    /// Deletes an item with its versions; the index is left with tombstones.
    ///
    /// - Throws: `StoreError`.
    public func delete(_ id: Identifier<ContextItem>, in tx: any MemoryTransaction) async throws {
        let present = try await tx.item(id)
        let versions = try await tx.versions(of: id)
        try await tx.deleteItem(id)
        indexing.remove(versions, tx: tx)
        tx.append([
            NewEvent(
                kind: "item.deleted",
                subject: "item:\(id)",
                details: ["collection_id": .string(present.collectionID.description)]
            )
        ])
    }

    /// The next version with the text; the one before stops where it starts.
    func appendVersion(
        _ changed: ContextItem,
        after present: ContextItem,
        validFrom: Timestamp?,
        in tx: any MemoryTransaction
    ) async throws -> ContextItem {
        guard [.active, .quarantined].contains(present.state) else {
            throw EngineError(.conflict, "the item is \(present.state.rawValue)", field: "content")
        }
        var item = changed
        item.version = present.version + 1
        item.contentHash = ContentHash.of(item.content)
        let reasons = ContentScreen.reasons(of: item.content, tags: item.tags)
        if !reasons.isEmpty {
            item.state = .quarantined
            item.quarantineReasons = QuarantineReason.merged(item.quarantineReasons, reasons)
        }
        // The version before holds until now, so that exactly one of the two holds at any time.
        item.validFrom = tx.now
        if let validFrom, validFrom > tx.now {
            throw EngineError(
                .invalid,
                "a new version holds from now on; supersede the item instead",
                field: "valid_from"
            )
        }
        item.provenance.principal = tx.principal.provenanceName
        item.trust = min(item.trust, tx.principal.trust)
        try rules.checkValidity(from: item.validFrom, invalidAt: item.invalidAt)
        let erased = try await ErasureGuard.erasedPositions(of: [item], restoring: [], in: tx)
        if !erased.isEmpty { throw EngineError.erased("content") }
        try await tx.appendVersion(item)
        let collection = try await tx.collection(item.collectionID)
        try await indexing.index([item], in: [collection.id: collection], tx: tx)
        var old = present
        old.state = .superseded
        old.invalidAt = min(present.invalidAt ?? tx.now, tx.now)
        try await indexing.restamp(old, tx: tx)
        return item
    }

    private func patched(
        _ present: ContextItem,
        by patch: ItemPatch,
        in tx: any MemoryTransaction
    ) throws(EngineError) -> ContextItem {
        var item = present
        if let content = patch.content {
            try rules.checkItemContent(content)
            item.content = content
        }
        if let kind = patch.kind { item.kind = kind }
        if let scope = patch.scope {
            try rules.checkOrigin(scope: scope, source: item.source, provenance: item.provenance)
            item.scope = scope
        }
        if let tags = patch.tags {
            item.tags = try rules.normalisedTags(tags)
            let reasons = ContentScreen.reasons(of: "", tags: item.tags)
            if !reasons.isEmpty {
                item.state = .quarantined
                item.quarantineReasons = QuarantineReason.merged(item.quarantineReasons, reasons)
            }
        }
        if let importance = patch.importance {
            try rules.checkImportance(importance)
            item.importance = importance
        }
        if let isPinned = patch.isPinned { item.isPinned = isPinned }
        if let trust = patch.trust {
            guard trust <= item.trust || tx.principal.trust == .operator else {
                throw EngineError(.forbidden, "only an operator raises an item's trust", field: "trust")
            }
            item.trust = trust
        }
        if let state = patch.state, state != item.state {
            guard [.active, .quarantined].contains(state), [.active, .quarantined].contains(item.state) else {
                throw EngineError(
                    .conflict,
                    "changes between active and quarantined only; the item is \(item.state.rawValue)",
                    field: "state"
                )
            }
            if state == .active { try Self.requireReviewer(tx.principal) }
            item.state = state
            if state == .quarantined {
                item.quarantineReasons = QuarantineReason.merged(item.quarantineReasons, [.requested])
            }
        }
        if let validFrom = patch.validFrom { item.validFrom = validFrom }
        item.invalidAt = patch.invalidAt.applied(to: item.invalidAt)
        item.expiresAt = patch.expiresAt.applied(to: item.expiresAt)
        if let metadata = patch.metadata { item.metadata = metadata }
        return item
    }
}
