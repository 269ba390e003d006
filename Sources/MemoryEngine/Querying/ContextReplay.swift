public import MemoryModel

/// An answered query's pack, rebuilt from its trace.
public struct ContextReplay: Sendable, Hashable {
    /// The pack's id.
    public let id: Identifier<ContextPack>
    /// When it was answered.
    public let createdAt: Timestamp
    /// What went into the prompt, as far as it is still there.
    public let rendered: RenderedContext
    /// Whether that is byte for byte what was answered.
    public let isIdentical: Bool
    /// Items that were in the pack and are gone, or not the caller's to see.
    public let missingItems: [ItemVersionReference]
    /// Messages that were in the pack and are gone, or not the caller's to see.
    public let missingMessages: [Identifier<Message>]
    /// The trace: what was weighed, with outcomes and scores.
    public let trace: TraceBody

    static func rebuild(
        _ id: Identifier<ContextPack>,
        from store: any MemoryStore,
        waiting: (workspaceID: Identifier<Workspace>, trace: ContextTrace)?,
        as principal: Principal,
        reads: PersonalReads?,
        deadline: ContinuousClock.Instant?
    ) async throws -> ContextReplay {
        let known = waiting.flatMap { $0.workspaceID == principal.workspaceID ? $0.trace : nil }
        return try await store.withTransaction(as: principal, .reading(until: deadline)) { tx in
            var found = known
            if found == nil { found = try await tx.trace(id) }
            guard let trace = found else { throw StoreError(.notFound, "no such context", field: "context") }
            return try await rebuild(trace, reads: reads, in: tx)
        }.value
    }

    private static func rebuild(
        _ trace: ContextTrace,
        reads: PersonalReads?,
        in tx: any MemoryTransaction
    ) async throws -> ContextReplay {
        let shown = trace.body.entries.filter { $0.outcome == .included || $0.outcome == .excerpted }
        let items = Dictionary(
            try await tx.items(shown.compactMap(\.item))
                .map { (ItemVersionReference(itemID: $0.id, version: $0.version), $0) },
            uniquingKeysWith: { first, _ in first }
        )
        try await reads?.note(Array(items.values), in: tx)
        var messages: [Identifier<Message>: Message] = [:]
        for id in shown.compactMap(\.messageID) {
            do throws(StoreError) {
                messages[id] = try await tx.message(id)
            } catch {
                guard error.code == .notFound else { throw error }
            }
        }
        let secret = try await tx.contextPrelude(
            ContextPreludeRequest(
                agentID: nil,
                collectionIDs: [],
                pinScopes: [],
                threadID: nil,
                forkID: nil,
                recentMessages: 0
            )
        ).fenceSecret
        let renderer = PackRenderer(
            format: trace.body.format,
            tokenizer: trace.body.tokenizer,
            fenceSecret: secret
        )
        let sections: [ContextSection] = [.pins, .items, .recentThread]
        let rendered = renderer.pack(
            sections.map { section in
                let entries = shown.filter { $0.section == section }.compactMap { entry in
                    Self.entry(entry, items: items, messages: messages)
                }
                return (section, renderer.text(of: section, entries))
            }
        )
        return ContextReplay(
            id: trace.id,
            createdAt: trace.createdAt,
            rendered: rendered,
            isIdentical: PackRenderer.hash(of: rendered) == trace.body.renderedHash,
            missingItems: shown.compactMap(\.item).filter { items[$0] == nil },
            missingMessages: shown.compactMap(\.messageID).filter { messages[$0] == nil },
            trace: trace.body
        )
    }

    private static func entry(
        _ entry: TraceEntry,
        items: [ItemVersionReference: ContextItem],
        messages: [Identifier<Message>: Message]
    ) -> PackEntry? {
        var subject: ContextCandidate.Subject?
        if let reference = entry.item { subject = items[reference].map { .item($0) } }
        if let id = entry.messageID { subject = messages[id].map { .message($0) } }
        guard let subject else { return nil }
        let bounds = entry.excerpt ?? []
        let ranges = stride(from: 0, to: bounds.count - 1, by: 2).compactMap { index in
            bounds[index] <= bounds[index + 1] ? bounds[index]..<bounds[index + 1] : nil
        }
        return PackEntry(subject: subject, excerpt: entry.excerpt == nil ? nil : ranges)
    }
}
