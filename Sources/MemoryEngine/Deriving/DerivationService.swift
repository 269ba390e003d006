public import MemoryModel

/// What is made of conversations: asks for summaries and for what is worth keeping, and decides about proposals.
///
/// Every method works inside the caller's transaction; the work itself is done by jobs.
public struct DerivationService: Sendable {
    /// The most messages that a proposal may come from.
    public static let sources = 64

    private let identifiers: IdentifierGenerator
    private let items: ItemService
    private let rules: TextRules
    private let hasChat: Bool

    /// Makes a service.
    ///
    /// - Parameters:
    ///   - identifiers: Makes ids.
    ///   - items: Writes what is accepted.
    ///   - hasChat: Whether the worker has a chat model: without one nothing can be found in conversations.
    ///   - limits: How large texts may be.
    public init(
        identifiers: IdentifierGenerator,
        items: ItemService,
        hasChat: Bool,
        limits: EngineLimits = EngineLimits()
    ) {
        self.identifiers = identifiers
        self.items = items
        self.rules = TextRules(limits: limits)
        self.hasChat = hasChat
    }

    /// Asks for a summary of a thread as an item of a collection; it supersedes the summary before.
    ///
    /// - Throws: `EngineError`, `StoreError`.
    public func summarise(
        _ id: Identifier<ConversationThread>,
        target: CollectionTarget,
        source: String,
        in tx: any MemoryTransaction
    ) async throws -> AwaitedSummary {
        try rules.checkLabel(source, field: "source")
        let thread = try await tx.thread(id)
        let collection = try await items.collections.collection(for: target, in: tx)
        guard collection.content == .items else {
            throw EngineError(.invalid, "holds messages, not items", field: "collection")
        }
        let result = DerivedItem(
            itemID: identifiers.next(),
            collectionID: collection.id,
            source: source,
            principal: tx.principal.provenanceName
        )
        // One key a request: who asks twice gets two summaries, the later one in place of the earlier.
        let payload = JobPayload.summariseThread(threadID: id, result: result)
        try await tx.enqueue([NewJob(key: "summarise:thread:\(id):\(result.itemID)", payload: payload)])
        return AwaitedSummary(threadID: thread.id, itemID: result.itemID)
    }

    /// Asks for a thread to be looked through for what is worth keeping, from where it was left the last time.
    ///
    /// - Throws: `EngineError` (`conflict` where there is no chat model), `StoreError`.
    public func extract(from id: Identifier<ConversationThread>, in tx: any MemoryTransaction) async throws {
        guard hasChat else { throw EngineError(.conflict, "no chat model is configured", field: "thread") }
        let thread = try await tx.thread(id)
        try await tx.enqueue([Self.extraction(of: thread.id)])
    }

    /// Asks for a thread that was resolved to be looked through, where its workspace wants that.
    ///
    /// - Throws: `StoreError`.
    public func threadWasResolved(_ id: Identifier<ConversationThread>, in tx: any MemoryTransaction) async throws {
        guard try await tx.extractsAutomatically() else { return }
        try await tx.enqueue([Self.extraction(of: id)])
    }

    /// Sets whether threads are looked through by themselves: every so many messages, and when they are resolved.
    ///
    /// - Throws: `EngineError` (`conflict` where there is no chat model), `StoreError`.
    public func setAutomatic(_ isAutomatic: Bool, in tx: any MemoryTransaction) async throws {
        guard hasChat || !isAutomatic else {
            throw EngineError(.conflict, "no chat model is configured", field: "automatic")
        }
        try await tx.setExtractsAutomatically(isAutomatic)
    }

    /// The job that looks through a thread; one at a time.
    static func extraction(of thread: Identifier<ConversationThread>) -> NewJob {
        NewJob(key: "extract:\(thread)", payload: .extractItems(threadID: thread))
    }

    /// Adds a proposal that the caller found in a thread; one that is there with the same content is returned as it stands.
    ///
    /// - Throws: `EngineError` where a source is not a message of the thread, `StoreError`.
    public func propose(
        _ draft: ProposalDraft,
        in thread: Identifier<ConversationThread>,
        tx: any MemoryTransaction
    ) async throws -> (proposal: ItemProposal, isNew: Bool) {
        let thread = try await tx.thread(thread)
        try rules.checkItemContent(draft.content)
        guard (0...1).contains(draft.confidence) else {
            throw EngineError(.invalid, "must lie between 0 and 1", field: "confidence")
        }
        guard (1...Self.sources).contains(draft.sourceMessageIDs.count) else {
            throw EngineError(.invalid, "must name 1 to \(Self.sources) messages", field: "source_message_ids")
        }
        var sources: [Message] = []
        for id in draft.sourceMessageIDs {
            let message = try await tx.message(id)
            guard message.threadID == thread.id else {
                throw StoreError(.notFound, "no such message of the thread", field: "source_message_ids")
            }
            sources.append(message)
        }
        let proposal = ItemProposal(
            id: draft.id ?? identifiers.next(),
            threadID: thread.id,
            channelID: thread.channelID,
            audienceID: thread.audienceID,
            content: draft.content,
            kind: draft.kind,
            confidence: draft.confidence,
            trust: min(Transcript.trust(of: sources), tx.principal.trust),
            sourceMessageIDs: draft.sourceMessageIDs,
            method: tx.principal.provenanceName ?? "api",
            createdAt: tx.now
        )
        let new = try await tx.insertProposals([proposal], contentHashes: [ContentHash.of(draft.content)])
        if let proposal = new.first { return (proposal, true) }
        if let id = draft.id, let known = try? await tx.proposal(id), known.content == draft.content {
            return (known, false)
        }
        throw StoreError(.alreadyExists, "the thread has a proposal with this content", field: "content")
    }

