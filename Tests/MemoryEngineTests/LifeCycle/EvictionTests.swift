import MemoryEngine
import MemoryModel
import MemoryTestSupport
import Synchronization
import Testing

/// Collections come and go under one limit of memory.
@Suite struct EvictionTests {
    private static func limited(to bytes: Int) -> IndexConfiguration {
        var configuration = IndexConfiguration()
        configuration.memoryLimit = bytes
        return configuration
    }

    private static func texts(_ count: Int, _ generator: inout SeededGenerator) -> [String] {
        (0..<count).map { number in
            "Note \(number) about thing \(Int.random(in: 0..<500, using: &generator)) of \(generator.next() % 97)"
        }
    }

    @Test(arguments: [1, 2] as [UInt64])
    func anyWritesAndQueriesFindEverythingWithinTheLimit(seed: UInt64) async throws {
        let limit = 400_000
        try await Shelf.run(collections: 24, index: Self.limited(to: limit)) { shelf, _ in
            var generator = SeededGenerator(seed: seed)
            var most = 0
            for step in 0..<160 {
                let id = try #require(shelf.collections.randomElement(using: &generator))
                if step < shelf.collections.count {
                    try await shelf.write(
                        Self.texts(Int.random(in: 5...40, using: &generator), &generator),
                        to: shelf.collections[step]
                    )
                } else if Int.random(in: 0..<3, using: &generator) == 0 {
                    try await shelf.write(Self.texts(Int.random(in: 1...6, using: &generator), &generator), to: id)
                }
                try await shelf.check(id)
                most = max(most, shelf.engine.indexes.loadedCount)
                #expect(shelf.engine.indexes.byteCount <= limit)
            }
            // Some stay, and not all.
            #expect(most > 2)
            #expect(most < shelf.collections.count)
            #expect(shelf.engine.indexes.loadedCount <= most)
        }
    }

