public import MemoryModel

/// Writes messages and forks, and makes items of what was said.
///
/// Every method works inside the caller's transaction and throws `EngineError` for a broken rule and `StoreError`
/// for what the store refuses.
public struct ConversationService: Sendable {
    let identifiers: IdentifierGenerator
    let items: ItemService
    let indexing: MessageIndexing
    let rules: TextRules

    /// Makes a service.
    public init(identifiers: IdentifierGenerator, items: ItemService, limits: EngineLimits = EngineLimits()) {
        self.identifiers = identifiers
        self.items = items
        self.indexing = MessageIndexing(analyzers: items.indexing.analyzers, collections: items.collections)
        self.rules = TextRules(limits: limits)
    }

    /// Appends up to 1,000 messages in order to one thread or fork, all or none.
    ///
    /// Ids that are there already with the same content are left alone.
    /// - Throws: `EngineError` whose field names the element (`messages[3].content`), `StoreError`.
    public func append(
        _ drafts: [MessageDraft],
        to place: ConversationPlace,
        in tx: any MemoryTransaction
    ) async throws -> [Message] {
        let batch = try await appendUnlessErased(drafts, to: place, in: tx)
        if let position = batch.erased.first { throw EngineError.erased("messages[\(position)].id") }
        return batch.messages
    }

    /// Appends up to 1,000 messages in order, all or none but for those that were erased: they are left out and named.
    ///
    /// - Throws: `EngineError` whose field names the element (`messages[3].content`), `StoreError`.
    public func appendUnlessErased(
        _ drafts: [MessageDraft],
        to place: ConversationPlace,
        in tx: any MemoryTransaction
    ) async throws -> AppendedBatch {
        try rules.checkBatch(drafts.count, field: "messages")
        let thread = try await tx.thread(place.threadID)
        try await checkOpen(place, in: tx)
        let drafts = try await answeringNothingErased(drafts, in: tx)
        var new: [NewMessage] = []
        var seen: Set<Identifier<Message>> = []
        for (position, draft) in drafts.enumerated() {
            do throws(EngineError) {
                let message = try message(draft, in: thread, forkID: place.forkID, tx: tx)
                guard seen.insert(message.id).inserted else {
                    throw EngineError(.invalid, "the same id comes twice in the batch", field: "id")
                }
                new.append(NewMessage(message: message, bigrams: UnspacedScript.searchWords(of: message.content)))
            } catch {
                throw error.inside("messages[\(position)]")
            }
        }
        let erased = try await ErasureGuard.erasedPositions(
            of: new.map(\.message.id),
            kind: .message,
            restoring: Set(drafts.indices.filter { drafts[$0].restoresErased }),
            in: tx
        )
        let stored = try await tx.appendMessages(
            new.enumerated().filter { !erased.contains($0.offset) }.map(\.element)
        )
        let batch = AppendedBatch(messages: stored, erased: erased.sorted())
        guard !stored.isEmpty else { return batch }
        try await indexing.index(stored, tx: tx)
        try await askForExtraction(after: stored, of: thread.id, in: tx)
        tx.append([
            NewEvent(
                kind: "messages.appended",
                subject: place.forkID.map { "fork:\($0)" } ?? "thread:\(thread.id)",
                details: [
                    "count": .integer(Int64(stored.count)),
                    "last_message_id": .string(stored.last?.id.description ?? ""),
                ]
            )
        ])
        return batch
    }

    /// The drafts, but that what answers an erased message answers nothing, as if it had been there when that went.
    private func answeringNothingErased(
        _ drafts: [MessageDraft],
        in tx: any MemoryTransaction
    ) async throws -> [MessageDraft] {
        let restored = Set(drafts.filter(\.restoresErased).compactMap(\.id))
        let answered = Array(Set(drafts.compactMap(\.replyTo)).subtracting(restored))
        guard !answered.isEmpty else { return drafts }
        let erased = try await ErasureGuard.erasedPositions(of: answered, kind: .message, restoring: [], in: tx)
        let gone = Set(erased.map { answered[$0] })
        return drafts.map { draft in
            var draft = draft
            if let replyTo = draft.replyTo, gone.contains(replyTo) { draft.replyTo = nil }
            return draft
        }
    }

    /// Replaces a message's text.
    ///
    /// - Throws: `EngineError`, `StoreError`.
    public func edit(
        _ id: Identifier<Message>,
        content: String,
        in tx: any MemoryTransaction
    ) async throws -> Message {
        try rules.checkText(content, field: "content", limit: rules.limits.messageContent)
        let message = try await tx.editMessage(
            id,
            content: content,
            bigrams: UnspacedScript.searchWords(of: content)
        )
        try await indexing.reindex(message, tx: tx)
        tx.append([NewEvent(kind: "message.edited", subject: "message:\(id)")])
        return message
    }

