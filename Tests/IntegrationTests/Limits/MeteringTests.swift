import MemoryEngine
import MemoryModel
import MemoryTestSupport
import PostgresDriver
import PostgresStorage
import Testing

/// Provider calls over Postgres: what is metered, with failures, workers side by side and workers that vanish.
@Suite struct MeteringTests {
    private static let prices = PriceList(prices: ["test/hashing": 1_000_000_000])

    private func collection(_ workspace: TestWorkspace, _ embedder: HashingEmbedder) async throws -> MemoryCollection {
        let database = workspace.database
        let collection = MemoryCollection(
            id: database.identifiers.next(),
            audienceID: workspace.audience,
            name: "metered",
            profile: embedder.profile,
            createdAt: database.clock.now
        )
        try await database.write(as: workspace.admin) { try await $0.createCollection(collection) }
        return collection
    }

    private func remember(_ count: Int, _ workspace: TestWorkspace, _ collection: MemoryCollection) async throws {
        let ids = workspace.database.identifiers
        let service = ItemService(
            identifiers: ids,
            collections: CollectionService(identifiers: ids, profile: collection.profile)
        )
        for number in 0..<count {
            var draft = ItemDraft(content: "Fact number \(number), which is \(ids.next(Job.self))")
            draft.target = .collection(collection.id)
            let written = draft
            try await workspace.database.write(as: workspace.admin) { tx in
                _ = try await service.create(written, in: tx)
            }
        }
    }

    private func usage(_ workspace: TestWorkspace) async throws -> UsageRow {
        let query = UsageQuery(dimensions: [], providers: ["test"])
        let rows = try await workspace.database.read(as: workspace.admin) { try await $0.usage(query) }
        return try #require(rows.first)
    }

    @Test func twoWorkersWithFailuresAndStopsMeterWhatTheProviderCounted() async throws {
        try await withTestDatabase { database in
            let workspace = try await TestWorkspace.make(in: database)
            let embedder = HashingEmbedder()
            let collection = try await collection(workspace, embedder)
            try await remember(24, workspace, collection)
            var configuration = WorkerConfiguration()
            configuration.shortestBackOff = .milliseconds(1)
            configuration.longestBackOff = .milliseconds(2)
            let workers = (0..<2).map { _ in
                Worker(
                    store: database.workerStore,
                    queue: database.queue,
                    provider: embedder,
                    prices: Self.prices,
                    identifiers: database.identifiers,
                    configuration: configuration
                )
            }
            embedder.failNext((0..<7).map { _ in EmbeddingError(.unavailable, "scripted") })
            // Stopped in the middle of a call, again and again.
            for _ in 0..<4 {
                let before = embedder.callCount
                let (released, gate) = AsyncStream.makeStream(of: Void.self)
                embedder.hold { for await _ in released {} }
                let running = Task { await workers[0].run() }
                while embedder.callCount == before { await Task.yield() }
                running.cancel()
                gate.finish()
                await running.value
                embedder.hold(at: nil)
            }
            await withTaskGroup(of: Void.self) { group in
                for worker in workers { group.addTask { await worker.run() } }
                while (try? await database.queue.counts()) != JobCounts(ready: 0, leased: 0, dead: 0) {
                    await Task.yield()
                }
                group.cancelAll()
            }
            let counted = try await usage(workspace)
            #expect(counted.calls == Int64(embedder.callCount))
            #expect(counted.texts == Int64(embedder.textsEmbedded))
            #expect(counted.tokens == Int64(embedder.tokensCounted))
            #expect(counted.cost == counted.tokens * 1_000_000_000)
            #expect(try await database.names("SELECT id::text FROM mneme.usage_holds").isEmpty)
        }
    }

    @Test func aCallWhoseWorkerWasKilledIsCountedAsMade() async throws {
        try await withTestDatabase { database in
            let workspace = try await TestWorkspace.make(in: database)
            let embedder = HashingEmbedder()
            let collection = try await collection(workspace, embedder)
            try await remember(1, workspace, collection)
            let subject = UsageSubject(workspaceID: workspace.id)
            // A worker that takes the job, makes its call, and is gone before it can say so.
            let lost = try #require(try await database.queue.claim(limit: 1, lease: .zero).first)
            let hold = UsageHold(
                job: lost,
                subject: subject,
                provider: "test",
                model: "hashing",
                texts: 1,
                tokens: 40,
                cost: 0,
                lifetime: .seconds(60)
            )
            _ = try await database.workerStore.withTransaction(as: .worker(in: workspace.id), .writing()) { tx in
                try await tx.holdUsage(hold)
            }
            let worker = Worker(
                store: database.workerStore,
                queue: database.queue,
                provider: embedder,
                identifiers: database.identifiers
            )
            while await worker.workOnce() > 0 {}
            let counted = try await usage(workspace)
            #expect(counted.calls == 2 && counted.texts == 1 + Int64(embedder.textsEmbedded))
            #expect(counted.tokens == 40 + Int64(embedder.tokensCounted))
        }
    }

