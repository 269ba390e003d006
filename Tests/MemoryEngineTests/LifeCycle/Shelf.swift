import Foundation
import LexicalSearch
import MemoryEngine
import MemoryModel
import MemoryTestSupport
import Synchronization
import Testing
import VectorSearch

/// An engine with many shared collections, over a feed that is watched.
struct Shelf {
    let engine: EngineFixture
    let feed: WatchedFeed
    let collections: [Identifier<MemoryCollection>]

    /// Lends a shelf with snapshots in a folder of its own.
    static func run(
        collections count: Int,
        index: IndexConfiguration = IndexConfiguration(),
        snapshots: String? = nil,
        context: ContextConfiguration = EngineFixture.patient,
        _ body: (Shelf, String) async throws -> Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "mneme-\(UUID().uuidString)").path()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let watched = Mutex<WatchedFeed?>(nil)
        let engine = try await EngineFixture(
            snapshots: IndexSnapshots(directory: snapshots ?? folder),
            index: index,
            feed: { store in
                let feed = WatchedFeed(store)
                watched.withLock { $0 = feed }
                return feed
            },
            configuration: context
        )
        let ids = try await engine.write(as: engine.admin) { [collections = engine.collections] tx in
            var ids: [Identifier<MemoryCollection>] = []
            for number in 0..<count { ids.append(try await collections.createShared(name: "c\(number)", in: tx).id) }
            return ids
        }
        let feed = try #require(watched.withLock { $0 })
        try await body(Shelf(engine: engine, feed: feed, collections: ids), folder)
    }

    /// Writes texts into a collection and embeds them.
    func write(_ texts: [String], to collection: Identifier<MemoryCollection>, embeds: Bool = true) async throws {
        let drafts = texts.map { ItemDraft(target: .collection(collection), content: $0) }
        try await engine.write(as: engine.admin) { [items = engine.items] tx in
            _ = try await items.create(drafts, in: tx)
        }
        if embeds { await engine.work() }
    }

    func authorized(_ collection: Identifier<MemoryCollection>) async throws -> AuthorizedCollection {
        let request = ContextPreludeRequest(
            agentID: nil,
            collectionIDs: [collection],
            pinScopes: [],
            threadID: nil,
            forkID: nil,
            recentMessages: 0
        )
        let found = try await engine.write(as: engine.admin) { tx in try await tx.contextPrelude(request).collections }
        return try #require(found.first)
    }

    /// What the feed says must be what the index holds.
    func check(_ collection: Identifier<MemoryCollection>) async throws {
        let authorized = try await authorized(collection)
        let index = try await engine.indexes.index(for: authorized, deadline: nil)
        let contents = index.snapshot
        let feed = try await engine.store.entries(in: authorized, afterKey: 0, limit: 100_000)
        #expect(contents.lastSeq == authorized.head.lastSeq)
        #expect(contents.table.count == feed.count)
        #expect(contents.lexical?.count ?? 0 == feed.count)
        for entry in feed {
            let key = UInt64(entry.key)
            #expect(contents.table[key]?.version == entry.version)
            guard let vector = entry.vectors.first?.vector else { continue }
            let nearest = try #require(try index.vectors?.search(vector, k: 1, filter: .keys([key])).first)
            #expect(nearest.score > 0.999)
        }
    }
}
