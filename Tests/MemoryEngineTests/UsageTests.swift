import MemoryEngine
import MemoryModel
import MemoryTestSupport
import Testing

/// Metering of provider calls, and limits of what they may cost.
@Suite struct UsageTests {
    /// A token costs a unit.
    private static let prices = PriceList(prices: ["test/hashing": 1_000_000_000])

    private func total(_ engine: EngineFixture) -> ProviderUsage {
        engine.store.usage(in: engine.workspaceID).reduce(.none) {
            $0 + ProviderUsage(calls: $1.calls, texts: $1.texts, tokens: $1.tokens)
        }
    }

    /// Writes, worker rounds, queries, failures, workers that hang past their lease, workers that are stopped.
    @Test(arguments: 0..<12 as Range<UInt64>)
    func whatIsMeteredIsWhatTheProviderCounted(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        let engine = try await EngineFixture()
        let codes: [EmbeddingError.Code] = [.unavailable, .deadlineExceeded, .refused, .invalidAnswer]
        for round in 0..<25 {
            try await engine.remember(ItemDraft(content: "Text \(round) a"), ItemDraft(content: "Text \(round) b"))
            switch Int.random(in: 0..<6, using: &random) {
            case 0:
                engine.embedder.failNext([EmbeddingError(codes.randomElement(using: &random) ?? .refused, "scripted")])
            case 1: engine.embedder.refuse(word: "\(round)")
            case 2: try await stopWorker(of: engine)
            case 3: _ = try await engine.ask("Question \(round)")
            default: break
            }
            await engine.worker.workOnce()
            engine.clock.advance(bySeconds: Int64.random(in: 0...20, using: &random))
        }
        for _ in 0..<40 {
            engine.clock.advance(bySeconds: 1000)
            await engine.work()
        }
        await engine.context.flush()
        let counted = total(engine)
        #expect(counted.calls == Int64(engine.embedder.callCount))
        #expect(counted.texts == Int64(engine.embedder.textsEmbedded))
        #expect(counted.tokens == Int64(engine.embedder.tokensCounted))
    }

    /// Stops a worker in the middle of a call of the provider.
    private func stopWorker(of engine: EngineFixture) async throws {
        let before = engine.embedder.callCount
        let (released, gate) = AsyncStream.makeStream(of: Void.self)
        engine.embedder.hold { for await _ in released {} }
        let running = Task { await engine.worker.workOnce() }
        var turns = 0
        while engine.embedder.callCount == before, turns < 10_000 {
            await Task.yield()
            turns += 1
        }
        running.cancel()
        gate.finish()
        _ = await running.value
        engine.embedder.hold(at: nil)
    }

    @Test func spendingStopsWithinOneBatchOfItsLimit() async throws {
        var configuration = WorkerConfiguration()
        configuration.batchSize = 1
        let engine = try await EngineFixture(workerConfiguration: configuration, prices: Self.prices)
        let limit = SpendingLimit(period: .month, amount: 20_000_000_000)
        try await engine.write(as: engine.admin) { try await $0.setSpendingLimit(limit) }
        for number in 0..<30 { try await engine.remember(ItemDraft(content: "A thing worth knowing \(number)")) }
        for _ in 0..<40 { await engine.worker.workOnce() }
        let spent = engine.store.usage(in: engine.workspaceID).map(\.cost)
        let all = spent.reduce(0, +)
        #expect(all >= limit.amount && all - (spent.max() ?? 0) < limit.amount)
        // The rest waits, and is neither lost nor put aside.
        #expect(try await engine.store.counts().dead == 0)
        #expect(try await engine.store.counts().ready > 0)
        try await engine.write(as: engine.admin) { try await $0.removeSpendingLimit(ofAgent: nil) }
        engine.clock.advance(bySeconds: 1000)
        for _ in 0..<40 { await engine.worker.workOnce() }
        #expect(try await engine.store.counts() == JobCounts(ready: 0, leased: 0, dead: 0))
    }

    @Test func anAgentsLimitHoldsForThatAgentAlone() async throws {
        let engine = try await EngineFixture(prices: Self.prices)
        let limit = SpendingLimit(agentID: engine.agentID, period: .day, amount: 0)
        try await engine.write(as: engine.admin) { try await $0.setSpendingLimit(limit) }
        try await engine.remember(ItemDraft(content: "The agent's."))
        try await engine.write(as: engine.user) { [items = engine.items] tx in
            _ = try await items.create(ItemDraft(content: "The user's."), in: tx)
        }
        await engine.worker.workOnce()
        await engine.worker.workOnce()
        let records = engine.store.usage(in: engine.workspaceID)
        #expect(records.map(\.agentID) == [nil])
        #expect(records.map(\.userID) == [engine.userID])
        // Where nothing costs anything, a limit of spending stops nothing.
        let free = try await EngineFixture()
        let none = SpendingLimit(period: .day, amount: 0)
        try await free.write(as: free.admin) { try await $0.setSpendingLimit(none) }
        try await free.remember(ItemDraft(content: "For free."))
        await free.work()
        #expect(try await free.ask("free").freshness.awaitingVectors == 0)
    }

