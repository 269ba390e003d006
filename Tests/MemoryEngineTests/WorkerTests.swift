import MemoryEngine
import MemoryModel
import MemoryTestSupport
import Testing

@Suite struct WorkerTests {
    @Test func effectsHappenOnceUnderRandomFailures() async throws {
        var configuration = WorkerConfiguration()
        configuration.batchSize = 3
        configuration.shortestBackOff = .seconds(1)
        let engine = try await EngineFixture(workerConfiguration: configuration)
        var generator = SeededGenerator(seed: 61)
        let codes: [EmbeddingError.Code] = [.unavailable, .deadlineExceeded, .invalidAnswer, .cancelled, .refused]
        for round in 0..<60 {
            if round < 40 {
                try await engine.remember(ItemDraft(content: "Text \(round) a"), ItemDraft(content: "Text \(round) b"))
            }
            if Bool.random(using: &generator) {
                engine.embedder.failNext([
                    EmbeddingError(codes.randomElement(using: &generator) ?? .unavailable, "scripted")
                ])
            }
            await engine.worker.workOnce()
            engine.clock.advance(bySeconds: Int64.random(in: 0...20, using: &generator))
        }
        for _ in 0..<50 {
            engine.clock.advance(bySeconds: 1_000)
            await engine.work()
        }
        let counts = try await engine.store.counts()
        #expect(counts == JobCounts(ready: 0, leased: 0, dead: 0))
        #expect(try await engine.ask("Text").freshness.awaitingVectors == 0)
        let texts = engine.store.usage(in: engine.workspaceID).reduce(0) { $0 + $1.texts }
        #expect(texts == 80, "each text is counted once")
    }

    @Test func twoWorkersOnOneJobLeaveOneEffect() async throws {
        let engine = try await EngineFixture()
        try await engine.remember(ItemDraft(content: "Contested."))
        let (released, gate) = AsyncStream.makeStream(of: Void.self)
        engine.embedder.hold { for await _ in released {} }
        let slow = Task { await engine.worker.workOnce() }
        while engine.embedder.callCount == 0 { await Task.yield() }
        // The first worker hangs past its lease; another one takes the job and finishes it.
        engine.clock.advance(bySeconds: 120)
        engine.embedder.hold(at: nil)
        #expect(await engine.worker.workOnce() == 1)
        gate.finish()
        _ = await slow.value
        // Both calls were made, and both are counted.
        let calls = engine.store.usage(in: engine.workspaceID).reduce(0) { $0 + $1.calls }
        #expect(calls == 2 && engine.embedder.callCount == 2)
        #expect(try await engine.store.counts() == JobCounts(ready: 0, leased: 0, dead: 0))
        #expect(try await engine.ask("contested").freshness.awaitingVectors == 0)
    }

    @Test func oneRefusedTextIsPutAsideAndTheOthersAreEmbedded() async throws {
        let engine = try await EngineFixture()
        engine.embedder.refuse(word: "poison")
        let drafts = (0..<9).map { ItemDraft(content: $0 == 5 ? "This is poison." : "Good text \($0).") }
        try await engine.write(as: engine.agent) { [items = engine.items] tx in
            _ = try await items.create(drafts, in: tx)
        }
        await engine.work()
        #expect(try await engine.store.counts() == JobCounts(ready: 0, leased: 0, dead: 0))
        let pack = try await engine.ask("poison")
        #expect(pack.freshness.awaitingVectors == 1)
        #expect(pack.contents(.included).first == "This is poison.", "words still find it")
    }

    @Test func aProviderThatIsDownLosesNothing() async throws {
        var configuration = WorkerConfiguration()
        configuration.attempts = 3
        let engine = try await EngineFixture(workerConfiguration: configuration)
        try await engine.remember(ItemDraft(content: "Patience."))
        for _ in 0..<20 {
            engine.embedder.failNext([EmbeddingError(.unavailable, "down", retryAfter: .seconds(5))])
            #expect(await engine.worker.workOnce() == 1)
            #expect(await engine.worker.workOnce() == 0, "not before it is time")
            engine.clock.advance(bySeconds: 1_000)
        }
        #expect(try await engine.store.counts().dead == 0)
        await engine.work()
        #expect(try await engine.ask("patience").freshness.awaitingVectors == 0)
    }

    @Test func aJobThatAlwaysFailsIsPutAside() async throws {
        var configuration = WorkerConfiguration()
        configuration.attempts = 3
        let engine = try await EngineFixture(workerConfiguration: configuration)
        try await engine.remember(ItemDraft(content: "Hopeless."))
        for _ in 0..<3 {
            engine.embedder.failNext([EmbeddingError(.invalidAnswer, "scripted")])
            await engine.worker.workOnce()
            engine.clock.advance(bySeconds: 1_000)
        }
        #expect(try await engine.store.counts() == JobCounts(ready: 0, leased: 0, dead: 1))
    }