    @Test func manyQueriesAtOnceFindEverythingAndTheLimitHoldsAgainAfterwards() async throws {
        let limit = 300_000
        try await Shelf.run(collections: 20, index: Self.limited(to: limit)) { shelf, _ in
            var generator = SeededGenerator(seed: 7)
            for id in shelf.collections { try await shelf.write(Self.texts(20, &generator), to: id) }
            let wanted = (0..<200).map { _ in Int.random(in: 0..<shelf.collections.count, using: &generator) }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for place in wanted { group.addTask { try await shelf.check(shelf.collections[place]) } }
                try await group.waitForAll()
            }
            try await shelf.check(shelf.collections[0])
            #expect(shelf.engine.indexes.byteCount <= limit)
        }
    }

    @Test func theLeastRecentlyUsedIsWrittenAndComesBackWithoutARebuild() async throws {
        try await Shelf.run(collections: 8, index: Self.limited(to: 260_000)) { shelf, folder in
            var generator = SeededGenerator(seed: 3)
            for id in shelf.collections { try await shelf.write(Self.texts(20, &generator), to: id) }
            for id in shelf.collections { try await shelf.check(id) }
            let loaded = shelf.engine.indexes.loadedCount
            #expect(loaded < shelf.collections.count)
            let rebuilds = shelf.feed.rebuilds
            #expect(rebuilds == shelf.collections.count)
            // The last ones used are there still, the first ones come from disk.
            for id in shelf.collections.suffix(loaded) { try await shelf.check(id) }
            #expect(shelf.engine.indexes.loadedCount == loaded)
            for id in shelf.collections.prefix(3) { try await shelf.check(id) }
            #expect(shelf.feed.rebuilds == rebuilds)
            #expect(IndexSnapshots.refused(below: folder).isEmpty)
        }
    }

    @Test func anEvictedIndexAnswersAndCountsUntilItsReaderIsDone() async throws {
        try await Shelf.run(collections: 3, index: Self.limited(to: 120_000)) { shelf, _ in
            var generator = SeededGenerator(seed: 4)
            for id in shelf.collections { try await shelf.write(Self.texts(15, &generator), to: id) }
            let first = try await shelf.authorized(shelf.collections[0])
            var held: CollectionIndex? = try await shelf.engine.indexes.index(for: first, deadline: nil)
            let own = shelf.engine.indexes.byteCount
            for id in shelf.collections.dropFirst() { try await shelf.check(id) }
            let snapshot = try #require(held?.snapshot)
            #expect(snapshot.table.count == 15)
            let withHeld = shelf.engine.indexes.byteCount
            held = nil
            let without = shelf.engine.indexes.byteCount
            #expect(withHeld - without == own)
            // It is loaded anew.
            try await shelf.check(shelf.collections[0])
        }
    }

    @Test func anIndexLargerThanTheLimitIsLoadedAllTheSame() async throws {
        try await Shelf.run(collections: 2, index: Self.limited(to: 40_000)) { shelf, _ in
            var generator = SeededGenerator(seed: 5)
            for id in shelf.collections { try await shelf.write(Self.texts(60, &generator), to: id) }
            for _ in 0..<2 {
                for id in shelf.collections { try await shelf.check(id) }
                #expect(shelf.engine.indexes.loadedCount == 1)
            }
        }
    }

    @Test func aDiskThatTakesNothingStopsSnapshotsAndNoQuery() async throws {
        // A file stands where the folder should be.
        try await Shelf.run(
            collections: 6,
            index: Self.limited(to: 150_000),
            snapshots: "/dev/null/snapshots"
        ) { shelf, _ in
            var generator = SeededGenerator(seed: 6)
            for id in shelf.collections { try await shelf.write(Self.texts(20, &generator), to: id) }
            for id in shelf.collections + shelf.collections { try await shelf.check(id) }
            await shelf.engine.indexes.writeSnapshots()
            #expect(shelf.engine.indexes.byteCount <= 150_000)
            #expect(shelf.feed.rebuilds > shelf.collections.count)
        }
    }

    @Test func noQueryWaitsForTheLoadOfAnotherCollection() async throws {
        try await Shelf.run(collections: 9) { shelf, _ in
            for id in shelf.collections { try await shelf.write(["It is here."], to: id) }
            let held = Set(shelf.collections.prefix(8))
            let (released, gate) = AsyncStream.makeStream(of: Void.self)
            shelf.feed.hold { step in
                guard case .head(let id) = step, held.contains(id) else { return }
                for await _ in released {}
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for id in held { group.addTask { try await shelf.check(id) } }
                try await shelf.check(shelf.collections[8])
                gate.finish()
                try await group.waitForAll()
            }
        }
    }

    @Test func aRebuildAnswersFromWhatItHasAndSaysSo() async throws {
        var index = IndexConfiguration()
        index.pageSize = 4
        var context = EngineFixture.patient
        context.indexPatience = .milliseconds(1)
        try await Shelf.run(collections: 1, index: index, context: context) { shelf, _ in
            let id = shelf.collections[0]
            try await shelf.write((0..<12).map { "The kettle number \($0) whistles." }, to: id)
            let (reached, arrival) = AsyncStream.makeStream(of: Void.self)
            let (released, gate) = AsyncStream.makeStream(of: Void.self)
            // The third page is asked for while the second is applied: the first is in by then.
            shelf.feed.hold { step in
                guard case .page(_, let key) = step, key >= 8 else { return }
                arrival.finish()
                for await _ in released {}
            }
            var query = ContextQuery(query: "kettle")
            query.collectionIDs = [id]
            _ = try await shelf.engine.context.answer(query, as: shelf.engine.admin)
            for await _ in reached {}
            let early = try await shelf.engine.context.answer(query, as: shelf.engine.admin)
            #expect(early.degradations.contains(.indexUnavailable))
            #expect(!early.freshness.lexicalCurrent)
            #expect(!early.contents(.included).isEmpty)
            gate.finish()
            try await shelf.check(id)
            let late = try await shelf.engine.context.answer(query, as: shelf.engine.admin)
            #expect(!late.degradations.contains(.indexUnavailable))
        }
    }
}
