import MemoryEngine
import MemoryModel
import MemoryTestSupport
import Testing

@Suite struct ExtractionTests {
    /// A thread with some messages, the second by an agent.
    private static func thread(
        _ engine: EngineFixture,
        _ texts: [String]
    ) async throws -> (ConversationThread, [Message]) {
        let thread = try await engine.thread("Planning")
        return (thread, try await say(texts, in: thread, engine))
    }

    private static func say(
        _ texts: [String],
        in thread: ConversationThread,
        _ engine: EngineFixture
    ) async throws -> [Message] {
        try await engine.write(as: engine.user) { [conversation = engine.conversation] tx in
            let drafts = texts.enumerated().map { index, text in
                MessageDraft(
                    authorType: index == 1 ? .agent : .human,
                    author: index == 1 ? "scout" : "Ada",
                    content: text
                )
            }
            return try await conversation.append(drafts, to: ConversationPlace(threadID: thread.id), in: tx)
        }
    }

    private static func extract(_ thread: ConversationThread, _ engine: EngineFixture) async throws {
        try await engine.write(as: engine.agent) { [derivations = engine.derivations] tx in
            try await derivations.extract(from: thread.id, in: tx)
        }
        await engine.work()
    }

    private static func proposals(_ engine: EngineFixture) async throws -> [ItemProposal] {
        try await engine.write(as: engine.agent) { tx in
            try await tx.proposals(in: nil, state: nil, PageRequest(limit: 100)).rows
        }.sorted { $0.content < $1.content }
    }

    private static func item(
        _ content: JSONValue,
        kind: JSONValue = .string("decision"),
        confidence: JSONValue = .number(0.9),
        sources: JSONValue = .array([.integer(1)])
    ) -> JSONValue {
        .object(["content": content, "kind": kind, "confidence": confidence, "sources": sources])
    }

    private static func answer(_ items: [JSONValue]) -> ChatAnswer {
        ChatAnswer(text: "{}", json: .object(["items": .array(items)]), requestTokens: 100, answerTokens: 20)
    }

    private static let texts = ["We deploy on Tuesdays.", "The importer logs to disk.", "Ada prefers tea."]

    @Test func proposalsNameTheirSourcesAndAreTrustedAsTheLowestOfThem() async throws {
        let chat = ScriptedChatProvider { request, _ in
            #expect(request.schema?.name == "items")
            return Self.answer([
                Self.item(.string("Deploys happen on Tuesdays.")),
                Self.item(
                    .string("The importer logs to disk."),
                    kind: .string("fact"),
                    sources: .array([.integer(2), .integer(3)])
                ),
            ])
        }
        let engine = try await EngineFixture(embeds: false, chat: chat)
        let (thread, messages) = try await Self.thread(engine, Self.texts)
        try await Self.extract(thread, engine)
        let proposals = try await Self.proposals(engine)
        #expect(proposals.map(\.content) == ["Deploys happen on Tuesdays.", "The importer logs to disk."])
        #expect(proposals.map(\.sourceMessageIDs) == [[messages[0].id], [messages[1].id, messages[2].id]])
        #expect(proposals.map(\.trust) == [.user, .agent])
        #expect(proposals.allSatisfy { $0.state == .proposed && $0.audienceID == thread.audienceID })
        #expect(proposals[0].method == "scripted-1")
        let pack = try await engine.ask("deploys importer")
        #expect(pack.contents(.included).isEmpty, "a proposal is in no pack")
    }

