internal import Logging
public import MemoryModel

/// Follows erasures on one node: its indexes in memory, its snapshots on disk, its cache of queries.
///
/// It tells the database that the node lives, so that a receipt waits for it or names it as absent.
public final class ErasureFollower: Sendable {
    private let store: any MemoryStore
    private let feed: any ErasureFeed
    private let indexes: IndexRegistry
    private let contexts: ContextService
    private let node: Identifier<Node>
    private let name: String
    private let interval: Duration
    private let logger = Logger(label: "mneme.erasure")

    /// Makes a follower.
    ///
    /// - Parameters:
    ///   - store: Where acknowledgements are written.
    ///   - feed: Tells what is outstanding.
    ///   - indexes: This node's indexes.
    ///   - contexts: This node's cache of queries.
    ///   - node: This node, the same after a restart, as its snapshots are.
    ///   - name: What people call it.
    ///   - interval: Between looks.
    public init(
        store: any MemoryStore,
        feed: any ErasureFeed,
        indexes: IndexRegistry,
        contexts: ContextService,
        node: Identifier<Node>,
        name: String,
        interval: Duration = .seconds(2)
    ) {
        self.store = store
        self.feed = feed
        self.indexes = indexes
        self.contexts = contexts
        self.node = node
        self.name = name
        self.interval = interval
    }

    /// Follows until the task is cancelled.
    public func run() async {
        while !Task.isCancelled {
            await followOnce()
            try? await Task.sleep(for: interval)
        }
    }

    /// Follows what is outstanding now and returns how many erasures were followed to their end.
    @discardableResult
    public func followOnce() async -> Int {
        let outstanding: [OutstandingErasure]
        do throws(StoreError) {
            outstanding = try await feed.report(node: node, name: name)
        } catch {
            logger.warning("erasures could not be read", metadata: ["reason": "\(error)"])
            return 0
        }
        var followed = 0
        for erasure in outstanding {
            do {
                try await follow(erasure)
                followed += 1
            } catch {
                // Not acknowledged: the next look tries again.
                logger.warning("an erasure could not be followed", metadata: ["erasure": "\(erasure.id)"])
            }
        }
        return followed
    }

    private func follow(_ erasure: OutstandingErasure) async throws {
        let principal = Principal.worker(in: erasure.workspaceID)
        let touched = try await store.withTransaction(as: principal, .reading()) { tx in
            try await tx.authorizedCollections(erasure.touched)
        }.value
        var cleared = IndexRegistry.Cleared()
        let present = Set(touched.map(\.collection.id))
        for id in Set(erasure.gone + erasure.touched).subtracting(present) {
            cleared.add(try await indexes.clear(id))
        }
        for collection in touched { cleared.add(try await indexes.clear(collection)) }
        let queries = contexts.forgetQueries(of: erasure.workspaceID)
        _ = try await store.withTransaction(as: principal, .writing()) { [node, cleared] tx in
            let counts = [
                ("index_memory", cleared.indexes), ("index_snapshots", cleared.snapshots), ("query_cache", queries),
            ]
            try await tx.acknowledgeErasure(
                erasure.id,
                by: node,
                stores: counts.map { ErasedStore(store: $0, node: node, count: Int64($1), at: tx.now) }
            )
        }
    }
}
