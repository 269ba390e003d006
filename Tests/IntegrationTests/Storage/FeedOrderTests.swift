import MemoryModel
import PostgresDriver
import PostgresStorage
import Synchronization
import Testing

/// Many writers, random delays, one follower that reads `seq > last` all the while.
@Suite struct FeedOrderTests {
    private static let writers = 8
    private static let rounds = 12

    @Test func aFollowerMissesNothingAndSeesSeqsInOrderWithoutGaps() async throws {
        try await withTestDatabase { database in
            let workspace = try await TestWorkspace.make(in: database)
            let collections = [workspace.shared, workspace.personal]
            let tickets = try await collections.asyncMap { try #require(try await workspace.authorized($0)) }
            let run = Run()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for writer in 0..<Self.writers {
                    group.addTask {
                        defer { run.writerEnds() }
                        for _ in 0..<Self.rounds {
                            // Both collections in each transaction, named in either order: heads are taken by id.
                            let both = writer % 2 == 0 ? collections : collections.reversed()
                            let items = both.map { workspace.item("w\(writer)", in: $0) }
                            _ = try await database.store.withTransaction(as: workspace.admin, .writing()) { tx in
                                _ = try await tx.insertItems(items)
                                tx.stamp(items.map { workspace.change($0) })
                                // The delay comes before the closing step, which alone takes the numbers.
                                try await Task.sleep(for: .milliseconds(Int.random(in: 0...8)))
                            }
                        }
                    }
                }
                group.addTask {
                    var isLast = false
                    while !isLast {
                        isLast = run.isOver
                        for (index, ticket) in tickets.enumerated() {
                            let last = run.entries(index).last?.seq ?? 0
                            let new = try await database.feed.changes(in: ticket, after: last, limit: 7)
                            run.append(new, to: index)
                            if !new.isEmpty { isLast = false }
                        }
                    }
                }
                try await group.waitForAll()
            }
            let total = Self.writers * Self.rounds
            for entries in collections.indices.map(run.entries) {
                #expect(entries.map(\.seq) == Array(1...Int64(total)))
                #expect(Set(entries.map(\.sourceID)).count == total)
                #expect(Set(entries.map(\.key)).count == total)
            }
        }
    }

    /// How many writers are left, and what the follower has read of each collection.
    private final class Run: Sendable {
        private let state = Mutex((writers: FeedOrderTests.writers, entries: [[FeedEntry](), []]))

        var isOver: Bool { state.withLock { $0.writers == 0 } }

        func writerEnds() { state.withLock { $0.writers -= 1 } }

        func entries(_ index: Int) -> [FeedEntry] { state.withLock { $0.entries[index] } }

        func append(_ new: [FeedEntry], to index: Int) { state.withLock { $0.entries[index] += new } }
    }

    // The control: the same follower over a plain sequence loses rows, so the test above can fail.
    @Test func aPlainSequenceLosesRows() async throws {
        try await withTestDatabase { database in
            try await database.withAdministration {
                try await $0.execute(
                    script:
                        "CREATE TABLE public.naive (seq bigserial, writer int); GRANT ALL ON public.naive TO PUBLIC; "
                        + "GRANT ALL ON SEQUENCE public.naive_seq_seq TO PUBLIC"
                )
            }
            // A slow transaction takes 1, a fast one takes 2 and commits; the follower reads in between.
            let slowHasNumber = AsyncStream<Void>.makeStream()
            let followerHasRead = AsyncStream<Void>.makeStream()
            var lost = false
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try await database.app.withTransaction { tx in
                        try await tx.execute("INSERT INTO public.naive (writer) VALUES (1)")
                        slowHasNumber.continuation.finish()
                        for await _ in followerHasRead.stream {}
                    }
                }
                for await _ in slowHasNumber.stream {}
                try await database.app.withTransaction {
                    try await $0.execute("INSERT INTO public.naive (writer) VALUES (2)")
                }
                let first = try await follow(database, after: 0)
                followerHasRead.continuation.finish()
                try await group.waitForAll()
                let second = try await follow(database, after: first.max() ?? 0)
                lost = !(first + second).contains(1)
            }
            #expect(lost)
        }
    }

    private func follow(_ database: TestDatabase, after last: Int64) async throws -> [Int64] {
        try await database.app.withTransaction { tx in
            try await tx.query("SELECT seq FROM public.naive WHERE seq > \(last) ORDER BY seq")
                .map { try $0.decode(column: 0, as: Int64.self) }
        }
    }
}

extension Sequence {
    fileprivate func asyncMap<Result>(_ transform: (Element) async throws -> Result) async rethrows -> [Result] {
        var results: [Result] = []
        for element in self { results.append(try await transform(element)) }
        return results
    }
}
