import Foundation
import MemoryEngine
import MemoryModel
import MemoryTestSupport
import Testing

@Suite struct ContextServiceTests {
    @Test func aRareWordIsFoundThoughNoVectorIsNear() async throws {
        let engine = try await EngineFixture()
        for index in 0..<30 {
            try await engine.remember(ItemDraft(content: "The kitchen has \(index) cups of coffee and tea."))
        }
        try await engine.remember(ItemDraft(content: "Build flag XQ-7713 turns it off."))
        await engine.work()
        let pack = try await engine.ask("coffee tea kitchen cups XQ-7713") { $0.tokenBudget = 4_000 }
        #expect(pack.contents(.included).prefix(5).contains("Build flag XQ-7713 turns it off."))
        #expect(pack.degradations.isEmpty)
    }

    @Test func textIsFoundByWordsBeforeItIsEmbedded() async throws {
        let engine = try await EngineFixture()
        try await engine.remember(ItemDraft(content: "The invoice run starts at midnight."))
        let before = try await engine.ask("invoice")
        #expect(before.contents(.included).count == 1)
        #expect(before.freshness.awaitingVectors == 1)
        #expect(before.freshness.lexicalCurrent)
        await engine.work()
        let after = try await engine.ask("invoice")
        #expect(after.freshness.awaitingVectors == 0)
        #expect(after.candidates[0].scores["vector"] != nil)
    }

    @Test func aTokenIsMetOrTheAnswerSaysSo() async throws {
        let engine = try await EngineFixture()
        let committed = try await engine.store.withTransaction(as: engine.agent, .writing()) {
            [items = engine.items] tx in
            try await items.create(ItemDraft(content: "Fresh."), in: tx)
        }
        let token = try #require(committed.token)
        #expect(try await engine.ask("fresh") { $0.token = token }.freshness.tokenMet == true)
        engine.store.beginEpoch("restored")
        let pack = try await engine.ask("fresh") { $0.token = token }
        #expect(pack.freshness.tokenMet == false)
        #expect(pack.degradations.contains(.notYet))
        #expect(pack.contents(.included) == ["Fresh."], "the index was rebuilt for the new epoch")
    }

    @Test func aProviderThatIsDownOrLateDegradesTheAnswer() async throws {
        let engine = try await EngineFixture()
        try await engine.remember(ItemDraft(content: "Backups run on Sunday."))
        await engine.work()
        engine.embedder.failNext([EmbeddingError(.unavailable, "down")])
        let down = try await engine.ask("When do backups run?")
        #expect(down.degradations == [.embeddingUnavailable])
        #expect(down.contents(.included) == ["Backups run on Sunday."])

        var impatient = ContextConfiguration()
        impatient.embeddingPatience = .zero
        let late = try await EngineFixture(configuration: impatient)
        let (released, gate) = AsyncStream.makeStream(of: Void.self)
        late.embedder.hold { for await _ in released {} }
        try await late.remember(ItemDraft(content: "Backups run on Sunday."))
        let pack = try await late.ask("When do backups run?")
        #expect(pack.degradations == [.embeddingUnavailable])
        #expect(pack.contents(.included) == ["Backups run on Sunday."])
        gate.finish()
    }

    @Test func withoutAProviderWordsAnswerAlone() async throws {
        let engine = try await EngineFixture(embeds: false)
        try await engine.remember(ItemDraft(content: "Backups run on Sunday."))
        let pack = try await engine.ask("backups")
        #expect(pack.degradations == [.noEmbedding])
        #expect(pack.contents(.included) == ["Backups run on Sunday."])
        #expect(try await engine.store.counts().ready == 0)
    }

