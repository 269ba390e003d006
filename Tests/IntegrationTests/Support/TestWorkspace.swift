import MemoryModel
import PostgresStorage

/// A workspace with people, agents and a conversation; two made alike have the same texts and names.
struct TestWorkspace: Sendable {
    let database: TestDatabase
    let id: Identifier<Workspace>
    let audience: Identifier<Audience>
    let ann: Identifier<User>
    let bob: Identifier<User>
    let annsAudience: Identifier<Audience>
    /// Ann's agent.
    let scout: Identifier<Agent>
    let scoutsAudience: Identifier<Audience>
    /// The workspace's agent.
    let clerk: Identifier<Agent>
    /// What the whole workspace sees.
    let shared: MemoryCollection
    /// Scout's own.
    let personal: MemoryCollection
    let channel: Channel
    let thread: ConversationThread

    /// Acts for nobody and sees everything.
    var admin: Principal { Principal(workspaceID: id, role: .admin, scopes: Set(AccessScope.allCases)) }
    /// Ann, a member.
    var asAnn: Principal { Principal(workspaceID: id, userID: ann, role: .member, scopes: Set(AccessScope.allCases)) }
    /// Bob, a member.
    var asBob: Principal { Principal(workspaceID: id, userID: bob, role: .member, scopes: Set(AccessScope.allCases)) }
    /// Ann's agent.
    var asScout: Principal {
        Principal(workspaceID: id, agentID: scout, role: .member, scopes: Set(AccessScope.allCases))
    }
    /// Bob, as a viewer.
    var asViewer: Principal {
        Principal(workspaceID: id, userID: bob, role: .viewer, scopes: Set(AccessScope.allCases))
    }

    static let profile = EmbeddingProfile(provider: "local", model: "tiny", dimensions: 4)

    /// Makes one.
    static func make(in database: TestDatabase) async throws -> TestWorkspace {
        let ids = database.identifiers
        let now = database.clock.now
        let workspaceAudience = ids.next(Audience.self)
        let scoutsAudience = ids.next(Audience.self)
        let workspace = TestWorkspace(
            database: database,
            id: ids.next(),
            audience: workspaceAudience,
            ann: ids.next(),
            bob: ids.next(),
            annsAudience: ids.next(),
            scout: ids.next(),
            scoutsAudience: scoutsAudience,
            clerk: ids.next(),
            shared: MemoryCollection(
                id: ids.next(),
                audienceID: workspaceAudience,
                name: "shared",
                profile: profile,
                createdAt: now
            ),
            personal: MemoryCollection(
                id: ids.next(),
                audienceID: scoutsAudience,
                name: "scout",
                agentID: nil,
                profile: profile,
                createdAt: now
            ),
            channel: Channel(id: ids.next(), audienceID: workspaceAudience, name: "general", createdAt: now),
            thread: ConversationThread(
                id: ids.next(),
                channelID: ids.next(),
                audienceID: workspaceAudience,
                title: "t",
                createdAt: now
            )
        )
        return try await workspace.fill()
    }

    private func fill() async throws -> TestWorkspace {
        let now = database.clock.now
        let ids = database.identifiers
        let personal = MemoryCollection(
            id: personal.id,
            audienceID: scoutsAudience,
            name: "scout",
            agentID: scout,
            profile: Self.profile,
            createdAt: now
        )
        let thread = ConversationThread(
            id: thread.id,
            channelID: channel.id,
            audienceID: audience,
            title: "The build",
            createdAt: now
        )
        try await database.write(as: admin) { tx in
            try await tx.createWorkspace(Workspace(id: id, name: "Pantry", createdAt: now), audienceID: audience)
            try await tx.createUser(
                User(id: ann, name: "Ann", email: "ann@example.com", role: .member, createdAt: now),
                audienceID: annsAudience
            )
            try await tx.createUser(
                User(id: bob, name: "Bob", email: "bob@example.com", role: .member, createdAt: now),
                audienceID: ids.next()
            )
            try await tx.createAgent(
                Agent(id: scout, name: "scout", ownerID: ann, createdAt: now),
                audienceID: scoutsAudience
            )
            try await tx.createAgent(Agent(id: clerk, name: "clerk", createdAt: now), audienceID: ids.next())
            try await tx.createCollection(shared)
            try await tx.createCollection(personal)
            try await tx.createChannel(channel)
            try await tx.createThread(thread)
        }
        return TestWorkspace(
            database: database,
            id: id,
            audience: audience,
            ann: ann,
            bob: bob,
            annsAudience: annsAudience,
            scout: scout,
            scoutsAudience: scoutsAudience,
            clerk: clerk,
            shared: shared,
            personal: personal,
            channel: channel,
            thread: thread
        )
    }

