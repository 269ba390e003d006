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
        as principal: Principal,
        reads: PersonalReads?,
        deadline: ContinuousClock.Instant?
    ) async throws -> ContextReplay {
        try await store.withTransaction(as: principal, .reading(until: deadline)) { tx in
            try await rebuild(try await tx.trace(id), reads: reads, in: tx)
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
        let messages = Dictionary(try await tx.messages(shown.compactMap(\.messageID)).map { ($0.id, $0) }) { $1 }
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
        let rendered = renderer.pack(
            ContextSection.allCases.map { section in
                let entries = entries(of: section, among: shown, items: items, messages: messages)
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

    /// A section's entries as they were shown, as far as they are still there.
    private static func entries(
        of section: ContextSection,
        among shown: [TraceEntry],
        items: [ItemVersionReference: ContextItem],
        messages: [Identifier<Message>: Message]
    ) -> [PackEntry] {
        shown.filter { $0.section == section }.compactMap { entry in
            var subject: ContextCandidate.Subject?
            if let reference = entry.item { subject = items[reference].map { .item($0) } }
            if let id = entry.messageID { subject = messages[id].map { .message($0) } }
            guard let subject else { return nil }
            let bounds = entry.excerpt ?? []
            let ranges = stride(from: 0, to: bounds.count - 1, by: 2).compactMap { index in
                bounds[index] <= bounds[index + 1] ? bounds[index]..<bounds[index + 1] : nil
            }
            return PackEntry(
                subject: subject,
                excerpt: entry.excerpt == nil ? nil : ranges,
                mark: section == .items ? mark(of: entry, among: shown) : nil
            )
        }
    }

    /// The mark that names the others by the numbers they had.
    private static func mark(of entry: TraceEntry, among shown: [TraceEntry]) -> ConflictMark? {
        let others = (entry.conflictsWith ?? []).compactMap(\.item)
        func numbers(_ section: ContextSection) -> [ItemVersionReference: Int] {
            let references = shown.filter { $0.section == section }.map(\.item)
            return Dictionary(
                zip(references, references.indices).compactMap { reference, index in reference.map { ($0, index + 1) }
                },
                uniquingKeysWith: { first, _ in first }
            )
        }
        let (pins, items) = (numbers(.pins), numbers(.items))
        return ConflictMark(others.filter { pins[$0] == nil }.map { items[$0] }, pins: others.compactMap { pins[$0] })
    }
}