    @Test func pinsComeFirstAndStayTheSameBytes() async throws {
        let engine = try await EngineFixture()
        try await engine.remember(
            ItemDraft(content: "Answer in German.", kind: .instruction, isPinned: true),
            ItemDraft(content: "Never deploy on Friday.", isPinned: true),
            ItemDraft(content: "Coffee is at ten."),
            ItemDraft(content: "Tea is at four.")
        )
        await engine.work()
        let coffee = try await engine.ask("When is coffee?").text
        let tea = try await engine.ask("When is tea?").text
        let end = try #require(coffee.range(of: "]]\n[[mneme"))
        #expect(tea.hasPrefix(coffee[..<end.lowerBound]))
        #expect(
            coffee.contains("; a=agent api]]\n1a 260302 Answer in German.\n2a 260302 Never deploy on Friday.\n")
        )
    }

    @Test func filtersScopesAndStatesBoundWhatIsInjected() async throws {
        let engine = try await EngineFixture()
        let thread = try await engine.thread()
        let other = try await engine.thread("Other")
        try await engine.remember(
            ItemDraft(content: "Alpha everywhere.", tags: ["x"]),
            ItemDraft(content: "Alpha in the thread.", scope: .thread(thread.id)),
            ItemDraft(content: "Alpha elsewhere.", scope: .thread(other.id)),
            ItemDraft(content: "Alpha of the task.", kind: .decision, scope: .task("T-1")),
            ItemDraft(content: "Alpha that has run out.", expiresAt: engine.clock.now.advanced(bySeconds: 10))
        )
        let held = try await engine.remember(ItemDraft(content: "Alpha held back."))[0]
        try await engine.write(as: engine.agent) { [items = engine.items] tx in
            _ = try await items.patch(held.id, ItemPatch(state: .quarantined), in: tx)
        }
        await engine.work()
        engine.clock.advance(bySeconds: 60)
        let pack = try await engine.ask("alpha") {
            $0.threadID = thread.id
            $0.taskID = "T-1"
            $0.recentMessages = 0
        }
        #expect(Set(pack.contents(.included)) == ["Alpha everywhere.", "Alpha in the thread.", "Alpha of the task."])
        #expect(pack.contents(.expired) == ["Alpha that has run out."])
        #expect(pack.contents(.quarantined) == ["Alpha held back."])
        let tagged = try await engine.ask("alpha") { $0.filter.tags = ["x"] }
        #expect(tagged.contents(.included) == ["Alpha everywhere."])
        let decisions = try await engine.ask("alpha") { $0.filter.kinds = [.decision] }
        #expect(decisions.contents(.included) == ["Alpha of the task."])
    }

    @Test func duplicatesAreReportedAndInjectedOnce() async throws {
        let engine = try await EngineFixture()
        try await engine.remember(
            ItemDraft(content: "The build takes nine minutes on two cores."),
            ItemDraft(content: "the build takes nine minutes, on two cores!")
        )
        let pack = try await engine.ask("How long does the build take?")
        #expect(pack.contents(.included).count == 1)
        #expect(pack.contents(.duplicate).count == 1)
    }

    @Test func nobodyElsesItemsComeBack() async throws {
        let engine = try await EngineFixture()
        let (stranger, loner) = (engine.identifiers.next(Agent.self), engine.identifiers.next(User.self))
        try await engine.write(as: engine.admin) { [identifiers = engine.identifiers] tx in
            let agent = Agent(id: stranger, name: "stranger", createdAt: tx.now)
            try await tx.createAgent(agent, audienceID: identifiers.next())
            let user = User(id: loner, name: "Bob", role: .member, createdAt: tx.now)
            try await tx.createUser(user, audienceID: identifiers.next())
        }
        try await engine.remember(ItemDraft(content: "The canary sings at dawn."))
        await engine.work()
        let scopes = Set(AccessScope.allCases)
        for principal in [
            Principal(workspaceID: engine.workspaceID, agentID: stranger, role: .member, scopes: scopes),
            Principal(workspaceID: engine.workspaceID, userID: loner, role: .member, scopes: scopes),
        ] {
            let pack = try await engine.context.answer(ContextQuery(query: "canary dawn"), as: principal)
            #expect(pack.candidates.isEmpty)
            await #expect(throws: StoreError.self) {
                let query = ContextQuery(agentID: engine.agentID, query: "canary")
                _ = try await engine.context.answer(query, as: principal)
            }
        }
        let owner = try await engine.context.answer(ContextQuery(query: "canary"), as: engine.user)
        #expect(owner.contents(.included).count == 1, "positive control: the agent's owner finds it")
    }

    @Test func recentMessagesGetTheirShareNewestFirst() async throws {
        let engine = try await EngineFixture()
        let thread = try await engine.thread()
        try await engine.write(as: engine.user) { [conversation = engine.conversation] tx in
            let drafts = (1...40).map {
                MessageDraft(authorType: .human, author: "Ada", content: "Message number \($0) of many.")
            }
            _ = try await conversation.append(drafts, to: ConversationPlace(threadID: thread.id), in: tx)
        }
        for index in 0..<40 {
            try await engine.remember(ItemDraft(content: "Fact \(index) about messages and numbers."))
        }
        let pack = try await engine.ask("messages") {
            $0.threadID = thread.id
            $0.tokenBudget = 400
            $0.recentMessages = 40
        }
        #expect(pack.tokenCount <= 400)
        #expect(pack.text.contains("Message number 40 of many."))
        #expect(!pack.text.contains("Message number 1 of many."))
        #expect(pack.candidates.contains { $0.section != .recentThread && $0.outcome == .included })
    }

    @Test func aReplayIsTheSameBytesAndTellsWhatWasErased() async throws {
        let engine = try await EngineFixture()
        let long = (0..<300).map { "Line \($0) of the report." }.joined(separator: "\n") + " The budget is 42."
        let drafts = [
            ItemDraft(content: "Pinned rule.", isPinned: true), ItemDraft(content: "The budget was 40 last year."),
            ItemDraft(content: long),
        ]
        let items = try await engine.write(as: engine.agent) { [items = engine.items] tx in
            try await items.create(drafts, in: tx).map(\.item)
        }
        await engine.work()
        for format in ContextFormat.allCases {
            let pack = try await engine.ask("What is the budget?") {
                $0.format = format
                $0.tokenBudget = 300
            }
            #expect(pack.candidates.contains { $0.outcome == .excerpted })
            let waiting = try await engine.context.replay(pack.id, as: engine.agent)
            #expect(waiting.rendered == pack.rendered)
            await engine.context.flush()
            let replay = try await engine.context.replay(pack.id, as: engine.agent)
            #expect(replay.isIdentical)
            #expect(replay.rendered == pack.rendered)
        }
        #expect(engine.store.events(in: engine.workspaceID).count { $0.kind == "context_retrieved" } == 4)
        let pack = try await engine.ask("What is the budget?")
        try await engine.write(as: engine.agent) { [service = engine.items] tx in
            try await service.delete(items[1].id, in: tx)
        }
        let replay = try await engine.context.replay(pack.id, as: engine.agent)
        #expect(!replay.isIdentical)
        #expect(replay.missingItems.map(\.itemID) == [items[1].id])
    }

    @Test(arguments: [("token_budget", 0), ("token_budget", -5), ("token_budget", 200_001)])
    func budgetsOutOfRangeAreRefusedByName(_ field: String, _ budget: Int) async throws {
        let engine = try await EngineFixture()
        let error = await #expect(throws: EngineError.self) {
            try await engine.ask("anything") { $0.tokenBudget = budget }
        }
        #expect(error?.field == field)
    }

    @Test func itemSearchPagesThroughAllMatchesOnce() async throws {
        let engine = try await EngineFixture()
        for index in 0..<25 { try await engine.remember(ItemDraft(content: "Zebra number \(index) & co.")) }
        let search = ItemSearch(sharing: engine.context)
        var seen: [String] = []
        var position: PagePosition?
        repeat {
            let page = PageRequest(after: position, limit: 10)
            let answer = try await search.search(ItemSearchQuery(text: "zebras", page: page), as: engine.agent)
            seen += answer.page.rows.map(\.item.content)
            #expect(answer.page.rows.allSatisfy { $0.highlights.html.hasPrefix("<mark>Zebra</mark>") })
            position = answer.page.next
        } while position != nil
        #expect(seen.count == 25)
        #expect(Set(seen).count == 25)
    }

    @Test func whatFiltersAllowedIsKeptUntilTimeOrContentsChange() async throws {
        let engine = try await EngineFixture(embeds: false)
        let start = engine.clock.now
        try await engine.remember(
            ItemDraft(content: "Alpha always."),
            ItemDraft(content: "Alpha runs out.", expiresAt: start.advanced(bySeconds: 10)),
            ItemDraft(content: "Alpha to come.", validFrom: start.advanced(bySeconds: 20))
        )
        for _ in 0..<2 {
            #expect(try await Set(engine.ask("alpha").contents(.included)) == ["Alpha always.", "Alpha runs out."])
        }
        engine.clock.advance(bySeconds: 11)
        #expect(try await engine.ask("alpha").contents(.included) == ["Alpha always."])
        engine.clock.advance(bySeconds: 10)
        #expect(try await Set(engine.ask("alpha").contents(.included)) == ["Alpha always.", "Alpha to come."])
        engine.clock.advance(bySeconds: -21)
        #expect(try await Set(engine.ask("alpha").contents(.included)) == ["Alpha always.", "Alpha runs out."])
        let past = try await engine.ask("alpha") { $0.asOf = start.advanced(bySeconds: -60) }
        #expect(past.contents(.included).isEmpty)
        try await engine.remember(ItemDraft(content: "Alpha anew."))
        #expect(try await engine.ask("alpha").contents(.included).contains("Alpha anew."))
        let facts = try await engine.ask("alpha") { $0.filter.kinds = [.decision] }
        #expect(facts.contents(.included).isEmpty)
    }
}
