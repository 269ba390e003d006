import MemoryEngine
import MemoryModel
import MemoryTestSupport
import Testing

/// A workspace with a person and an agent, and every service of the engine over the in-memory store.
struct EngineFixture {
    let clock = ManualClock()
    let store: InMemoryMemoryStore
    let identifiers: IdentifierGenerator
    let embedder: HashingEmbedder
    let executor = SearchExecutor(searchThreads: 2, buildThreads: 1)
    let indexes: IndexRegistry
    let collections: CollectionService
    let items: ItemService
    let conversation: ConversationService
    let context: ContextService
    let reads: PersonalReads
    let derivations: DerivationService
    let retention: RetentionService
    let worker: Worker

    let workspaceID: Identifier<Workspace>
    let userID: Identifier<User>
    let agentID: Identifier<Agent>

    var admin: Principal { Principal(workspaceID: workspaceID, role: .admin, scopes: Set(AccessScope.allCases)) }
    var user: Principal {
        Principal(workspaceID: workspaceID, userID: userID, role: .member, scopes: Set(AccessScope.allCases))
    }
    var agent: Principal {
        Principal(workspaceID: workspaceID, agentID: agentID, role: .member, scopes: Set(AccessScope.allCases))
    }

    init(
        embeds: Bool = true,
        snapshots: IndexSnapshots? = nil,
        index: IndexConfiguration = IndexConfiguration(),
        feed: ((InMemoryMemoryStore) -> any FeedReader)? = nil,
        configuration: ContextConfiguration = EngineFixture.patient,
        chat: (any ChatProvider)? = nil,
        derivation: DerivationConfiguration = DerivationConfiguration(),
        workerConfiguration: WorkerConfiguration = WorkerConfiguration(),
        tiers: TierTable = .unlimited,
        prices: PriceList = .free
    ) async throws {
        identifiers = IdentifierGenerator(clock: clock, random: SeededGenerator(seed: 7))
        store = InMemoryMemoryStore(clock: clock, identifiers: identifiers)
        embedder = HashingEmbedder()
        indexes = IndexRegistry(
            feed: feed?(store) ?? store,
            store: store,
            executor: executor,
            snapshots: snapshots,
            configuration: index
        )
        collections = CollectionService(identifiers: identifiers, profile: embeds ? embedder.profile : nil)
        items = ItemService(identifiers: identifiers, collections: collections)
        conversation = ConversationService(identifiers: identifiers, items: items)
        reads = PersonalReads(store: store)
        context = ContextService(
            store: store,
            indexes: indexes,
            executor: executor,
            provider: embeds ? embedder : nil,
            identifiers: identifiers,
            clock: clock,
            configuration: configuration,
            tiers: tiers,
            prices: prices,
            reads: reads
        )
        derivations = DerivationService(identifiers: identifiers, items: items, hasChat: chat != nil)
        retention = RetentionService(items: items)
        worker = Worker(
            store: store,
            queue: store,
            provider: embeds ? embedder : nil,
            prices: prices,
            identifiers: identifiers,
            derivation: DerivationWork(
                chat: chat,
                items: items,
                conversations: conversation,
                identifiers: identifiers,
                configuration: derivation
            ),
            retention: RetentionTask(store: store, service: retention, identifiers: identifiers),
            configuration: workerConfiguration,
            random: SeededGenerator(seed: 8)
        )
        workspaceID = identifiers.next()
        userID = identifiers.next()
        agentID = identifiers.next()
        try await found()
    }

    /// Waits for an embedding and an index as long as it takes: tests have no timing of their own.
    static var patient: ContextConfiguration {
        var configuration = ContextConfiguration()
        configuration.embeddingPatience = .seconds(60)
        configuration.indexPatience = .seconds(60)
        return configuration
    }

    private func found() async throws {
        let workspace = Workspace(id: workspaceID, name: "Test", createdAt: clock.now)
        let user = User(id: userID, name: "Ada", role: .member, createdAt: clock.now)
        let agent = Agent(id: agentID, name: "builder", ownerID: userID, createdAt: clock.now)
        try await write(as: admin) { [identifiers] tx in
            try await tx.createWorkspace(workspace, audienceID: identifiers.next())
            try await tx.createUser(user, audienceID: identifiers.next())
            try await tx.createAgent(agent, audienceID: identifiers.next())
        }
    }

    @discardableResult
    func write<Value: Sendable>(
        as principal: Principal,
        _ body: @Sendable (any MemoryTransaction) async throws -> Value
    ) async throws -> Value {
        try await store.withTransaction(as: principal, .writing(), body).value
    }

    /// Writes items as the agent and returns them.
    @discardableResult
    func remember(_ drafts: ItemDraft...) async throws -> [ContextItem] {
        try await write(as: agent) { [items] tx in try await items.create(drafts, in: tx).map(\.item) }
    }

    /// Does every job that is ready.
    func work() async {
        while await worker.workOnce() > 0 {}
    }

    /// Asks as the agent.
    func ask(_ text: String, _ change: (inout ContextQuery) -> Void = { _ in }) async throws -> ContextPack {
        var query = ContextQuery(query: text)
        change(&query)
        return try await context.answer(query, as: agent)
    }

    /// Says something as the user and returns it.
    @discardableResult
    func say(
        _ texts: String...,
        in thread: ConversationThread,
        fork: Fork? = nil,
        by author: String = "Ada"
    ) async throws -> [Message] {
        try await write(as: user) { [conversation] tx in
            try await conversation.append(
                texts.map { MessageDraft(authorType: .human, author: author, content: $0) },
                to: ConversationPlace(threadID: thread.id, forkID: fork?.id),
                in: tx
            )
        }
    }

    /// A thread in a channel of the whole workspace.
    func thread(_ title: String = "Talk") async throws -> ConversationThread {
        try await write(as: user) { [identifiers] tx in
            let audience = try await tx.workspaceAudienceID()
            let channel = Channel(id: identifiers.next(), audienceID: audience, name: title, createdAt: tx.now)
            try await tx.createChannel(channel)
            let thread = ConversationThread(
                id: identifiers.next(),
                channelID: channel.id,
                audienceID: audience,
                title: title,
                createdAt: tx.now
            )
            try await tx.createThread(thread)
            return thread
        }
    }
}

extension ContextPack {
    /// The text of the whole pack.
    var text: String {
        switch rendered {
        case .text(let text): text
        case .blocks(let blocks): blocks.map(\.text).joined()
        }
    }

    /// The contents of the messages that are shown as found, in order.
    var foundMessages: [String] {
        candidates.filter { $0.section == .messages && [.included, .excerpted].contains($0.outcome) }
            .compactMap { candidate in
                if case .message(let message) = candidate.subject { return message.content }
                return nil
            }
    }

    /// The contents of items with an outcome, in order.
    func contents(_ outcomes: CandidateOutcome...) -> [String] {
        candidates.filter { outcomes.contains($0.outcome) }.compactMap { candidate in
            if case .item(let item) = candidate.subject { return item.content }
            return nil
        }
    }
}
