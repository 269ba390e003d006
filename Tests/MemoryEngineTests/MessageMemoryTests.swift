import Foundation
import MemoryEngine
import MemoryModel
import MemoryTestSupport
import Testing

/// What is said is memory.
@Suite struct MessageMemoryTests {
    @Test func itemsAndMessagesAreFoundByOneQuery() async throws {
        let engine = try await EngineFixture()
        let thread = try await engine.thread()
        try await engine.say("The cold store is kept at four degrees.", in: thread)
        try await engine.remember(ItemDraft(content: "Cold store alarms go to the night shift."))
        await engine.work()
        let pack = try await engine.ask("cold store")
        #expect(pack.foundMessages == ["The cold store is kept at four degrees."])
        #expect(pack.contents(.included) == ["Cold store alarms go to the night shift."])
        #expect(pack.candidates.allSatisfy { $0.scores["vector"] != nil })
        #expect(pack.text.contains("human Ada"))
        #expect(try await engine.ask("cold store") { $0.types = [.item] }.foundMessages.isEmpty)
        #expect(try await engine.ask("cold store") { $0.types = [.message] }.contents(.included).isEmpty)
    }

    @Test func aMessageIsFoundByItsWordsBeforeItIsEmbeddedAndByItsAuthorAndDate() async throws {
        let engine = try await EngineFixture()
        let thread = try await engine.thread()
        try await engine.say("Noted.", in: thread, by: "Benedikt")
        #expect(try await engine.ask("what did Benedikt say").foundMessages == ["Noted."])
        #expect(try await engine.ask("Benedikt").freshness.awaitingVectors == 1)
        await engine.work()
        #expect(try await engine.ask("Benedikt").freshness.awaitingVectors == 0)
    }

    @Test func anEditReplacesWhatIsFoundAndADeletionTakesItAway() async throws {
        let engine = try await EngineFixture()
        let thread = try await engine.thread()
        let message = try await engine.say("The oven is preheated to 180 degrees.", in: thread)[0]
        await engine.work()
        let edited = try await engine.write(as: engine.user) { [conversation = engine.conversation] tx in
            try await conversation.edit(message.id, content: "The oven is preheated to 220 degrees.", in: tx)
        }
        #expect(edited.version == 2)
        #expect(try await engine.ask("oven").foundMessages == ["The oven is preheated to 220 degrees."])
        await engine.work()
        let pack = try await engine.ask("oven")
        #expect(pack.foundMessages == ["The oven is preheated to 220 degrees."])
        #expect(pack.freshness.awaitingVectors == 0)
        try await engine.write(as: engine.user) { [conversation = engine.conversation] tx in
            try await conversation.delete(message.id, in: tx)
        }
        #expect(try await engine.ask("oven").foundMessages.isEmpty)
    }

    @Test func whatIsDeletedBeforeItIsEmbeddedStaysAway() async throws {
        let engine = try await EngineFixture()
        let thread = try await engine.thread()
        let message = try await engine.say("The password is tulip.", in: thread)[0]
        try await engine.write(as: engine.user) { [conversation = engine.conversation] tx in
            try await conversation.delete(message.id, in: tx)
        }
        await engine.work()
        let pack = try await engine.ask("password tulip")
        #expect(pack.foundMessages.isEmpty)
        #expect(pack.freshness.awaitingVectors == 0)
    }

