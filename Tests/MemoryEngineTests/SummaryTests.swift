import MemoryEngine
import MemoryModel
import MemoryTestSupport
import Testing

@Suite struct SummaryTests {
    private static let talk = [
        (
            "Ada", AuthorType.human,
            "The nightly import of the pantry file takes forty minutes since the move to the new disk."
        ),
        (
            "scout", .agent,
            "I measured the import: the index on the pantry table is built anew for every row of the file."
        ),
        ("Ada", .human, "Then let us build the index of the pantry table once, after the import of the file is done."),
        ("Ben", .human, "Lunch?"),
        ("scout", .agent, "With the index built after the import the nightly file takes four minutes, measured twice."),
        ("Ada", .human, "Decided: the import builds the index at the end, and Ben watches the disk this week."),
    ]

    /// A thread with the talk in it, and a fork with the same.
    private static func conversation(_ engine: EngineFixture) async throws -> (ConversationThread, Fork) {
        let thread = try await engine.thread("Slow import")
        let fork = try await engine.write(as: engine.user) { [conversation = engine.conversation] tx in
            let drafts = talk.map { MessageDraft(authorType: $0.1, author: $0.0, content: $0.2) }
            let messages = try await conversation.append(drafts, to: ConversationPlace(threadID: thread.id), in: tx)
            let fork = try await conversation.fork(at: messages[0].id, title: "Try an index", in: tx)
            let place = ConversationPlace(threadID: thread.id, forkID: fork.id)
            _ = try await conversation.append(drafts, to: place, in: tx)
            return fork
        }
        return (thread, fork)
    }

    private static func resolve(_ fork: Fork, _ engine: EngineFixture) async throws -> ResolvedFork {
        try await engine.write(as: engine.agent) { [conversation = engine.conversation] tx in
            try await conversation.resolve(fork.id, summary: nil, source: "claude-code", in: tx)
        }
    }

    private static func item(_ id: Identifier<ContextItem>?, _ engine: EngineFixture) async throws -> ContextItem? {
        guard let id else { return nil }
        return try await engine.write(as: engine.agent) { tx in
            do { return try await tx.item(id) } catch let error as StoreError where error.code == .notFound {
                return nil
            }
        }
    }

    private static func messages(of thread: ConversationThread, _ engine: EngineFixture) async throws -> [Message] {
        try await engine.write(as: engine.user) { tx in
            try await tx.messages(thread: thread.id, fork: nil, PageRequest(limit: 100)).rows
        }
    }

    @Test func aForkResolvedWithoutASummaryGetsOneFromTheModel() async throws {
        let chat = ScriptedChatProvider { request, _ in
            #expect(request.schema == nil)
            return ChatAnswer(text: "The index is built after the import.", requestTokens: 200, answerTokens: 10)
        }
        let engine = try await EngineFixture(embeds: false, chat: chat)
        let (thread, fork) = try await Self.conversation(engine)
        let resolved = try await Self.resolve(fork, engine)
        #expect(resolved.fork.status == .resolved)
        #expect(resolved.message == nil && resolved.item == nil)
        await engine.work()
        let item = try #require(try await Self.item(resolved.awaitedItemID, engine))
        #expect(item.content == "The index is built after the import.")
        #expect(item.kind == .summary)
        #expect(item.scope == .thread(thread.id))
        #expect(item.provenance.forkID == fork.id)
        #expect(item.provenance.principal == "agent:\(engine.agentID)")
        #expect(item.source == "claude-code")
        #expect(item.trust == .agent, "as low as the lowest of those who spoke")
        #expect(item.metadata["method"] == .string("scripted-1"))
        let last = try #require(try await Self.messages(of: thread, engine).last)
        #expect(last.content == item.content)
        #expect(last.authorType == .system)
        #expect(last.id == item.provenance.messageID)
        let read = try await engine.write(as: engine.agent) { tx in try await tx.fork(fork.id) }
        #expect(read.summary == item.content)
        let usage = engine.store.usage(in: engine.workspaceID)
        let record = UsageRecord(
            agentID: engine.agentID,
            provider: "scripted",
            model: "scripted-1",
            calls: 1,
            texts: 0,
            tokens: 210
        )
        #expect(usage == [record])
    }

    @Test(arguments: [true, false])
    func withoutAModelTheSummaryIsMadeOfTheConversationsSentences(embeds: Bool) async throws {
        let engine = try await EngineFixture(embeds: embeds)
        let (thread, fork) = try await Self.conversation(engine)
        let resolved = try await Self.resolve(fork, engine)
        await engine.work()
        let item = try #require(try await Self.item(resolved.awaitedItemID, engine))
        #expect(item.metadata["method"] == .string("extractive"))
        let sentences = Self.talk.map(\.2)
        let lines = item.content.split(separator: "\n")
        #expect(!lines.isEmpty)
        for line in lines {
            let text = line.drop { $0 != " " }.dropFirst()
            #expect(sentences.contains { $0.contains(text) || text.contains($0) }, "\(line)")
        }
        #expect(!item.content.contains("Lunch"))
        let last = try await Self.messages(of: thread, engine).last
        #expect(last?.metadata["method"] == .string("extractive"))
    }

