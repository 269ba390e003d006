import MemoryEngine
import MemoryModel
import MemoryTestSupport
import Testing

/// The clock is set forward and back, or is another node's: nothing that was written is missed for it.
@Suite struct ClockStepTests {
    @Test func whatWasWrittenBeforeTheClockWasSetBackIsFoundAtOnce() async throws {
        let engine = try await EngineFixture()
        try await engine.remember(ItemDraft(content: "The kettle whistles."))
        for step in [-3_600, -86_400] as [Int64] {
            engine.clock.advance(bySeconds: step)
            let pack = try await engine.ask("kettle")
            #expect(pack.contents(.included) == ["The kettle whistles."])
        }
        // At an earlier time that is asked for it did not hold yet.
        let past = try await engine.ask("kettle") { $0.asOf = engine.clock.now.advanced(bySeconds: -60) }
        #expect(past.contents(.included).isEmpty)
    }

    @Test func whatIsToHoldLaterHoldsLater() async throws {
        let engine = try await EngineFixture()
        var draft = ItemDraft(content: "The kettle is replaced.")
        draft.validFrom = engine.clock.now.advanced(bySeconds: 60)
        try await engine.remember(draft)
        #expect(try await engine.ask("kettle").contents(.included).isEmpty)
        engine.clock.advance(bySeconds: 61)
        #expect(try await engine.ask("kettle").contents(.included) == ["The kettle is replaced."])
    }

    @Test func idsRiseAndJobsAreDoneWhileTheClockSteps() async throws {
        let engine = try await EngineFixture()
        var generator = SeededGenerator(seed: 33)
        var ids: [Identifier<ContextItem>] = []
        for number in 0..<60 {
            engine.clock.advance(bySeconds: Int64.random(in: -3_600...3_600, using: &generator))
            ids += try await engine.remember(ItemDraft(content: "Cup \(number).")).map(\.id)
            if number.isMultiple(of: 7) { await engine.work() }
            let pack = try await engine.ask("cup \(number)")
            #expect(pack.contents(.included).contains("Cup \(number)."))
        }
        // A job that was left when the clock was ahead is due when it is there again.
        engine.clock.advance(bySeconds: 864_000)
        await engine.work()
        #expect(ids == ids.sorted())
        #expect(Set(ids).count == ids.count)
        let pack = try await engine.ask("cup")
        #expect(pack.freshness.awaitingVectors == 0)
    }
}