    /// Makes an item of a proposal.
    ///
    /// The item is trusted no more than those who said it; its provenance names the thread and the first source.
    /// Accepting again gives the same item.
    ///
    /// - Throws: `EngineError` (`conflict` where it was rejected), `StoreError`.
    public func accept(
        _ id: Identifier<ItemProposal>,
        as acceptance: ProposalAcceptance,
        in tx: any MemoryTransaction
    ) async throws -> (proposal: ItemProposal, item: ContextItem) {
        var proposal = try await tx.proposal(id)
        if proposal.state == .accepted, let itemID = proposal.itemID {
            return (proposal, try await tx.item(itemID))
        }
        guard proposal.state == .proposed else {
            throw EngineError(.conflict, "the proposal was rejected", field: "proposal")
        }
        let draft = ItemDraft(
            target: acceptance.target,
            content: acceptance.content ?? proposal.content,
            kind: acceptance.kind ?? proposal.kind,
            scope: acceptance.scope ?? .thread(proposal.threadID),
            tags: acceptance.tags,
            source: acceptance.source,
            provenance: Provenance(messageID: proposal.sourceMessageIDs.first, threadID: proposal.threadID),
            importance: acceptance.importance,
            trust: min(proposal.trust, tx.principal.trust),
            metadata: [
                "proposal_id": .string(id.description), "method": .string(proposal.method),
                "confidence": .number(Double(proposal.confidence)),
                "source_message_ids": .array(proposal.sourceMessageIDs.map { .string($0.description) }),
            ]
        )
        let item = try await items.create(draft, in: tx).item
        proposal.itemID = item.id
        proposal = try await decided(proposal, .accepted, in: tx)
        return (proposal, item)
    }

    /// Puts a proposal aside for good; rejecting again changes nothing.
    ///
    /// - Throws: `EngineError` (`conflict` where it was accepted), `StoreError`.
    public func reject(_ id: Identifier<ItemProposal>, in tx: any MemoryTransaction) async throws -> ItemProposal {
        let proposal = try await tx.proposal(id)
        guard proposal.state != .rejected else { return proposal }
        guard proposal.state == .proposed else {
            throw EngineError(.conflict, "the proposal was accepted", field: "proposal")
        }
        return try await decided(proposal, .rejected, in: tx)
    }

    private func decided(
        _ proposal: ItemProposal,
        _ state: ProposalState,
        in tx: any MemoryTransaction
    ) async throws -> ItemProposal {
        var proposal = proposal
        proposal.state = state
        proposal.decidedAt = tx.now
        proposal.decidedBy = tx.principal.provenanceName
        try await tx.updateProposal(proposal)
        tx.append([
            NewEvent(
                kind: "proposal.\(state.rawValue)",
                subject: "proposal:\(proposal.id)",
                details: ["thread_id": .string(proposal.threadID.description)]
            )
        ])
        return proposal
    }
}

/// A summary that is being made.
public struct AwaitedSummary: Sendable, Hashable {
    /// The thread.
    public let threadID: Identifier<ConversationThread>
    /// The item that it will be.
    public let itemID: Identifier<ContextItem>
}

/// A proposal to be added.
public struct ProposalDraft: Sendable, Hashable {
    /// The id, where the client chooses it.
    public var id: Identifier<ItemProposal>?
    /// The text of the item it would become.
    public var content: String
    /// What sort of knowledge that would be.
    public var kind: ItemKind
    /// How sure the finder is, from 0 to 1.
    public var confidence: Float
    /// The messages of the thread it was found in.
    public var sourceMessageIDs: [Identifier<Message>]

    /// Makes a draft.
    public init(
        id: Identifier<ItemProposal>? = nil,
        content: String,
        kind: ItemKind = .note,
        confidence: Float = 1,
        sourceMessageIDs: [Identifier<Message>] = []
    ) {
        self.id = id
        self.content = content
        self.kind = kind
        self.confidence = confidence
        self.sourceMessageIDs = sourceMessageIDs
    }
}

/// How a proposal becomes an item.
public struct ProposalAcceptance: Sendable, Hashable {
    /// Where the item goes.
    public var target: CollectionTarget
    /// Another text; nil for the proposal's.
    public var content: String?
    /// Another kind; nil for the proposal's.
    public var kind: ItemKind?
    /// Where it holds; nil for the thread.
    public var scope: ItemScope?
    /// Labels.
    public var tags: [String]
    /// From 0 to 1.
    public var importance: Float
    /// The runtime it came from.
    public var source: String

    /// Makes an acceptance of the proposal as it is.
    public init(
        target: CollectionTarget = .own,
        content: String? = nil,
        kind: ItemKind? = nil,
        scope: ItemScope? = nil,
        tags: [String] = [],
        importance: Float = 0.5,
        source: String = "api"
    ) {
        self.target = target
        self.content = content
        self.kind = kind
        self.scope = scope
        self.tags = tags
        self.importance = importance
        self.source = source
    }
}
