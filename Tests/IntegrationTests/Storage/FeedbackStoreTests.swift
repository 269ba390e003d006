import MemoryModel
import PostgresStorage
import Testing

struct FeedbackStoreTests {
    private func trace(_ id: Identifier<ContextPack>, at time: Timestamp) -> ContextTrace {
        ContextTrace(
            id: id,
            agentID: nil,
            threadID: nil,
            createdAt: time,
            body: TraceBody(
                tokenBudget: 1,
                tokenizer: .chars4,
                format: .text,
                tokenCount: 0,
                entries: [],
                degradations: [],
                timings: [:],
                renderedHash: ""
            )
        )
    }

    /// Without the fading of a few milliseconds.
    private func rounded(_ tally: FeedbackTally) -> FeedbackTally {
        FeedbackTally(
            useful: (tally.useful * 1_000).rounded() / 1_000,
            notUseful: (tally.notUseful * 1_000).rounded() / 1_000
        )
    }

    @Test func talliesAddUpReplaceAndFade() async throws {
        try await withTestDatabase { database in
            let workspace = try await TestWorkspace.make(in: database)
            let items = (0..<3).map { workspace.item("Item \($0)", in: workspace.shared) }
            try await workspace.insert(items)
            let sources = items.map { $0.id.as(IndexEntryChange.self) }
            let packs = (0..<4).map { _ in database.identifiers.next(ContextPack.self) }
            let traces = packs.map { trace($0, at: database.clock.now) }
            try await database.write(as: workspace.admin) { tx in try await tx.insertTraces(traces) }
            func say(_ useful: Bool, _ source: Int, on pack: Int) async throws -> Int {
                try await database.write(as: workspace.admin) { tx in
                    try await tx.recordFeedback(
                        [ContextFeedback(sourceID: sources[source], isUseful: useful)],
                        on: packs[pack]
                    )
                }
            }
            func tally(_ source: Int) async throws -> FeedbackTally? {
                try await database.write(as: workspace.admin) { tx in
                    try await tx.feedbackTallies(of: sources)[sources[source]]
                }
            }
            for pack in 0..<3 { #expect(try await say(true, 0, on: pack) == 1) }
            #expect(try await tally(0).map(rounded) == FeedbackTally(useful: 3, notUseful: 0))
            _ = try await say(true, 0, on: 0)
            #expect(try await tally(0).map(rounded) == FeedbackTally(useful: 3, notUseful: 0), "saying it again")
            _ = try await say(false, 0, on: 1)
            #expect(try await tally(0).map(rounded) == FeedbackTally(useful: 2, notUseful: 1), "a later word")
            #expect(try await tally(1) == nil)
            database.clock.advance(bySeconds: Int64(FeedbackTally.halfLife))
            let half = try #require(try await tally(0))
            #expect(abs(half.useful - 1) < 0.001 && abs(half.notUseful - 0.5) < 0.001)
            _ = try await say(true, 0, on: 3)
            let more = try #require(try await tally(0))
            #expect(abs(more.useful - 2) < 0.001 && abs(more.notUseful - 0.5) < 0.001)
            // What is gone is left out, and a pack that is not there is not found.
            try await database.write(as: workspace.admin) { tx in try await tx.deleteItem(items[2].id) }
            #expect(try await say(true, 2, on: 0) == 0)
            await #expect(throws: StoreError.self) {
                try await database.write(as: workspace.admin) { tx in
                    _ = try await tx.recordFeedback([], on: database.identifiers.next())
                }
            }
        }
    }
}
