import MemoryEngine
import MemoryModel
import MemoryTestSupport
import Testing

@Suite struct ConversationServiceTests {
    @Test func messagesAreAppendedInOrderWithPairsOfUnspacedScripts() async throws {
        let engine = try await EngineFixture()
        let thread = try await engine.thread()
        let stored = try await engine.write(as: engine.user) { [conversation = engine.conversation] tx in
            try await conversation.append(
                [
                    MessageDraft(authorType: .human, author: "Ada", content: "Hello"),
                    MessageDraft(authorType: .human, author: "Ada", content: "東京タワーへ"),
                ],
                to: ConversationPlace(threadID: thread.id),
                in: tx
            )
        }
        #expect(stored.map(\.position) == [1, 2])
        #expect(stored[0].authorID == engine.userID.description)
        #expect(UnspacedScript.searchWords(of: "x 東京タ y") == ["東京", "京タ", "東", "京", "タ"])
    }

    @Test func aPinnedMessageBecomesAnItemWithTheWayBack() async throws {
        let engine = try await EngineFixture()
        let thread = try await engine.thread()
        let (message, item) = try await engine.write(as: engine.agent) { [conversation = engine.conversation] tx in
            let message = try await conversation.append(
                [MessageDraft(authorType: .human, author: "Ada", content: "We ship on Fridays.")],
                to: ConversationPlace(threadID: thread.id),
                in: tx
            )[0]
            return (message, try await conversation.pin(message.id, in: tx).item)
        }
        #expect(item.provenance.messageID == message.id)
        #expect(item.scope == .thread(thread.id))
        #expect(item.trust == .agent, "an agent's word for what a person said")
        let pack = try await engine.ask("release day") { $0.threadID = thread.id }
        #expect(pack.candidates.first?.section == .pins)
    }

    @Test func aResolvedForkPostsItsSummaryAndKeepsItAsAnItem() async throws {
        let engine = try await EngineFixture()
        let thread = try await engine.thread()
        let resolved = try await engine.write(as: engine.agent) { [conversation = engine.conversation] tx in
            let place = ConversationPlace(threadID: thread.id)
            let draft = MessageDraft(authorType: .human, author: "Ada", content: "Redis or Postgres?")
            let point = try await conversation.append([draft], to: place, in: tx)[0]
            let fork = try await conversation.fork(at: point.id, title: "Compare", in: tx)
            _ = try await conversation.append(
                [MessageDraft(authorType: .agent, author: "builder", content: "Postgres is enough.")],
                to: ConversationPlace(threadID: thread.id, forkID: fork.id),
                in: tx
            )
            return try await conversation.resolve(fork.id, summary: "Postgres was chosen.", in: tx)
        }
        #expect(resolved.fork.status == .resolved)
        let message = try #require(resolved.message)
        #expect(message.forkID == nil)
        let item = try #require(resolved.item)
        #expect(item.provenance.forkID == resolved.fork.id)
        #expect(item.kind == .summary)
        await #expect(throws: EngineError.self) {
            try await engine.write(as: engine.agent) { [conversation = engine.conversation] tx in
                _ = try await conversation.append(
                    [MessageDraft(authorType: .agent, author: "builder", content: "One more thing.")],
                    to: ConversationPlace(threadID: thread.id, forkID: resolved.fork.id),
                    in: tx
                )
            }
        }
        await #expect(throws: StoreError.self) {
            try await engine.write(as: engine.agent) { [conversation = engine.conversation] tx in
                _ = try await conversation.abandon(resolved.fork.id, in: tx)
            }
        }
    }
}