    @Test func whatWasEditedOrDeletedMeanwhileGetsNoVector() async throws {
        let engine = try await EngineFixture()
        let items = try await engine.remember(ItemDraft(content: "To be edited."), ItemDraft(content: "To be deleted."))
        try await engine.write(as: engine.agent) { [service = engine.items] tx in
            _ = try await service.patch(items[0].id, ItemPatch(content: "Edited."), in: tx)
            try await service.delete(items[1].id, in: tx)
        }
        await engine.work()
        let pack = try await engine.ask("edited deleted")
        #expect(pack.freshness.awaitingVectors == 0)
        #expect(pack.contents(.included) == ["Edited."])
    }

    @Test func aStoppedWorkerGivesItsJobsBack() async throws {
        let engine = try await EngineFixture()
        try await engine.remember(ItemDraft(content: "Interrupted."))
        let (released, gate) = AsyncStream.makeStream(of: Void.self)
        engine.embedder.hold { for await _ in released {} }
        let running = Task { await engine.worker.run() }
        while engine.embedder.callCount == 0 { await Task.yield() }
        running.cancel()
        gate.finish()
        await running.value
        engine.embedder.hold(at: nil)
        await engine.work()
        #expect(try await engine.ask("interrupted").freshness.awaitingVectors == 0)
    }

    @Test func longTextsBecomePartsThatCoverThem() throws {
        let item = ContextItem(
            id: Identifier(high: 1, low: 1),
            collectionID: Identifier(high: 1, low: 2),
            audienceID: Identifier(high: 1, low: 3),
            content: (0..<200).map { "Sentence \($0) ends here." }.joined(separator: " ")
                + String(repeating: "x", count: 3_000),
            kind: .decision,
            source: "web",
            trust: .user,
            validFrom: Timestamp(microseconds: 0),
            contentHash: [],
            createdAt: Timestamp(microseconds: 1_772_442_000_000_000),
            updatedAt: Timestamp(microseconds: 0)
        )
        let all = EmbeddedText.parts(of: item)
        #expect(all.filter { $0.view == .whole }.map(\.part) == Array(0..<all.count { $0.view == .whole }))
        let single = all.filter { $0.view == .sentences }
        // As many as may be, so that several sentences share one.
        #expect(single.count > 32 && single.count <= EmbeddedView.sentences.limit)
        #expect(single.first?.text.hasPrefix("Sentence 0 ends here. Sentence 1 ") == true)
        let parts = all.filter { $0.view == .whole }.map(\.text)
        #expect(parts.count > 5)
        #expect(parts.allSatisfy { $0.hasPrefix("decision (2026-03-02): ") && $0.count < 1_000 })
        let joined = parts.map { $0.dropFirst("decision (2026-03-02): ".count) }.joined()
        #expect(joined.filter { !$0.isWhitespace } == item.content.filter { !$0.isWhitespace })
    }

    @Test func aMessageIsEmbeddedWholeAndBySentences() {
        func parts(_ content: String) -> [EmbeddedPart] {
            EmbeddedText.parts(
                of: Message(
                    id: Identifier(high: 1, low: 1),
                    channelID: Identifier(high: 1, low: 2),
                    threadID: Identifier(high: 1, low: 3),
                    audienceID: Identifier(high: 1, low: 4),
                    authorType: .human,
                    author: "Ann",
                    content: content,
                    createdAt: Timestamp(microseconds: 1_772_442_000_000_000)
                )
            )
        }
        #expect(parts("Thanks, Ben!").map(\.text) == ["Ann (2026-03-02): Thanks, Ben!"])
        let one = ["Ann (2026-03-02): We ship on Tuesdays.", "We ship on Tuesdays."]
        #expect(parts("We ship on Tuesdays.").map(\.text) == one)
        #expect(parts("明日の朝は船で行きます。").map(\.view) == [.whole, .sentences])
        let text = "Thanks! We ship on Tuesdays. I will tell Ben."
        let several = parts(text)
        #expect(several.map(\.view) == [.whole, .sentences, .sentences])
        #expect(several.first?.text == "Ann (2026-03-02): \(text)")
        #expect(several.dropFirst().map(\.text) == ["We ship on Tuesdays.", "I will tell Ben."])
    }

    @Test func everyPartOfAViewHasANumberOfItsOwnInAVectorIndex() {
        var seen: Set<UInt8> = []
        for view in EmbeddedView.allCases {
            #expect(view.number(ofPart: view.limit) == nil)
            #expect(view.number(ofPart: -1) == nil)
            for part in 0..<view.limit {
                guard let number = view.number(ofPart: part) else {
                    Issue.record("no number for part \(part)")
                    continue
                }
                #expect(seen.insert(number).inserted)
                #expect(EmbeddedView.part(ofNumber: number) == (view, part))
            }
        }
        #expect(seen.count == 256)
    }
}
