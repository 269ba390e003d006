import MemoryEngine
import MemoryModel
import MemoryTestSupport
import Testing

@Suite struct FeedbackTests {
    private static func fixture() async throws -> (EngineFixture, [ContextItem]) {
        let engine = try await EngineFixture(embeds: false)
        let items = try await engine.remember(
            ItemDraft(content: "Coffee in the kitchen is made at ten by Ada."),
            ItemDraft(content: "Coffee in the kitchen is made at noon by Ben and Carl.")
        )
        return (engine, items)
    }

    private static func order(_ engine: EngineFixture) async throws -> [String] {
        try await engine.ask("coffee kitchen").contents(.included)
    }

    @Test func feedbackOrdersWhatIsAlikeAndFades() async throws {
        let (engine, items) = try await Self.fixture()
        let before = try await Self.order(engine)
        let last = try #require(items.first { $0.content == before[1] })
        let first = try #require(items.first { $0.content == before[0] })
        for _ in 0..<20 {
            let pack = try await engine.ask("coffee kitchen")
            let kept = try await engine.context.recordFeedback(
                useful: [last.id.description],
                notUseful: [first.id.description],
                on: pack.id,
                as: engine.agent
            )
            #expect(kept == 2)
        }
        let pack = try await engine.ask("coffee kitchen")
        #expect(pack.contents(.included) == before.reversed())
        let scores = pack.candidates.map { $0.scores["feedback"] ?? 0 }
        #expect(scores[0] > 0.5 && scores[0] < 1 && scores[1] < -0.5 && scores[1] > -1)
        engine.clock.advance(bySeconds: 86_400 * 365 * 3)
        let faded = try await engine.ask("coffee kitchen").candidates.compactMap { $0.scores["feedback"] }
        #expect(faded.allSatisfy { abs($0) < 0.01 })
    }

    @Test func feedbackNeverLiftsWhatDoesNotMatch() async throws {
        let (engine, items) = try await Self.fixture()
        try await engine.remember(ItemDraft(content: "The zebra is in the yard."))
        for _ in 0..<50 {
            let pack = try await engine.ask("coffee")
            _ = try await engine.context.recordFeedback(
                useful: items.map(\.id.description),
                notUseful: [],
                on: pack.id,
                as: engine.agent
            )
        }
        #expect(try await engine.ask("zebra").contents(.included).first == "The zebra is in the yard.")
    }

    @Test func sayingItAgainChangesNothingAndALaterWordReplacesTheEarlier() async throws {
        let (engine, items) = try await Self.fixture()
        let pack = try await engine.ask("coffee kitchen")
        let id = items[0].id.description
        for (useful, notUseful, expected) in [([id], [], Float(0.2)), ([id], [], 0.2), ([], [id], -0.2)] {
            _ = try await engine.context.recordFeedback(
                useful: useful,
                notUseful: notUseful,
                on: pack.id,
                as: engine.agent
            )
            let found = try await engine.ask("coffee kitchen").candidates.first { $0.subject.reference.id == id }
            #expect(abs((found?.scores["feedback"] ?? 0) - expected) < 0.001)
        }
    }

    @Test func onlyWhatWasInThePackMayBeNamed() async throws {
        let (engine, items) = try await Self.fixture()
        let other = try await engine.remember(ItemDraft(content: "The zebra is in the yard."))[0]
        let pack = try await engine.ask("coffee kitchen")
        let id = items[0].id.description
        for (useful, notUseful) in [([other.id.description], []), ([id], [id]), ([], [pack.id.description])] {
            await #expect(throws: EngineError.self) {
                try await engine.context.recordFeedback(
                    useful: useful,
                    notUseful: notUseful,
                    on: pack.id,
                    as: engine.agent
                )
            }
        }
        await #expect(throws: StoreError.self) {
            try await engine.context.recordFeedback(
                useful: [],
                notUseful: [],
                on: engine.identifiers.next(),
                as: engine.agent
            )
        }
    }

    @Test func aTallyFadesByHalfInAHalfLife() {
        let tally = FeedbackTally(useful: 8, notUseful: 4)
        let half = tally.decayed(bySeconds: FeedbackTally.halfLife)
        #expect(abs(half.useful - 4) < 0.01 && abs(half.notUseful - 2) < 0.01)
        #expect(tally.decayed(bySeconds: 0) == tally)
        #expect(tally.decayed(bySeconds: FeedbackTally.halfLife * 1_000).useful < 0.001)
        #expect(FeedbackTally(useful: 1_000_000).signal < 1)
        #expect(FeedbackTally().signal == 0)
    }
}
