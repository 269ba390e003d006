import Foundation
import MemoryModel
import MemoryTestSupport
import PostgresStorage
import Synchronization
import Testing

/// Sixteen writers with random delays before they commit, and readers that are cut off and go on from where they were.
///
/// 200,000 events with `MNEME_LONG_TESTS=1`.
@Suite struct FeedStormTests {
    private static let isLong = ProcessInfo.processInfo.environment["MNEME_LONG_TESTS"] == "1"
    private static let writers = 16
    private static let readers = 4
    private static let transactions = isLong ? 6_250 : 12

    private struct GivenUp: Error {}

    /// How many writers are left.
    private final class Writers: Sendable {
        private let left = Mutex(FeedStormTests.writers)

        var areDone: Bool { left.withLock { $0 == 0 } }

        func end() { left.withLock { $0 -= 1 } }
    }

    /// What one reader knows: the place of each key, and where it goes on.
    private struct Cursor {
        var places: [Int64: Int64] = [:]
        var last: Int64 = 0
        var cuts = 0

        /// Takes a page in; false where it is out of order or repeats.
        mutating func take(_ page: [FeedEntry]) -> Bool {
            for entry in page {
                guard entry.seq > last, places[entry.key].map({ $0 < entry.seq }) ?? true else { return false }
                places[entry.key] = entry.seq
                last = entry.seq
            }
            return true
        }
    }

    @Test func readersThatAreCutOffMissNothingAndSeeNothingTwice() async throws {
        try await withTestDatabase { database in
            let workspace = try await TestWorkspace.make(in: database)
            let collections = [workspace.shared, workspace.personal]
            var tickets: [AuthorizedCollection] = []
            for collection in collections { tickets.append(try #require(try await workspace.authorized(collection))) }
            let writers = Writers()
            let cursors = try await withThrowingTaskGroup(of: [Cursor]?.self) { group in
                for writer in 0..<Self.writers {
                    group.addTask {
                        defer { writers.end() }
                        try await Self.write(writer, in: workspace)
                        return nil
                    }
                }
                for reader in 0..<Self.readers {
                    group.addTask { [tickets] in
                        try await Self.read(reader, tickets, of: database, until: writers)
                    }
                }
                return try await group.reduce(into: [[Cursor]]()) { all, cursors in
                    if let cursors { all.append(cursors) }
                }
            }
            for (place, ticket) in tickets.enumerated() {
                let truth = try await Self.places(in: ticket, of: database)
                #expect(truth.count > Self.writers * Self.transactions / 2)
                for cursor in cursors.map({ $0[place] }) {
                    #expect(cursor.places == truth)
                    #expect(cursor.last == truth.values.max())
                }
            }
            #expect(cursors.joined().map(\.cuts).reduce(0, +) > 0)
        }
    }

    /// Writes new entries and writes some again; gives some transactions up.
    private static func write(_ writer: Int, in workspace: TestWorkspace) async throws {
        var random = SeededGenerator(seed: UInt64(100 + writer))
        var own: [ContextItem] = []
        for _ in 0..<transactions {
            let collections =
                Bool.random(using: &random)
                ? [workspace.shared, workspace.personal] : [workspace.personal, workspace.shared]
            let new = collections.flatMap { collection in
                (0..<Int.random(in: 0...2, using: &random)).map { _ in workspace.item("w\(writer)", in: collection) }
            }
            let again = Array(own.shuffled(using: &random).prefix(Int.random(in: 0...1, using: &random)))
            let delay = Duration.microseconds(Int.random(in: 0...8_000, using: &random))
            let isGivenUp = Int.random(in: 0..<10, using: &random) == 0
            do {
                _ = try await workspace.database.store.withTransaction(as: workspace.admin, .writing()) { tx in
                    if !new.isEmpty { _ = try await tx.insertItems(new) }
                    tx.stamp((new + again).map { workspace.change($0) })
                    // The closing step, which alone takes the numbers, comes after the delay.
                    try await Task.sleep(for: delay)
                    if isGivenUp { throw GivenUp() }
                }
                own += new
            } catch is GivenUp {}
        }
    }

    /// Reads pages until there is nothing more; one in eight is cut off on its way.
    private static func read(
        _ reader: Int,
        _ tickets: [AuthorizedCollection],
        of database: TestDatabase,
        until writers: Writers
    ) async throws -> [Cursor] {
        var random = SeededGenerator(seed: UInt64(200 + reader))
        var cursors = tickets.map { _ in Cursor() }
        var isLast = false
        while !isLast {
            isLast = writers.areDone
            for (place, ticket) in tickets.enumerated() {
                let limit = Int.random(in: 1...40, using: &random)
                let last = cursors[place].last
                let page = Task { try await database.feed.changes(in: ticket, after: last, limit: limit) }
                let isCut = Int.random(in: 0..<8, using: &random) == 0
                if isCut { page.cancel() }
                guard let entries = try? await page.value else {
                    // Only what was cut off may fail.
                    #expect(isCut)
                    cursors[place].cuts += 1
                    isLast = false
                    continue
                }
                #expect(entries.count <= limit)
                if isCut {
                    // The answer came all the same, and is lost with its reader.
                    cursors[place].cuts += 1
                    isLast = false
                    continue
                }
                let isInOrder = cursors[place].take(entries)
                #expect(isInOrder)
                if !entries.isEmpty { isLast = false }
            }
        }
        return cursors
    }

    /// The place of each live key, as a rebuild reads them.
    private static func places(
        in ticket: AuthorizedCollection,
        of database: TestDatabase
    ) async throws -> [Int64: Int64] {
        var places: [Int64: Int64] = [:]
        var key: Int64 = 0
        while true {
            let page = try await database.feed.entries(in: ticket, afterKey: key, limit: 1_000)
            guard let last = page.last else { return places }
            for entry in page { places[entry.key] = entry.seq }
            key = last.key
        }
    }
}