    // MARK: Nouns

    /// An item of a collection.
    func item(
        _ content: String,
        in collection: MemoryCollection,
        kind: ItemKind = .fact,
        isPinned: Bool = false,
        tags: [String] = []
    ) -> ContextItem {
        let now = database.clock.now
        return ContextItem(
            id: database.identifiers.next(),
            collectionID: collection.id,
            audienceID: collection.audienceID,
            content: content,
            kind: kind,
            tags: tags,
            source: "tests",
            isPinned: isPinned,
            trust: .user,
            validFrom: now,
            contentHash: Self.hash(content),
            createdAt: now,
            updatedAt: now
        )
    }

    /// A message on the thread or a fork.
    func message(
        _ content: String,
        fork: Identifier<Fork>? = nil,
        author: String = "Ann",
        id: Identifier<Message>? = nil
    ) -> NewMessage {
        NewMessage(
            message: Message(
                id: id ?? database.identifiers.next(),
                channelID: channel.id,
                threadID: thread.id,
                forkID: fork,
                audienceID: audience,
                authorType: .human,
                author: author,
                content: content,
                createdAt: database.clock.now
            ),
            bigrams: []
        )
    }

    /// A live change of an item's entry, with a vector where one is given.
    func change(_ item: ContextItem, vector: [Float]? = nil) -> IndexEntryChange {
        IndexEntryChange(
            collectionID: item.collectionID,
            sourceID: item.id.as(IndexEntryChange.self),
            version: item.version,
            attributes: EntryAttributes(
                kind: item.kind,
                tags: item.tags,
                source: item.source,
                isPinned: item.isPinned,
                trust: item.trust,
                validFrom: item.validFrom,
                createdAt: item.createdAt
            ),
            terms: Array(item.content.utf8),
            analyzerVersion: 1,
            vectors: vector.map { [EntryVector(generation: 1, textHash: Self.hash(item.content), vector: $0)] } ?? []
        )
    }

    /// Inserts items and stamps their entries, in one transaction.
    @discardableResult
    func insert(
        _ items: [ContextItem],
        vector: [Float]? = nil,
        as principal: Principal? = nil
    ) async throws -> ConsistencyToken? {
        try await database.store.withTransaction(as: principal ?? admin, .writing()) { tx in
            _ = try await tx.insertItems(items)
            tx.stamp(items.map { change($0, vector: vector) })
        }.token
    }

    /// Reads the ticket to a collection's feed as a principal.
    func authorized(
        _ collection: MemoryCollection,
        as principal: Principal? = nil
    ) async throws -> AuthorizedCollection? {
        try await database.read(as: principal ?? admin) { tx in
            try await tx.contextPrelude(
                ContextPreludeRequest(
                    agentID: nil,
                    collectionIDs: [collection.id],
                    pinScopes: [],
                    threadID: nil,
                    forkID: nil,
                    recentMessages: 0
                )
            ).collections.first
        }
    }

    /// 32 bytes that tell texts apart.
    static func hash(_ text: String) -> [UInt8] {
        var state: UInt64 = 0xCBF2_9CE4_8422_2325
        var bytes: [UInt8] = []
        for round in 0..<4 {
            for byte in text.utf8 { state = (state ^ UInt64(byte &+ UInt8(round))) &* 0x100_0000_01B3 }
            for shift in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: state >> UInt64(shift * 8))) }
        }
        return bytes
    }
}