    @Test func aQueryBeyondTheLimitIsAnsweredFromWordsAndSaysSo() async throws {
        let engine = try await EngineFixture(prices: Self.prices)
        try await engine.remember(ItemDraft(content: "Bread is in the oven."))
        await engine.work()
        #expect(try await engine.ask("bread").degradations == [])
        let limit = SpendingLimit(period: .day, amount: 1)
        try await engine.write(as: engine.admin) { try await $0.setSpendingLimit(limit) }
        await engine.context.flush()
        let pack = try await engine.ask("the oven, please")
        #expect(pack.degradations == [.allowanceUsedUp])
        #expect(pack.contents(.included) == ["Bread is in the oven."])
        // What was embedded before costs nothing.
        #expect(try await engine.ask("bread").degradations == [])
        engine.clock.advance(bySeconds: 86_400)
        _ = try await engine.ask("yet another question")
        await engine.context.flush()
        #expect(try await engine.ask("and one more").degradations == [])
    }

    @Test func chatCallsStopWithinOneCallOfALimitAndGoOnInTheNextPeriod() async throws {
        var configuration = DerivationConfiguration()
        configuration.requestCharacters = 400
        configuration.partsPerJob = 3
        let chat = ScriptedChatProvider { _, _ in
            ChatAnswer(text: "{}", json: .object(["items": .array([])]), requestTokens: 100, answerTokens: 20)
        }
        let prices = PriceList(prices: ["scripted/scripted-1": 1_000_000_000])
        let engine = try await EngineFixture(embeds: false, chat: chat, derivation: configuration, prices: prices)
        let limit = SpendingLimit(period: .day, amount: 500_000_000_000)
        try await engine.write(as: engine.admin) { try await $0.setSpendingLimit(limit) }
        let thread = try await engine.thread("Long")
        for number in 0..<40 {
            try await engine.say("Message number \(number) of a long talk about tea.", in: thread)
        }
        try await engine.write(as: engine.agent) { [derivations = engine.derivations] tx in
            try await derivations.extract(from: thread.id, in: tx)
        }
        await engine.work()
        #expect(chat.requests.count == 5, "four calls are within the limit, and one goes beyond it")
        // A summary is not waited for: somebody has asked for it.
        let awaited = try await engine.write(as: engine.agent) { [derivations = engine.derivations] tx in
            try await derivations.summarise(thread.id, target: .own, source: "api", in: tx)
        }
        await engine.work()
        let summary = try await engine.write(as: engine.agent) { try await $0.item(awaited.itemID) }
        #expect(summary.metadata["reason"] == .string("used_up_spending"))
        for day in 1...9 {
            engine.clock.advance(bySeconds: 86_400)
            await engine.work()
            #expect(chat.requests.count <= 5 * (day + 1))
        }
        let seen = chat.requests.map { $0.turns[0].text }.joined()
        for number in 0..<40 { #expect(seen.contains("number \(number) of")) }
        #expect(try await engine.store.counts() == JobCounts(ready: 0, leased: 0, dead: 0))
        let count = Int64(chat.requests.count)
        #expect(total(engine) == ProviderUsage(calls: count, tokens: 120 * count))
        #expect(engine.store.usage(in: engine.workspaceID).map(\.cost).reduce(0, +) == 120_000_000_000 * count)
    }

    @Test func theTokensOfADayAreAQuota() async throws {
        let tiers = TierTable(
            limits: [.enterprise: TierLimits(quotas: [.tokensPerDay: 3])],
            standard: .enterprise
        )
        let engine = try await EngineFixture(tiers: tiers)
        try await engine.remember(ItemDraft(content: "Bread is in the oven."))
        await engine.work()
        #expect(try await engine.ask("What is in the oven now?").degradations == [])
        await engine.context.flush()
        #expect(try await engine.ask("and in the larder?").degradations == [.allowanceUsedUp])
    }

    @Test func whoReadsAnothersPersonalMemoryIsNoted() async throws {
        let engine = try await EngineFixture()
        try await engine.remember(ItemDraft(content: "A private thought."))
        _ = try await engine.ask("thought")
        var query = ContextQuery(query: "thought")
        query.agentID = engine.agentID
        for principal in [engine.admin, engine.user, engine.user] {
            let origin = RequestOrigin(action: "POST /v1/context", address: "192.0.2.7", requestID: "r")
            _ = try await engine.context.answer(query, as: principal.from(origin))
        }
        await engine.reads.flush()
        let entries = try await engine.store.withTransaction(as: engine.admin, .reading()) { tx in
            try await tx.auditEntries(AuditFilter(), PageRequest(limit: 10))
        }.value.rows
        #expect(entries.count == 2)
        #expect(Set(entries.map(\.userID)) == [nil, engine.userID])
        #expect(entries.first { $0.userID != nil }?.count == 2)
        #expect(entries.allSatisfy { $0.kind == .personalRead && $0.address == "192.0.2.7" })
        #expect(entries.allSatisfy { $0.subjects.contains("agent:\(engine.agentID)") })
    }
}
