import Foundation
import LexicalSearch
import MemoryEngine
import MemoryModel
import MemoryTestSupport
import Synchronization
import Testing
import VectorSearch

@Suite struct IndexRegistryTests {
    private static func withFolder(_ body: (String) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "mneme-\(UUID().uuidString)").path()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await body(folder)
    }

    private static func authorized(_ engine: EngineFixture) async throws -> AuthorizedCollection {
        let request = ContextPreludeRequest(
            agentID: engine.agentID,
            collectionIDs: nil,
            pinScopes: [],
            threadID: nil,
            forkID: nil,
            recentMessages: 0
        )
        let collections = try await engine.write(as: engine.admin) { tx in
            try await tx.contextPrelude(request).collections
        }
        return try #require(collections.first)
    }

    /// What the feed says must be what the index holds: records, vectors and words.
    private static func check(_ registry: IndexRegistry, _ engine: EngineFixture) async throws {
        let authorized = try await authorized(engine)
        let index = try await registry.index(for: authorized, deadline: nil)
        let contents = index.snapshot
        #expect(contents.lastSeq == authorized.head.lastSeq)
        let feed = try await engine.store.entries(in: authorized, afterKey: 0, limit: 100_000)
        #expect(contents.table.count == feed.count)
        #expect(contents.lexical?.count ?? 0 == feed.count)
        #expect(index.vectors?.count == feed.count { !$0.vectors.isEmpty })
        for entry in feed {
            let key = UInt64(entry.key)
            let record = try #require(contents.table[key])
            #expect(record.version == entry.version)
            #expect(record.sourceID == entry.sourceID)
            #expect(record.attributes == entry.attributes)
            #expect(contents.table.awaitingVectors.contains(key) == entry.vectors.isEmpty)
            guard let vector = entry.vectors.first else { continue }
            let nearest = try #require(try index.vectors?.search(vector.vector, k: 1, filter: .keys([key])).first)
            #expect(nearest.score > 0.999)
        }
    }

    @Test func indexEqualsFeedAfterRandomOperationsWithRestarts() async throws {
        try await Self.withFolder { folder in
            let engine = try await EngineFixture()
            func start() -> IndexRegistry {
                IndexRegistry(
                    feed: engine.store,
                    store: engine.store,
                    executor: engine.executor,
                    snapshots: IndexSnapshots(directory: folder)
                )
            }
            var registry = start()
            var generator = SeededGenerator(seed: 51)
            var live: [Identifier<ContextItem>] = []
            for step in 0..<400 {
                engine.clock.advance(bySeconds: 1)
                switch Int.random(in: 0..<20, using: &generator) {
                case 0..<7:
                    let drafts = (0..<Int.random(in: 1...4, using: &generator)).map {
                        ItemDraft(content: "Item \(step).\($0) of colour \(Int.random(in: 0..<9, using: &generator))")
                    }
                    let made = try await engine.write(as: engine.agent) { [items = engine.items] tx in
                        try await items.create(drafts, in: tx).map(\.item.id)
                    }
                    live += made
                case 7..<10:
                    guard let id = live.randomElement(using: &generator) else { continue }
                    try await engine.write(as: engine.agent) { [items = engine.items] tx in
                        _ = try await items.patch(id, ItemPatch(content: "Edited at \(step)"), in: tx)
                    }
                case 10..<12:
                    guard let id = live.randomElement(using: &generator) else { continue }
                    let pinned = Bool.random(using: &generator)
                    try await engine.write(as: engine.agent) { [items = engine.items] tx in
                        _ = try await items.patch(id, ItemPatch(tags: ["t\(step % 3)"], isPinned: pinned), in: tx)
                    }
                case 12..<14:
                    guard let place = live.indices.randomElement(using: &generator) else { continue }
                    let id = live.remove(at: place)
                    try await engine.write(as: engine.agent) { [items = engine.items] tx in
                        try await items.delete(id, in: tx)
                    }
                case 14..<17: await engine.worker.workOnce()
                case 17:
                    // A clean stop and a start from the snapshot.
                    await registry.writeSnapshots()
                    registry = start()
                case 18:
                    // A crash: the snapshot is older than the feed, or missing.
                    registry = start()
                default:
                    guard !live.isEmpty else { continue }
                    try await Self.check(registry, engine)
                }
            }
            await engine.work()
            try await Self.check(registry, engine)
        }
    }

    @Test func aColdCollectionIsLoadedOnceForAllWhoWait() async throws {
        let watched = Mutex<WatchedFeed?>(nil)
        let engine = try await EngineFixture(feed: { store in
            let feed = WatchedFeed(store)
            watched.withLock { $0 = feed }
            return feed
        })
        let feed = try #require(watched.withLock { $0 })
        try await engine.remember(ItemDraft(content: "Cold start."))
        let authorized = try await Self.authorized(engine)
        let (released, gate) = AsyncStream.makeStream(of: Void.self)
        feed.hold { _ in for await _ in released {} }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<50 {
                group.addTask { _ = try await engine.indexes.index(for: authorized, deadline: nil) }
            }
            // One of them gives up; the load goes on for the others.
            let late = await #expect(throws: EngineError.self) {
                _ = try await engine.indexes.index(for: authorized, deadline: .now)
            }
            #expect(late?.code == .deadlineExceeded)
            gate.finish()
            try await group.waitForAll()
        }
        #expect(feed.rebuilds == 1)
        #expect(engine.indexes.loadedCount == 1)
    }

    @Test func damagedForeignAndTruncatedSnapshotsAreRebuilt() async throws {
        try await Self.withFolder { folder in
            let engine = try await EngineFixture(snapshots: IndexSnapshots(directory: folder))
            for index in 0..<40 { try await engine.remember(ItemDraft(content: "Entry \(index)")) }
            await engine.work()
            try await Self.check(engine.indexes, engine)
            await engine.indexes.writeSnapshots()
            let collection = try await Self.authorized(engine).collection.id
            let directory = folder + "/" + collection.description
            var generator = SeededGenerator(seed: 52)
            for round in 0..<120 {
                let files = try FileManager.default.contentsOfDirectory(atPath: directory).sorted()
                    .filter { !$0.hasSuffix(".refused") }
                let file = directory + "/" + (files.randomElement(using: &generator) ?? "")
                var bytes = Array(try Data(contentsOf: URL(filePath: file)))
                if round % 3 == 0 {
                    bytes.removeLast(Int.random(in: 1...bytes.count, using: &generator))
                } else {
                    let place = Int.random(in: bytes.indices, using: &generator)
                    bytes[place] ^= UInt8(1) << UInt8(Int.random(in: 0..<8, using: &generator))
                }
                try Data(bytes).write(to: URL(filePath: file))
                let registry = IndexRegistry(
                    feed: engine.store,
                    store: engine.store,
                    executor: engine.executor,
                    snapshots: IndexSnapshots(directory: folder)
                )
                try await Self.check(registry, engine)
                await registry.writeSnapshots()
            }
            engine.store.beginEpoch("another")
            try await Self.check(engine.indexes, engine)
        }
    }

    @Test func aFollowerBelowTheFloorIsRebuilt() async throws {
        let engine = try await EngineFixture()
        try await engine.remember(ItemDraft(content: "First."))
        try await Self.check(engine.indexes, engine)
        try await engine.remember(ItemDraft(content: "Second."))
        let authorized = try await Self.authorized(engine)
        engine.store.raiseFloor(of: authorized.collection.id, in: engine.workspaceID, to: authorized.head.lastSeq)
        let fresh = try await Self.authorized(engine)
        _ = try? await engine.indexes.index(for: fresh, deadline: nil)
        try await Self.check(engine.indexes, engine)
    }

    @Test func aWaitEndsWhenWordsAndVectorsAreIn() async throws {
        let engine = try await EngineFixture()
        let committed = try await engine.store.withTransaction(as: engine.agent, .writing()) {
            [items = engine.items] tx in
            try await items.create(ItemDraft(content: "Wait for me."), in: tx)
        }
        let token = try #require(committed.token)
        let wait = IndexWait(store: engine.store, indexes: engine.indexes)
        let before = try await wait.untilIndexed(token, as: engine.agent, deadline: .now)
        #expect(!before.hasVectors)
        await engine.work()
        let after = try await wait.untilIndexed(token, as: engine.agent, deadline: .now + .seconds(60))
        #expect(after.isMet)
    }

    @Test func entryTablesReadBackAndDamageIsRefused() throws {
        var generator = SeededGenerator(seed: 53)
        var table = EntryTable()
        for index in 0..<300 {
            let key = UInt64(index * 3 + 1)
            let attributes = EntryAttributes(
                kind: ItemKind.allCases.randomElement(using: &generator),
                scopeKind: "thread",
                scopeID: "id \(index)",
                tags: (0..<(index % 4)).map { "tag\($0)é" },
                source: "web",
                author: index % 2 == 0 ? "Ada" : nil,
                authorID: index % 7 == 0 ? "user:\(index)" : nil,
                authorType: AuthorType.allCases.randomElement(using: &generator),
                channelID: index % 3 == 0 ? Identifier(high: 7, low: UInt64(index % 5)) : nil,
                threadID: Identifier(high: generator.next(), low: generator.next()),
                forkID: index % 4 == 0 ? Identifier(high: 8, low: UInt64(index % 5)) : nil,
                position: index % 2 == 0 ? Int64(index) : nil,
                replyTo: index % 5 == 0 ? Identifier(high: 9, low: UInt64(index)) : nil,
                importance: Float.random(in: 0...1, using: &generator),
                isPinned: Bool.random(using: &generator),
                trust: .agent,
                state: .superseded,
                validFrom: Timestamp(microseconds: Int64(bitPattern: generator.next())),
                invalidAt: Timestamp(microseconds: -5),
                createdAt: Timestamp(microseconds: 1)
            )
            table.set(
                EntryRecord(
                    sourceID: Identifier(high: generator.next(), low: generator.next()),
                    version: Int32(index),
                    seq: Int64(index),
                    hasVector: index % 5 != 0,
                    attributes: attributes
                ),
                at: key
            )
        }
        #expect(table[1]?.attributes.authorID == "user:0")
        let bytes = table.serialized()
        #expect(try EntryTable(serialized: bytes) == table)
        for length in stride(from: 0, to: bytes.count, by: 97) {
            #expect(throws: EntryReader.Damaged.self) { try EntryTable(serialized: Array(bytes.prefix(length))) }
        }
    }

    @Test func theTurnsOfOneAuthorInOneThreadShareWhatTheyHaveInCommon() throws {
        #expect(MemoryLayout<EntryRecord?>.stride <= 72)
        var table = EntryTable()
        func turn(_ number: Int, of author: String) -> EntryRecord {
            let attributes = EntryAttributes(
                source: "conversation",
                author: author,
                authorType: .human,
                threadID: Identifier(high: 1, low: 1),
                position: Int64(number),
                trust: .user,
                validFrom: Timestamp(microseconds: Int64(number)),
                createdAt: Timestamp(microseconds: Int64(number))
            )
            return EntryRecord(
                sourceID: Identifier(high: 0, low: UInt64(number)),
                version: 1,
                seq: Int64(number),
                hasVector: true,
                attributes: attributes
            )
        }
        for number in 1...200 { table.set(turn(number, of: number % 2 == 0 ? "Ann" : "Ben"), at: UInt64(number)) }
        let first = try #require(table[1])
        #expect(table[3]?.traits === first.traits)
        #expect(table[2]?.traits !== first.traits)
        let read = try EntryTable(serialized: table.serialized())
        #expect(read == table)
        #expect(read[1]?.traits === read[199]?.traits)
        // Authors that come and go leave nothing behind that grows.
        for number in 0..<20_000 { table.set(turn(1, of: "author \(number)"), at: 1) }
        #expect(table[1]?.author == "author 19999")
        #expect(table[3]?.author == "Ben")
    }
}