    @Test func workersSideBySideGoNoFurtherThanOneCallBeyondALimit() async throws {
        try await withTestDatabase { database in
            let workspace = try await TestWorkspace.make(in: database)
            let embedder = HashingEmbedder()
            let collection = try await collection(workspace, embedder)
            try await remember(30, workspace, collection)
            let limit = SpendingLimit(period: .month, amount: 100_000_000_000)
            try await database.write(as: workspace.admin) { try await $0.setSpendingLimit(limit) }
            var configuration = WorkerConfiguration()
            configuration.concurrency = 4
            let settings = configuration
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<2 {
                    group.addTask {
                        let worker = Worker(
                            store: database.workerStore,
                            queue: database.queue,
                            provider: embedder,
                            prices: Self.prices,
                            identifiers: database.identifiers,
                            configuration: settings
                        )
                        while await worker.workOnce() > 0 {}
                    }
                }
            }
            let counted = try await usage(workspace)
            let largest = Int64(embedder.largestCall) * 1_000_000_000
            #expect(counted.cost > 0 && counted.cost < limit.amount + largest)
            let counts = try await database.queue.counts()
            #expect(counts.dead == 0 && counts.ready > 0)
        }
    }

    @Test func chatCallsSideBySideGoNoFurtherThanOneCallBeyondALimit() async throws {
        try await withTestDatabase { database in
            let workspace = try await TestWorkspace.make(in: database)
            let chat = ScriptedChatProvider { _, _ in
                ChatAnswer(text: "{}", json: .object(["items": .array([])]), requestTokens: 100, answerTokens: 20)
            }
            let ids = database.identifiers
            let items = ItemService(
                identifiers: ids,
                collections: CollectionService(identifiers: ids, profile: nil)
            )
            let derivations = DerivationService(identifiers: ids, items: items, hasChat: true)
            let conversations = ConversationService(identifiers: ids, items: items)
            let limit = SpendingLimit(period: .month, amount: 1_000_000_000_000)
            try await database.write(as: workspace.admin) { tx in
                try await tx.setSpendingLimit(limit)
                for number in 0..<16 {
                    let thread = ConversationThread(
                        id: ids.next(),
                        channelID: workspace.channel.id,
                        audienceID: workspace.audience,
                        title: "Talk \(number)",
                        createdAt: tx.now
                    )
                    try await tx.createThread(thread)
                    let draft = MessageDraft(authorType: .human, author: "Ann", content: "Tea is at \(number).")
                    _ = try await conversations.append([draft], to: ConversationPlace(threadID: thread.id), in: tx)
                    try await derivations.extract(from: thread.id, in: tx)
                }
            }
            let work = DerivationWork(chat: chat, items: items, conversations: conversations, identifiers: ids)
            var configuration = WorkerConfiguration()
            configuration.concurrency = 4
            let settings = configuration
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<2 {
                    group.addTask {
                        let worker = Worker(
                            store: database.workerStore,
                            queue: database.queue,
                            provider: nil,
                            prices: PriceList(prices: ["scripted/scripted-1": 1_000_000_000]),
                            identifiers: ids,
                            derivation: work,
                            configuration: settings
                        )
                        while await worker.workOnce() > 0 {}
                    }
                }
            }
            let query = UsageQuery(dimensions: [], providers: ["scripted"])
            let rows = try await database.read(as: workspace.admin) { try await $0.usage(query) }
            let counted = try #require(rows.first)
            #expect(counted.calls == Int64(chat.requests.count) && counted.tokens == 120 * counted.calls)
            #expect(counted.cost > 0 && counted.cost < limit.amount + 120_000_000_000)
            #expect(try await database.names("SELECT id::text FROM mneme.usage_holds").isEmpty)
            let counts = try await database.queue.counts()
            #expect(counts.dead == 0 && counts.ready > 0)
        }
    }

    @Test func usageIsSummedUpAsAsked() async throws {
        try await withTestDatabase { database in
            let workspace = try await TestWorkspace.make(in: database)
            let records = [
                UsageRecord(userID: workspace.ann, provider: "p", model: "m", calls: 1, texts: 2, tokens: 3, cost: 4),
                UsageRecord(agentID: workspace.scout, provider: "p", model: "n", calls: 1, texts: 1, tokens: 1),
            ]
            try await database.write(as: workspace.admin) { try await $0.recordUsage(records) }
            try await workspace.insert([workspace.item("Stored by nobody", in: workspace.shared)])
            let scouts = workspace.item("Stored for scout", in: workspace.personal)
            try await workspace.insert([scouts], as: workspace.asAnn)
            @Sendable func rows(_ query: UsageQuery) async throws -> [UsageRow] {
                try await database.read(as: workspace.admin) { try await $0.usage(query) }
            }
            let models = try await rows(UsageQuery(dimensions: [.model], providers: ["p"]))
            #expect(models.map(\.model) == ["m", "n"])
            #expect(models.map(\.tokens) == [3, 1] && models.map(\.cost) == [4, 0])
            let stored = try await rows(UsageQuery(dimensions: [.agent], providers: ["storage"], models: ["items"]))
            #expect(Set(stored.map(\.agentID)) == [workspace.scout, nil])
            #expect(stored.map(\.texts) == [1, 1] && stored.map(\.bytes) == [16, 16])
            let today = CalendarDay(of: database.clock.now)
            let tomorrow = CalendarDay(days: today.days + 1)
            #expect(try await rows(UsageQuery(from: tomorrow)).isEmpty)
            #expect(try await rows(UsageQuery(from: today, to: today)).map(\.day) == [today])
            #expect(try await rows(UsageQuery(dimensions: [], agents: [workspace.scout])).first?.calls == 1)
        }
    }
}