    /// Deletes a message.
    ///
    /// - Throws: `StoreError`.
    public func delete(_ id: Identifier<Message>, in tx: any MemoryTransaction) async throws {
        try await tx.deleteProposals(from: try await tx.message(id))
        try await tx.deleteMessage(id)
        tx.append([NewEvent(kind: "message.deleted", subject: "message:\(id)")])
    }

    /// Makes an item of a message, with the way back in its provenance.
    ///
    /// The item is trusted no more than the kind of author it came from.
    /// - Throws: `EngineError`, `StoreError`.
    public func pin(
        _ id: Identifier<Message>,
        as pin: PinDraft = PinDraft(),
        in tx: any MemoryTransaction
    ) async throws -> StoredItem {
        let message = try await tx.message(id)
        let draft = ItemDraft(
            id: pin.id,
            target: pin.target,
            content: pin.content ?? message.content,
            kind: pin.kind,
            scope: pin.scope ?? .thread(message.threadID),
            tags: pin.tags,
            source: pin.source,
            provenance: Provenance(messageID: id, threadID: message.threadID, forkID: message.forkID),
            importance: pin.importance,
            isPinned: pin.isPinned,
            trust: min(tx.principal.trust, message.authorType.trust)
        )
        return try await items.create(draft, in: tx)
    }

    /// Makes a message of a draft.
    func message(
        _ draft: MessageDraft,
        in thread: ConversationThread,
        forkID: Identifier<Fork>?,
        tx: any MemoryTransaction
    ) throws(EngineError) -> Message {
        try rules.checkText(draft.content, field: "content", limit: rules.limits.messageContent)
        try rules.checkLabel(draft.author, field: "author")
        if let authorID = draft.authorID { try rules.checkLabel(authorID, field: "author_id") }
        let createdAt = try tx.time(imported: draft.createdAt)
        return Message(
            id: draft.id ?? identifiers.next(),
            channelID: thread.channelID,
            threadID: thread.id,
            forkID: forkID,
            audienceID: thread.audienceID,
            authorType: draft.authorType,
            author: draft.author,
            authorID: tx.principal.authorID(writingAs: draft.authorType) ?? draft.authorID,
            content: draft.content,
            replyTo: draft.replyTo,
            metadata: draft.metadata,
            createdAt: createdAt
        )
    }

    /// Appends a message of the service's own.
    func post(
        _ draft: MessageDraft,
        in thread: ConversationThread,
        forkID: Identifier<Fork>?,
        tx: any MemoryTransaction
    ) async throws -> Message {
        let posted = try message(draft, in: thread, forkID: forkID, tx: tx)
        let bigrams = UnspacedScript.searchWords(of: posted.content)
        let stored = try await tx.appendMessages([NewMessage(message: posted, bigrams: bigrams)])
        try await indexing.index(stored, tx: tx)
        guard let message = stored.first else { throw EngineError(.internal, "the store returned no message") }
        return message
    }

    /// A fork that has ended takes no more messages.
    private func checkOpen(_ place: ConversationPlace, in tx: any MemoryTransaction) async throws {
        guard let forkID = place.forkID else { return }
        let fork = try await tx.fork(forkID)
        guard fork.threadID == place.threadID else {
            throw StoreError(.notFound, "no such fork of the thread", field: "fork")
        }
        guard fork.status == .active else {
            throw EngineError(.conflict, "the fork has ended", field: "fork")
        }
    }
}

extension AuthorType {
    /// How far what such an author says is to be believed at most.
    var trust: Trust {
        switch self {
        case .human: .user
        case .agent: .agent
        case .system: .document
        }
    }
}

/// What came of appending a batch.
public struct AppendedBatch: Sendable, Hashable {
    /// The messages that are there now, in the order given.
    public let messages: [Message]
    /// The positions of drafts that were left out because they were erased.
    public let erased: [Int]

    /// Makes a batch.
    public init(messages: [Message], erased: [Int]) {
        self.messages = messages
        self.erased = erased
    }
}

extension Principal {
    /// The id that goes with a message where the principal itself is the author.
    func authorID(writingAs type: AuthorType) -> String? {
        switch type {
        case .human: userID?.description
        case .agent: agentID?.description
        case .system: nil
        }
    }
}
