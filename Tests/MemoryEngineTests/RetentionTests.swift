import MemoryEngine
import MemoryModel
import MemoryTestSupport
import Testing

/// Policies over the in-memory store: what they prune, when it goes, and what comes back.
@Suite struct RetentionTests {
    private static let day: Int64 = 86_400

    /// A service whose agent has an item of each of so many days ago, newest first.
    private static func engine(days: [Int64]) async throws -> (EngineFixture, [ContextItem]) {
        let engine = try await EngineFixture()
        let items = try await engine.write(as: engine.admin) { [items = engine.items, agentID = engine.agentID] tx in
            var made: [ContextItem] = []
            for days in days {
                var draft = ItemDraft(content: "Note of \(days) days ago.")
                draft.target = .agent(agentID)
                draft.createdAt = tx.now.advanced(bySeconds: -days * day)
                made.append(try await items.create(draft, in: tx).item)
            }
            return made
        }
        return (engine, items)
    }

    private static func set(_ policy: RetentionPolicy, _ engine: EngineFixture, _ item: ContextItem) async throws {
        try await engine.write(as: engine.user) { [retention = engine.retention] tx in
            try await retention.setPolicy(policy, of: item.collectionID, in: tx)
        }
    }

    private static func states(_ engine: EngineFixture, _ items: [ContextItem]) async throws -> [ItemState] {
        try await engine.write(as: engine.user) { tx in
            var states: [ItemState] = []
            for item in items { states.append(try await tx.item(item.id).state) }
            return states
        }
    }

    @Test func whatIsPrunedIsExpiredUntilTheEndOfTheDayThatItsWindowEndsOn() async throws {
        let (engine, items) = try await Self.engine(days: [1, 61])
        let policy = RetentionPolicy(maximumAge: .seconds(60 * 86_400), undoWindow: .seconds(86_400))
        try await Self.set(policy, engine, items[0])
        await engine.work()
        #expect(try await Self.states(engine, items) == [.active, .expired])
        #expect(try await engine.ask("note of days ago").contents(.included) == ["Note of 1 days ago."])
        // It is nine in the morning: one day's window ends at midnight after tomorrow.
        engine.clock.advance(bySeconds: 38 * 3_600)
        await engine.work()
        #expect(try await Self.states(engine, items) == [.active, .expired])
        engine.clock.advance(bySeconds: 2 * 3_600)
        await engine.work()
        let asked = try await engine.write(as: engine.admin) { try await $0.erasures(PageRequest(limit: 10)).rows }
        #expect(asked.map(\.target) == [.pruned(items[0].collectionID)])
        #expect(asked.map(\.requestedBy) == ["retention"])
    }

    @Test func whatComesBackCountsAsNewAndWhatIsPinnedMeanwhileStays() async throws {
        let (engine, items) = try await Self.engine(days: [1, 61, 62])
        try await Self.set(RetentionPolicy(maximumAge: .seconds(60 * 86_400)), engine, items[0])
        await engine.work()
        #expect(try await Self.states(engine, items) == [.active, .expired, .expired])
        try await engine.write(as: engine.user) { [retention = engine.retention, service = engine.items] tx in
            _ = try await retention.restore(PrunedSelection(items: [items[1].id]), in: items[1].collectionID, tx)
            _ = try await service.pin(items[2].id, true, in: tx)
        }
        for _ in 0..<24 * 20 {
            engine.clock.advance(bySeconds: 3_600)
            await engine.work()
        }
        #expect(try await Self.states(engine, items) == [.active, .active, .expired])
        #expect(try await engine.write(as: engine.admin) { try await $0.erasures(PageRequest(limit: 10)).rows }.isEmpty)
    }

    @Test func aThousandAStepAreToldByReasonAndOldestFirst() async throws {
        let (engine, items) = try await Self.engine(days: [2, 3, 4, 5, 6])
        let policy = RetentionPolicy(maximumAge: .seconds(5 * 86_400 - 60), maximumCount: 2)
        let told = try await engine.write(as: engine.user) { [retention = engine.retention] tx in
            try await retention.preview(policy, of: items[0].collectionID, in: tx)
        }
        #expect(told.items.map(\.id) == items[2...].reversed().map(\.id))
        #expect(told.items.map(\.reason) == [.age, .age, .count])
        #expect(told.counts == [.age: 2, .count: 1] && told.isDryRun && told.finalAt == nil)
        #expect(try await Self.states(engine, items) == Array(repeating: .active, count: 5))
    }
}