    @Test func whatDoesNotHoldUpIsNotProposed() async throws {
        let chat = ScriptedChatProvider { _, _ in
            Self.answer([
                Self.item(.string("Foreign source."), sources: .array([.integer(4)])),
                Self.item(.string("No source."), sources: .array([])),
                Self.item(.string("Source zero."), sources: .array([.integer(0)])),
                Self.item(.string("Not sure."), confidence: .number(0.2)),
                Self.item(.string("  ")),
                Self.item(.string(String(repeating: "long ", count: 2_000))),
                Self.item(.string("Quotes [[mneme a1b2 memory: x]] a pack.")),
                Self.item(.string("Good."), sources: .array([.integer(3), .integer(3)])),
            ])
        }
        let engine = try await EngineFixture(embeds: false, chat: chat)
        let (thread, messages) = try await Self.thread(engine, Self.texts)
        try await Self.extract(thread, engine)
        let proposals = try await Self.proposals(engine)
        #expect(proposals.map(\.content) == ["Good."])
        #expect(proposals[0].sourceMessageIDs == [messages[2].id])
    }

    @Test func anAnswerThatBreaksTheSchemaIsAskedForOnceMore() async throws {
        let wrong: [JSONValue?] = [
            nil, .array([]), .object([:]), .object(["items": .string("x")]), .object(["items": .array([.null])]),
            .object(["items": .array([Self.item(.integer(5))])]),
            .object(["items": .array([Self.item(.string("x"), kind: .string("instruction"))])]),
            .object(["items": .array([Self.item(.string("x"), kind: .string("nonsense"))])]),
            .object(["items": .array([Self.item(.string("x"), confidence: .integer(7))])]),
            .object(["items": .array([Self.item(.string("x"), sources: .array([.number(1.5)]))])]),
            .object(["items": .array([Self.item(.string("x"), sources: .string("1"))])]),
        ]
        for (number, json) in wrong.enumerated() {
            let chat = ScriptedChatProvider { request, index in
                if index == 0 { return ChatAnswer(text: "nonsense", json: json) }
                #expect(request.turns.count == 3)
                return Self.answer([Self.item(.string("Good."))])
            }
            let engine = try await EngineFixture(embeds: false, chat: chat)
            let (thread, _) = try await Self.thread(engine, Self.texts)
            try await Self.extract(thread, engine)
            #expect(try await Self.proposals(engine).map(\.content) == ["Good."], "\(number)")
            chat.follow { _, _ in ChatAnswer(text: "nonsense", json: json) }
            _ = try await Self.say(["More."], in: thread, engine)
            try await Self.extract(thread, engine)
            #expect(chat.requests.count == 2, "\(number)")
            #expect(try await engine.store.counts() == JobCounts(ready: 0, leased: 0, dead: 0))
        }
    }

    @Test func aThreadIsLookedThroughFromWhereItWasLeft() async throws {
        let chat = ScriptedChatProvider { request, _ in
            #expect(!request.turns[0].text.contains("Tuesdays") || !request.turns[0].text.contains("Later"))
            return Self.answer([])
        }
        let engine = try await EngineFixture(embeds: false, chat: chat)
        let (thread, _) = try await Self.thread(engine, Self.texts)
        try await Self.extract(thread, engine)
        try await Self.extract(thread, engine)
        #expect(chat.requests.count == 1, "nothing is new")
        _ = try await Self.say(["Later."], in: thread, engine)
        try await Self.extract(thread, engine)
        #expect(chat.requests.count == 2)
    }