    @Test func aForkSeesItsLineAndNothingOfItsSiblingsAndAThreadSeesItsForks() async throws {
        let engine = try await EngineFixture()
        let thread = try await engine.thread()
        let other = try await engine.thread("Other")
        let point = try await engine.say("marmalade before", in: thread)[0]
        try await engine.say("marmalade after", in: thread)
        try await engine.say("marmalade elsewhere", in: other)
        var forks: [Fork] = []
        for name in ["left", "right"] {
            let fork = try await engine.write(as: engine.user) { [conversation = engine.conversation] tx in
                try await conversation.fork(at: point.id, title: name, in: tx)
            }
            try await engine.say("marmalade on the \(name)", in: thread, fork: fork)
            forks.append(fork)
        }
        await engine.work()
        func found(_ change: (inout ContextQuery) -> Void) async throws -> Set<String> {
            Set(
                try await engine.ask("marmalade") { query in
                    query.recentMessages = 0
                    change(&query)
                }.foundMessages
            )
        }
        let left = try await found { query in
            query.threadID = thread.id
            query.forkID = forks[0].id
        }
        #expect(left == ["marmalade before", "marmalade on the left", "marmalade elsewhere"])
        let all: Set = [
            "marmalade before", "marmalade after", "marmalade on the left", "marmalade on the right",
            "marmalade elsewhere",
        ]
        #expect(try await found { $0.threadID = thread.id } == all)
        #expect(try await found { _ in } == all)
        #expect(
            try await found { $0.messageFilter.threads = [thread.id] } == all.subtracting(["marmalade elsewhere"])
        )
        #expect(try await found { $0.messageFilter.forks = [forks[1].id] } == ["marmalade on the right"])
        #expect(try await found { $0.messageFilter.channels = [other.channelID] } == ["marmalade elsewhere"])
    }

    @Test func messagesAreHeldByTheirOwnFilterAndByTime() async throws {
        let engine = try await EngineFixture()
        let thread = try await engine.thread()
        try await engine.say("The lorry comes at six.", in: thread, by: "Ada")
        let between = engine.clock.now.advanced(bySeconds: 30)
        engine.clock.advance(bySeconds: 60)
        try await engine.say("The lorry comes at seven now.", in: thread, by: "Ben")
        try await engine.remember(ItemDraft(content: "The lorry driver is called Emil."))
        let byBen = try await engine.ask("lorry") { $0.messageFilter.authors = ["Ben"] }
        #expect(byBen.foundMessages == ["The lorry comes at seven now."])
        #expect(byBen.contents(.included) == ["The lorry driver is called Emil."], "items are not held by it")
        #expect(try await engine.ask("lorry") { $0.messageFilter.authorTypes = [.agent] }.foundMessages.isEmpty)
        let before = try await engine.ask("lorry") { $0.filter.createdBefore = between }
        #expect(before.foundMessages == ["The lorry comes at six."])
        #expect(try await engine.ask("lorry") { $0.asOf = between }.foundMessages == ["The lorry comes at six."])
        #expect(try await engine.ask("lorry") { $0.filter.kinds = [.fact] }.foundMessages.isEmpty)
    }

    @Test func whatWasSaidLastIsNotShownTwice() async throws {
        let engine = try await EngineFixture()
        let thread = try await engine.thread()
        for number in 0..<5 { try await engine.say("Crate \(number) holds pears.", in: thread) }
        let pack = try await engine.ask("crates of pears") { query in
            query.threadID = thread.id
            query.recentMessages = 2
        }
        #expect(Set(pack.foundMessages) == ["Crate 0 holds pears.", "Crate 1 holds pears.", "Crate 2 holds pears."])
        #expect(pack.text.components(separatedBy: "Crate 4").count == 2)
        #expect(pack.candidates.count { $0.section == .recentThread && $0.outcome == .included } == 2)
    }

    @Test func aPackWithMessagesIsReplayed() async throws {
        let engine = try await EngineFixture()
        let thread = try await engine.thread()
        let message = try await engine.say("Yeast is in the blue box.", in: thread)[0]
        try await engine.remember(ItemDraft(content: "Yeast is ordered on Mondays."))
        let pack = try await engine.ask("yeast")
        #expect(pack.foundMessages.count == 1)
        let replay = try await engine.context.replay(pack.id, as: engine.agent)
        #expect(replay.isIdentical)
        #expect(replay.rendered == pack.rendered)
        try await engine.write(as: engine.user) { [conversation = engine.conversation] tx in
            try await conversation.delete(message.id, in: tx)
        }
        let later = try await engine.context.replay(pack.id, as: engine.agent)
        #expect(!later.isIdentical)
        #expect(later.missingMessages == [message.id])
    }

    @Test func aWorkspaceSwitchesMessagesOffAndOnAgain() async throws {
        let engine = try await EngineFixture()
        let thread = try await engine.thread()
        try await engine.say("The mill wheel is oiled in spring.", in: thread)
        await engine.work()
        #expect(try await engine.ask("mill wheel").foundMessages.count == 1)
        func set(_ isOn: Bool) async throws {
            try await engine.write(as: engine.admin) { [conversation = engine.conversation] tx in
                _ = try await conversation.setMemory(isOn, in: tx)
            }
        }
        try await set(false)
        #expect(try await engine.ask("mill wheel").foundMessages.isEmpty, "from the commit on")
        await engine.work()
        let left = try await engine.write(as: engine.admin) { try await $0.messageCollections() }
        #expect(left.isEmpty)
        try await engine.say("The mill wheel creaks.", in: thread)
        #expect(try await engine.ask("mill wheel").foundMessages.isEmpty)
        try await set(true)
        await engine.work()
        let pack = try await engine.ask("mill wheel")
        #expect(Set(pack.foundMessages) == ["The mill wheel is oiled in spring.", "The mill wheel creaks."])
        #expect(pack.freshness.awaitingVectors == 0)
    }

    @Test func indexingMessagesAgainLeavesThemInTheirPlaces() async throws {
        let engine = try await EngineFixture()
        let thread = try await engine.thread()
        try await engine.say("Salt is in aisle three.", "Sugar is in aisle four.", in: thread)
        await engine.work()
        let embedded = engine.embedder.callCount
        try await engine.write(as: engine.admin) { tx in
            try await tx.enqueue([NewJob(key: "again", payload: .indexMessages(after: nil))])
        }
        await engine.work()
        let pack = try await engine.ask("aisle")
        #expect(pack.foundMessages.count == 2)
        #expect(pack.freshness.awaitingVectors == 0)
        #expect(engine.embedder.callCount <= embedded + 1, "only the question")
    }

    @Test func aCollectionOfMessagesTakesNoItemsAndIsNotDeletedByItself() async throws {
        let engine = try await EngineFixture()
        let thread = try await engine.thread()
        try await engine.say("The quay is closed.", in: thread)
        let made = try await engine.write(as: engine.admin) { try await $0.messageCollections() }
        let collection = try #require(made.first)
        await #expect(throws: EngineError.self) {
            try await engine.remember(ItemDraft(target: .collection(collection.id), content: "Not here."))
        }
        await #expect(throws: EngineError.self) {
            try await engine.write(as: engine.admin) { [collections = engine.collections] tx in
                try await collections.delete(collection.id, in: tx)
            }
        }
        #expect(try await engine.ask("quay").foundMessages.count == 1)
    }

    @Test func withoutAnEncoderMessagesAreFoundByWordsAndTheWorkerStillIndexes() async throws {
        let engine = try await EngineFixture(embeds: false)
        let thread = try await engine.thread()
        try await engine.say("The gate code is 4711.", in: thread)
        try await engine.write(as: engine.admin) { [conversation = engine.conversation] tx in
            _ = try await conversation.setMemory(false, in: tx)
            _ = try await conversation.setMemory(true, in: tx)
        }
        await engine.work()
        #expect(try await engine.ask("gate code").foundMessages == ["The gate code is 4711."])
    }
}
