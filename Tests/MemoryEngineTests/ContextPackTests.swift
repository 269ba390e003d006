import Foundation
import MemoryEngine
import MemoryModel
import MemoryTestSupport
import Testing

@Suite struct ContextPackTests {
    @Test func conflictsAreMarkedInPackAndAnswerAndBothAreShown() async throws {
        let engine = try await EngineFixture(embeds: false)
        try await engine.remember(
            ItemDraft(content: "A pickup window is 45 minutes by default."),
            ItemDraft(content: "A pickup window is 30 minutes by default."),
            ItemDraft(content: "Volunteers arrive at nine for the pickup.")
        )
        let pack = try await engine.ask("How long is a pickup window?")
        let windows = pack.candidates.filter { $0.item?.content.contains("window") == true }
        #expect(windows.count == 2)
        #expect(windows.allSatisfy { $0.outcome == .included && $0.conflictsWith.count == 1 })
        #expect(windows[0].conflictsWith == [windows[1].subject.reference])
        let lines = pack.text.split(separator: "\n")
        #expect(lines.count { $0.contains(" (conflicts with ") } == 2)
        let xml = try await engine.ask("How long is a pickup window?") { $0.format = .xml }.text
        #expect(xml.split(separator: "\n").count { $0.contains(" (conflicts with ") } == 2)
    }

    @Test func whatContradictsAPinIsMarkedAndThePinStaysTheSameBytes() async throws {
        let engine = try await EngineFixture(embeds: false)
        try await engine.remember(ItemDraft(content: "The deploy window is Tuesday at nine.", isPinned: true))
        let before = try await engine.ask("When is the deploy window?").text
        try await engine.remember(ItemDraft(content: "The deploy window is Wednesday at nine."))
        let after = try await engine.ask("When is the deploy window?")
        #expect(after.text.hasPrefix(before))
        #expect(after.text.contains("(conflicts with pinned 1) The deploy window is Wednesday"))
        #expect(after.candidates[0].conflictsWith.count == 1)
    }

    @Test func aConflictThatDoesNotFitIsStillSaidSo() async throws {
        let engine = try await EngineFixture(embeds: false)
        let tail = String(repeating: " It was tried in the trial and kept for all of the cities.", count: 3)
        try await engine.remember(
            ItemDraft(content: "A pickup window is 45 minutes by default." + tail),
            ItemDraft(content: "A pickup window is 30 minutes by default." + tail)
        )
        let pack = try await engine.ask("pickup window") {
            $0.tokenBudget = 110
            $0.tokenizer = .chars4
        }
        let shown = pack.candidates.filter { $0.tokens > 0 }
        if shown.count == 1 { #expect(pack.text.contains("(disputed)")) }
        #expect(pack.candidates.allSatisfy { $0.conflictsWith.count == 1 })
    }

    @Test func aGroupNamesWhatItStandsFor() async throws {
        let engine = try await EngineFixture(embeds: false)
        let items = try await engine.remember(
            ItemDraft(content: "The build takes nine minutes on two cores."),
            ItemDraft(content: "the build takes nine minutes, on two cores!")
        )
        let pack = try await engine.ask("How long does the build take?")
        let shown = try #require(pack.candidates.first { $0.outcome == .included })
        let left = try #require(pack.candidates.first { $0.outcome == .duplicate })
        #expect(shown.duplicates == [left.subject.reference])
        #expect(left.duplicateOf == shown.subject.reference)
        #expect(Set([shown, left].compactMap(\.item?.id)) == Set(items.map(\.id)))
    }

    @Test func anItemStandsForTheMessageItWasMadeOf() async throws {
        let engine = try await EngineFixture(embeds: false)
        let thread = try await engine.thread()
        try await engine.write(as: engine.user) { [conversation = engine.conversation] tx in
            let draft = MessageDraft(authorType: .human, author: "Ada", content: "Backups run on Sunday at noon.")
            _ = try await conversation.append([draft], to: ConversationPlace(threadID: thread.id), in: tx)
        }
        try await engine.remember(ItemDraft(content: "Backups run on Sunday at noon."))
        let pack = try await engine.ask("When do backups run?")
        let shown = pack.candidates.filter { $0.outcome == .included }
        #expect(shown.map(\.section) == [.items])
        #expect(shown.first?.duplicates.count == 1)
    }

    @Test func packsWithMarksAndExcerptsAreReplayedByteForByte() async throws {
        let engine = try await EngineFixture(embeds: false)
        let thread = try await engine.thread()
        let filler = (0..<60).map { "Sentence number \($0) says nothing." }.joined(separator: " ")
        try await engine.remember(
            ItemDraft(content: "The deploy window is Tuesday at nine.", isPinned: true),
            ItemDraft(content: "The deploy window is Wednesday at nine."),
            ItemDraft(content: "The deploy window is Thursday at nine."),
            ItemDraft(content: filler + " The deploy window needs two people. " + filler)
        )
        try await engine.write(as: engine.user) { [conversation = engine.conversation] tx in
            let place = ConversationPlace(threadID: thread.id)
            let drafts = (0..<5).map { MessageDraft(authorType: .human, author: "Ada", content: "Deploy \($0)?") }
            _ = try await conversation.append(drafts, to: place, in: tx)
        }
        for format in ContextFormat.allCases {
            let pack = try await engine.ask("deploy window") {
                $0.threadID = thread.id
                $0.format = format
                $0.tokenBudget = 400
            }
            #expect(pack.candidates.contains { $0.outcome == .excerpted })
            #expect(pack.text.contains("conflicts with"))
            for _ in 0..<2 {
                let replay = try await engine.context.replay(pack.id, as: engine.agent)
                #expect(replay.isIdentical)
                #expect(replay.rendered == pack.rendered)
                #expect(replay.trace.entries.count == pack.candidates.count)
                await engine.context.flush()
            }
        }
    }

    @Test func everyCandidateIsInTheTraceWithItsReason() async throws {
        let engine = try await EngineFixture(embeds: false)
        for number in 0..<90 {
            try await engine.remember(
                ItemDraft(
                    content: "Window \(["one", "two", "three"][number % 3]) of city \(number), held by \(number * 7)."
                )
            )
        }
        let pack = try await engine.ask("window of the city") { $0.tokenBudget = 120 }
        #expect(pack.candidates.count == 90)
        let replay = try await engine.context.replay(pack.id, as: engine.agent)
        #expect(replay.trace.entries.count == 90)
        #expect(replay.trace.entries.allSatisfy { $0.outcome != .filtered })
        #expect(replay.trace.entries.contains { $0.outcome == .overBudget })
    }

    @Test func pinsAreTheSameBytesWhateverIsAskedAndHoweverLongTheyAre() async throws {
        let engine = try await EngineFixture(embeds: false)
        let long = (0..<40).map { "Rule \($0): coffee before tea, tea before cake." }.joined(separator: " ")
        try await engine.remember(
            ItemDraft(content: long, isPinned: true),
            ItemDraft(content: "Coffee is at ten."),
            ItemDraft(content: "Cake comes on Friday.")
        )
        var prefixes: Set<String> = []
        for question in ["When is coffee?", "cake", "zebra", ""] {
            let text = try await engine.ask(question) { $0.tokenBudget = 300 }.text
            let end =
                text.range(of: "]]\n[[mneme")?.lowerBound ?? text.range(of: "]]\n", options: .backwards)?.lowerBound
            prefixes.insert(String(text[..<(try #require(end))]))
        }
        #expect(prefixes.count == 1)
    }
}

extension ContextCandidate {
    fileprivate var item: ContextItem? {
        if case .item(let item) = subject { item } else { nil }
    }
}