    @Test func aLongThreadIsLookedThroughInPartsOverSeveralJobs() async throws {
        var configuration = DerivationConfiguration()
        configuration.requestCharacters = 400
        configuration.partsPerJob = 2
        let chat = ScriptedChatProvider { _, index in Self.answer([Self.item(.string("Item \(index)."))]) }
        let engine = try await EngineFixture(embeds: false, chat: chat, derivation: configuration)
        let (thread, _) = try await Self.thread(
            engine,
            (0..<60).map { "Message number \($0) of a long talk about tea." }
        )
        try await Self.extract(thread, engine)
        let count = chat.requests.count
        #expect(count > 6)
        #expect(try await Self.proposals(engine).count == count)
        let seen = chat.requests.map { $0.turns[0].text }.joined()
        for number in 0..<60 { #expect(seen.contains("number \(number) of")) }
    }

    @Test func twiceDoneIsOnceDone() async throws {
        let chat = ScriptedChatProvider { _, _ in Self.answer([Self.item(.string("Deploys happen on Tuesdays."))]) }
        let engine = try await EngineFixture(embeds: false, chat: chat)
        let (thread, _) = try await Self.thread(engine, Self.texts)
        try await Self.extract(thread, engine)
        _ = try await Self.say(["Again: Tuesdays."], in: thread, engine)
        try await Self.extract(thread, engine)
        #expect(try await Self.proposals(engine).count == 1)
    }

    @Test func aModelThatIsDownLosesNothing() async throws {
        let chat = ScriptedChatProvider { _, _ in throw ChatError(.unavailable, "down") }
        let engine = try await EngineFixture(embeds: false, chat: chat)
        let (thread, _) = try await Self.thread(engine, Self.texts)
        try await Self.extract(thread, engine)
        for _ in 0..<20 {
            engine.clock.advance(bySeconds: 1_000)
            await engine.work()
        }
        #expect(try await engine.store.counts().dead == 0)
        chat.follow { _, _ in Self.answer([Self.item(.string("Good."))]) }
        engine.clock.advance(bySeconds: 1_000)
        await engine.work()
        #expect(try await Self.proposals(engine).count == 1)
    }

    @Test func whatMnemeInjectedIsNotLookedThrough() async throws {
        let chat = ScriptedChatProvider { request, _ in
            #expect(!request.turns[0].text.contains("zebra"))
            return Self.answer([])
        }
        let engine = try await EngineFixture(embeds: false, chat: chat)
        try await engine.remember(ItemDraft(content: "The zebra is in the yard."))
        let pack = try await engine.ask("zebra").text
        let (thread, _) = try await Self.thread(engine, ["Tea?", pack, "See \(pack) there."])
        try await Self.extract(thread, engine)
        #expect(chat.requests.count == 1)
    }

    @Test func acceptingMakesAnItemThatIsTrustedAsItsSourcesAre() async throws {
        let engine = try await EngineFixture(embeds: false)
        let (thread, messages) = try await Self.thread(engine, Self.texts)
        let proposal = try await engine.write(as: engine.user) { [derivations = engine.derivations] tx in
            let draft = ProposalDraft(
                content: "The importer logs to disk.",
                kind: .fact,
                sourceMessageIDs: [messages[1].id]
            )
            return try await derivations.propose(draft, in: thread.id, tx: tx).proposal
        }
        for _ in 0..<2 {
            let accepted = try await engine.write(as: engine.user) { [derivations = engine.derivations] tx in
                try await derivations.accept(proposal.id, as: ProposalAcceptance(tags: ["ops"]), in: tx)
            }
            #expect(accepted.item.trust == .agent)
            #expect(accepted.item.content == "The importer logs to disk.")
            #expect(accepted.item.provenance.messageID == messages[1].id)
            #expect(accepted.item.scope == .thread(thread.id))
            #expect(accepted.proposal.state == .accepted)
            #expect(accepted.proposal.itemID == accepted.item.id)
            #expect(accepted.proposal.decidedBy == "user:\(engine.userID)")
        }
        await #expect(throws: EngineError.self) {
            try await engine.write(as: engine.user) { [derivations = engine.derivations] tx in
                _ = try await derivations.reject(proposal.id, in: tx)
            }
        }
    }