    @Test func aThreadsSummarySupersedesTheOneBefore() async throws {
        let chat = ScriptedChatProvider { _, index in ChatAnswer(text: "Summary number \(index) of the import.") }
        let engine = try await EngineFixture(embeds: false, chat: chat)
        let (thread, _) = try await Self.conversation(engine)
        var awaited: [AwaitedSummary] = []
        for _ in 0..<3 {
            engine.clock.advance(bySeconds: 60)
            awaited.append(
                try await engine.write(as: engine.agent) { [derivations = engine.derivations] tx in
                    try await derivations.summarise(thread.id, target: .own, source: "api", in: tx)
                }
            )
            await engine.work()
        }
        let items = try await [
            Self.item(awaited[0].itemID, engine), Self.item(awaited[1].itemID, engine),
            Self.item(awaited[2].itemID, engine),
        ].compactMap(\.self)
        #expect(items.map(\.supersededBy) == [awaited[1].itemID, awaited[2].itemID, nil])
        let pack = try await engine.ask("summary of the import") { $0.recentMessages = 0 }
        #expect(pack.contents(.included) == ["Summary number 2 of the import."])
    }

    @Test func aLongConversationIsSummedUpPartAfterPart() async throws {
        var configuration = DerivationConfiguration()
        configuration.requestCharacters = 300
        let chat = ScriptedChatProvider { request, index in
            #expect(request.turns[0].text.contains("Summary so far") == (index > 0))
            return ChatAnswer(text: "Part \(index).")
        }
        let engine = try await EngineFixture(embeds: false, chat: chat, derivation: configuration)
        let (_, fork) = try await Self.conversation(engine)
        let resolved = try await Self.resolve(fork, engine)
        await engine.work()
        let item = try #require(try await Self.item(resolved.awaitedItemID, engine))
        #expect(chat.requests.count > 2)
        #expect(item.content == "Part \(chat.requests.count - 1).")
    }

    @Test(arguments: [ChatError.Code.declined, .truncated, .invalidInput, .invalidAnswer])
    func whereTheModelGivesNoneTheSummaryIsMadeWithout(code: ChatError.Code) async throws {
        let engine = try await EngineFixture(
            embeds: false,
            chat: ScriptedChatProvider { _, _ in throw ChatError(code, "no") }
        )
        let (_, fork) = try await Self.conversation(engine)
        let resolved = try await Self.resolve(fork, engine)
        await engine.work()
        let item = try #require(try await Self.item(resolved.awaitedItemID, engine))
        #expect(item.metadata["method"] == .string("extractive"))
        #expect(item.metadata["reason"] == .string("chat_\(code.rawValue)"))
    }

    @Test func aModelThatIsDownIsWaitedForAndThenDoneWithout() async throws {
        let chat = ScriptedChatProvider { _, _ in throw ChatError(.unavailable, "down", retryAfter: .seconds(5)) }
        let engine = try await EngineFixture(embeds: false, chat: chat)
        let (_, fork) = try await Self.conversation(engine)
        let resolved = try await Self.resolve(fork, engine)
        for _ in 0..<3 {
            #expect(try await Self.item(resolved.awaitedItemID, engine) == nil)
            #expect(await engine.worker.workOnce() == 1)
            #expect(await engine.worker.workOnce() == 0, "not before it is time")
            engine.clock.advance(bySeconds: 1_000)
        }
        let item = try #require(try await Self.item(resolved.awaitedItemID, engine))
        #expect(item.metadata["reason"] == .string("chat_unavailable"))
        #expect(chat.requests.count == 3)
    }

    @Test func whatMnemeInjectedIsNotSummedUp() async throws {
        let chat = ScriptedChatProvider { request, _ in
            #expect(!request.turns[0].text.contains("zebra"))
            #expect(request.turns[0].text.contains("I read this"))
            return ChatAnswer(text: "Summary.")
        }
        let engine = try await EngineFixture(embeds: false, chat: chat)
        try await engine.remember(ItemDraft(content: "The zebra is in the yard."))
        let thread = try await engine.thread("Quoting")
        for format in [ContextFormat.text, .xml] {
            let pack = try await engine.ask("zebra") { $0.format = format }.text
            #expect(pack.contains("zebra"))
            try await engine.write(as: engine.user) { [conversation = engine.conversation] tx in
                let drafts = [
                    MessageDraft(authorType: .agent, author: "scout", content: "I read this:\n\(pack)\nand so on."),
                    MessageDraft(authorType: .agent, author: "scout", content: pack),
                    MessageDraft(authorType: .agent, author: "scout", content: String(pack.dropLast(20))),
                ]
                _ = try await conversation.append(drafts, to: ConversationPlace(threadID: thread.id), in: tx)
            }
        }
        let awaited = try await engine.write(as: engine.agent) { [derivations = engine.derivations] tx in
            try await derivations.summarise(thread.id, target: .own, source: "api", in: tx)
        }
        await engine.work()
        #expect(try await Self.item(awaited.itemID, engine)?.content == "Summary.")
    }

    @Test func aThreadThatIsGoneIsNothingToDo() async throws {
        let engine = try await EngineFixture(embeds: false, chat: ScriptedChatProvider())
        let (thread, fork) = try await Self.conversation(engine)
        let resolved = try await Self.resolve(fork, engine)
        try await engine.write(as: engine.admin) { tx in try await tx.deleteThread(thread.id) }
        await engine.work()
        #expect(try await Self.item(resolved.awaitedItemID, engine) == nil)
        #expect(try await engine.store.counts() == JobCounts(ready: 0, leased: 0, dead: 0))
    }
}
