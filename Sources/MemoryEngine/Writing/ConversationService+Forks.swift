public import MemoryModel

extension ConversationService {
    /// Starts a side conversation that leaves its thread, or another fork, at a message.
    ///
    /// - Throws: `EngineError`, `StoreError`.
    public func fork(
        id: Identifier<Fork>? = nil,
        at point: Identifier<Message>,
        title: String,
        createdAt: Timestamp? = nil,
        in tx: any MemoryTransaction
    ) async throws -> Fork {
        try rules.checkLabel(title, field: "title")
        let message = try await tx.message(point)
        let fork = Fork(
            id: id ?? identifiers.next(),
            threadID: message.threadID,
            audienceID: message.audienceID,
            parentForkID: message.forkID,
            forkPointID: point,
            title: title,
            createdAt: try tx.time(imported: createdAt)
        )
        try await tx.createFork(fork)
        tx.append([Self.event("fork.created", fork)])
        return fork
    }

    /// Ends a fork with a summary: posts it as a system message into the parent and keeps it as an item.
    ///
    /// The item goes to `target` and holds in the fork's thread; its provenance names fork and thread. Without a summary
    /// the fork ends all the same, and a job makes the summary, the message and the item.
    /// - Throws: `EngineError`; `StoreError` (`conflict` where the fork has ended).
    public func resolve(
        _ id: Identifier<Fork>,
        summary: String?,
        target: CollectionTarget = .own,
        source: String = "api",
        in tx: any MemoryTransaction
    ) async throws -> ResolvedFork {
        guard let summary else { return try await resolve(id, target: target, source: source, in: tx) }
        try rules.checkText(summary, field: "summary", limit: rules.limits.summary)
        let fork = try await tx.endFork(id, status: .resolved, summary: summary)
        let thread = try await tx.thread(fork.threadID)
        let message = try await post(
            MessageDraft(
                authorType: .system,
                author: "mneme",
                content: summary,
                metadata: ["fork_id": .string(id.description)]
            ),
            in: thread,
            forkID: fork.parentForkID,
            tx: tx
        )
        let item = try await items.create(
            ItemDraft(
                target: target,
                content: summary,
                kind: .summary,
                scope: .thread(fork.threadID),
                source: source,
                provenance: Provenance(messageID: message.id, threadID: fork.threadID, forkID: id)
            ),
            in: tx
        )
        tx.append([Self.event("fork.resolved", fork)])
        return ResolvedFork(fork: fork, message: message, item: item.item)
    }

    /// Ends a fork and asks for its summary.
    private func resolve(
        _ id: Identifier<Fork>,
        target: CollectionTarget,
        source: String,
        in tx: any MemoryTransaction
    ) async throws -> ResolvedFork {
        try rules.checkLabel(source, field: "source")
        let collection = try await items.collections.collection(for: target, in: tx)
        guard collection.content == .items else {
            throw EngineError(.invalid, "holds messages, not items", field: "collection")
        }
        let fork = try await tx.endFork(id, status: .resolved, summary: nil)
        let result = DerivedItem(
            itemID: identifiers.next(),
            collectionID: collection.id,
            source: source,
            principal: tx.principal.provenanceName
        )
        let payload = JobPayload.summariseFork(forkID: id, messageID: identifiers.next(), result: result)
        try await tx.enqueue([NewJob(key: "summarise:fork:\(id)", payload: payload)])
        tx.append([Self.event("fork.resolved", fork)])
        return ResolvedFork(fork: fork, message: nil, item: nil, awaitedItemID: result.itemID)
    }

    /// Writes down that a fork was resolved elsewhere, for imports: nothing is posted and no item is made.
    ///
    /// - Throws: `EngineError`; `StoreError` (`conflict` where the fork has ended).
    public func recordResolution(
        of id: Identifier<Fork>,
        summary: String,
        endedAt: Timestamp,
        in tx: any MemoryTransaction
    ) async throws -> Fork {
        try rules.checkText(summary, field: "summary", limit: rules.limits.summary)
        let time = try tx.time(imported: endedAt, field: "ended_at")
        let fork = try await tx.endFork(id, status: .resolved, summary: summary, at: time)
        tx.append([Self.event("fork.resolved", fork)])
        return fork
    }

    /// Ends a fork without a summary.
    ///
    /// - Throws: `EngineError`; `StoreError` (`conflict` where the fork has ended).
    public func abandon(
        _ id: Identifier<Fork>,
        endedAt: Timestamp? = nil,
        in tx: any MemoryTransaction
    ) async throws -> Fork {
        let time = try tx.time(imported: endedAt, field: "ended_at")
        let fork = try await tx.endFork(id, status: .abandoned, summary: nil, at: time)
        tx.append([Self.event("fork.abandoned", fork)])
        return fork
    }

    private static func event(_ kind: String, _ fork: Fork) -> NewEvent {
        NewEvent(
            kind: kind,
            subject: "fork:\(fork.id)",
            details: ["thread_id": .string(fork.threadID.description), "status": .string(fork.status.rawValue)]
        )
    }
}