    @Test func whatIsRejectedStaysRejectedAndIsNotProposedAgain() async throws {
        let chat = ScriptedChatProvider { _, _ in Self.answer([Self.item(.string("Deploys happen on Tuesdays."))]) }
        let engine = try await EngineFixture(embeds: false, chat: chat)
        let (thread, _) = try await Self.thread(engine, Self.texts)
        try await Self.extract(thread, engine)
        let proposal = try await Self.proposals(engine)[0]
        for _ in 0..<2 {
            try await engine.write(as: engine.user) { [derivations = engine.derivations] tx in
                _ = try await derivations.reject(proposal.id, in: tx)
            }
        }
        _ = try await Self.say(["Tuesdays!"], in: thread, engine)
        try await Self.extract(thread, engine)
        #expect(try await Self.proposals(engine).map(\.state) == [.rejected])
        await #expect(throws: EngineError.self) {
            try await engine.write(as: engine.user) { [derivations = engine.derivations] tx in
                _ = try await derivations.accept(proposal.id, as: ProposalAcceptance(), in: tx)
            }
        }
    }

    @Test func sourcesMustBeMessagesOfTheThread() async throws {
        let engine = try await EngineFixture(embeds: false)
        let (thread, messages) = try await Self.thread(engine, Self.texts)
        let (other, _) = try await Self.thread(engine, ["Elsewhere."])
        for (place, sources) in [
            (other.id, [messages[0].id]), (thread.id, [engine.identifiers.next(Message.self)]), (thread.id, []),
        ] {
            await #expect(throws: (any Error).self) {
                try await engine.write(as: engine.user) { [derivations = engine.derivations] tx in
                    let draft = ProposalDraft(content: "x", sourceMessageIDs: sources)
                    _ = try await derivations.propose(draft, in: place, tx: tx)
                }
            }
        }
    }

    @Test func aDeletedMessageTakesItsProposalsAlong() async throws {
        let chat = ScriptedChatProvider { _, _ in
            Self.answer([
                Self.item(.string("Deploys happen on Tuesdays.")),
                Self.item(.string("Tea."), sources: .array([.integer(3)])),
            ])
        }
        let engine = try await EngineFixture(embeds: false, chat: chat)
        let (thread, messages) = try await Self.thread(engine, Self.texts)
        try await Self.extract(thread, engine)
        try await engine.write(as: engine.user) { [conversation = engine.conversation] tx in
            try await conversation.delete(messages[0].id, in: tx)
        }
        #expect(try await Self.proposals(engine).map(\.content) == ["Tea."])
    }

    @Test func aWorkspaceMayHaveItDoneByItself() async throws {
        let chat = ScriptedChatProvider { _, _ in Self.answer([]) }
        let engine = try await EngineFixture(embeds: false, chat: chat)
        let (thread, _) = try await Self.thread(engine, (0..<30).map { "Before \($0)." })
        await engine.work()
        #expect(chat.requests.isEmpty, "off by default")
        try await engine.write(as: engine.admin) { [derivations = engine.derivations] tx in
            try await derivations.setAutomatic(true, in: tx)
        }
        for number in 0..<9 { _ = try await Self.say(["Then \(number)."], in: thread, engine) }
        await engine.work()
        #expect(chat.requests.isEmpty, "not before the fortieth message")
        _ = try await Self.say(["Now."], in: thread, engine)
        await engine.work()
        #expect(chat.requests.count == 1)
        #expect(chat.requests[0].turns[0].text.contains("Before 0.") && chat.requests[0].turns[0].text.contains("Now."))
        _ = try await Self.say(["Resolved."], in: thread, engine)
        try await engine.write(as: engine.user) { [derivations = engine.derivations] tx in
            try await derivations.threadWasResolved(thread.id, in: tx)
        }
        await engine.work()
        #expect(chat.requests.count == 2)
        await #expect(throws: StoreError.self, "an admin decides") {
            try await engine.write(as: engine.user) { [derivations = engine.derivations] tx in
                try await derivations.setAutomatic(false, in: tx)
            }
        }
    }

    @Test func withoutAModelAskingIsRefused() async throws {
        let engine = try await EngineFixture(embeds: false)
        let (thread, _) = try await Self.thread(engine, Self.texts)
        await #expect(throws: EngineError.self) { try await Self.extract(thread, engine) }
    }
}
