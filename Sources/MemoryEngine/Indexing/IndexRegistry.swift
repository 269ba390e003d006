internal import Logging
public import MemoryModel
internal import Synchronization
internal import VectorSearch

/// Holds the indexes of the collections that were asked for, and keeps them in step with their feeds.
///
/// An index is loaded once, by the first query that needs it; others wait for the same load, and none waits for
/// another collection's. Only an `AuthorizedCollection`, which a read under row-level security alone can make, gets
/// an index out of it.
public final class IndexRegistry: Sendable {
    private struct Slot {
        let identity: CollectionIndex.Identity
        var loading: Task<CollectionIndex, any Error>?
        var index: CollectionIndex?
        /// The catching up that is under way; the next one waits for it.
        var following: Task<Void, any Error>?
        /// The place that was last written to disk.
        var savedSeq: Int64 = -1
        var isBuildingGraph = false
    }

    let configuration: IndexConfiguration
    private let feed: any FeedReader
    private let epoch: @Sendable () -> String
    private let loader: IndexLoader
    let executor: SearchExecutor
    let snapshots: IndexSnapshots?
    /// One writer at a time works on the snapshots.
    private let snapshotTurn = Turn()
    private let logger: Logger
    private let slots = Mutex<[Identifier<MemoryCollection>: Slot]>([:])

    /// Makes an empty registry.
    ///
    /// - Parameters:
    ///   - feed: Reads the feeds.
    ///   - store: Tells the epoch.
    ///   - executor: The threads of searches and builds.
    ///   - snapshots: Where indexes are kept between runs; nil keeps none.
    ///   - configuration: Sizes and intervals.
    public init(
        feed: any FeedReader,
        store: any MemoryStore,
        executor: SearchExecutor,
        snapshots: IndexSnapshots? = nil,
        configuration: IndexConfiguration = IndexConfiguration()
    ) {
        self.feed = feed
        self.epoch = { store.epoch }
        self.executor = executor
        self.snapshots = snapshots
        self.configuration = configuration
        logger = Logger(label: "mneme.index")
        loader = IndexLoader(feed: feed, executor: executor, snapshots: snapshots, pageSize: configuration.pageSize)
    }

    /// How many indexes are loaded.
    public var loadedCount: Int { slots.withLock { $0.values.count { $0.index != nil } } }

    /// Forgets the index of a collection that was deleted, on disk as well.
    public func forget(_ collection: Identifier<MemoryCollection>) {
        let slot = slots.withLock { $0.removeValue(forKey: collection) }
        slot?.loading?.cancel()
        snapshots?.remove(collection)
    }

    /// The index of a collection, where it is loaded now.
    func loadedIndex(of collection: Identifier<MemoryCollection>) -> CollectionIndex? {
        slots.withLock { $0[collection]?.index }
    }

    /// Whether the index of a collection is in memory, or on its way there.
    func isLoadedOrLoading(_ collection: Identifier<MemoryCollection>) -> Bool {
        slots.withLock { $0[collection] != nil }
    }

    /// Runs `body` while no snapshot is written.
    func writingAlone<Value: Sendable>(_ body: () async throws -> Value) async rethrows -> Value {
        try await snapshotTurn.run(body)
    }

    /// Notes the place at which a snapshot was written.
    func noteSaved(_ collection: Identifier<MemoryCollection>, at seq: Int64) {
        slots.withLock { $0[collection]?.savedSeq = seq }
    }

    /// Writes what has changed to disk, now and then, until the task is cancelled; then once more.
    public func run() async {
        while !Task.isCancelled {
            try? await Task.sleep(for: configuration.snapshotInterval)
            await writeSnapshots()
        }
    }

    /// Writes every index that changed since it was last written.
    public func writeSnapshots() async {
        await writingAlone { await writeChangedSnapshots() }
    }

    private func writeChangedSnapshots() async {
        guard let snapshots else { return }
        let changed = slots.withLock { slots in
            slots.values.compactMap { slot in slot.index.flatMap { $0.lastSeq > slot.savedSeq ? $0 : nil } }
        }
        for index in changed {
            do {
                let seq = try await executor.builds.run { try snapshots.write(index) }
                slots.withLock { $0[index.identity.collectionID]?.savedSeq = seq }
                EngineMetrics.count(.snapshotsWritten)
            } catch {
                EngineMetrics.count(.snapshotFailures)
                logger.warning("an index snapshot could not be written", metadata: ["reason": "\(error)"])
            }
        }
    }

    /// The index of a collection, caught up with the place that the collection was authorised at.
    ///
    /// - Throws: `EngineError` with `deadlineExceeded` or `indexUnavailable`; what goes on loading serves later queries.
    package func index(
        for authorized: AuthorizedCollection,
        deadline: ContinuousClock.Instant?
    ) async throws -> CollectionIndex {
        do {
            let index = try await loaded(authorized, deadline: deadline)
            try await catchUp(index, with: authorized, deadline: deadline)
            return index
        } catch let error as StoreError where error.code != .deadlineExceeded && error.code != .cancelled {
            logger.warning("an index could not be read", metadata: ["reason": "\(error)"])
            throw EngineError(.indexUnavailable, "the index cannot be read now: \(error.code.rawValue)")
        }
    }

    /// The index as it stands, loaded now where it is not.
    private func loaded(
        _ authorized: AuthorizedCollection,
        deadline: ContinuousClock.Instant?
    ) async throws -> CollectionIndex {
        let identity = CollectionIndex.Identity(authorized, epoch: epoch())
        let task = slots.withLock { slots -> Task<CollectionIndex, any Error>? in
            if let slot = slots[identity.collectionID], slot.identity == identity {
                if slot.index != nil { return nil }
                if let loading = slot.loading { return loading }
            }
            let loading = Task { try await self.load(authorized, identity) }
            slots[identity.collectionID] = Slot(identity: identity, loading: loading)
            return loading
        }
        if let task {
            guard let index = try await value(of: task, until: deadline) else {
                throw EngineError(.deadlineExceeded, "the index is still being loaded")
            }
            return index
        }
        let index = slots.withLock { $0[identity.collectionID].flatMap { $0.identity == identity ? $0.index : nil } }
        guard let index else { throw EngineError(.indexUnavailable, "the index was dropped meanwhile") }
        return index
    }

    private func load(
        _ authorized: AuthorizedCollection,
        _ identity: CollectionIndex.Identity
    ) async throws -> CollectionIndex {
        do {
            let loaded = try await loader.load(authorized, identity)
            let count = slots.withLock { slots in
                if slots[identity.collectionID]?.identity == identity {
                    slots[identity.collectionID]?.index = loaded.index
                    slots[identity.collectionID]?.loading = nil
                    slots[identity.collectionID]?.savedSeq = loaded.savedSeq
                }
                return slots.values.count { $0.index != nil }
            }
            EngineMetrics.count(.indexLoads)
            EngineMetrics.set(.indexesLoaded, to: count)
            promote(loaded.index)
            return loaded.index
        } catch {
            // The next query tries again.
            slots.withLock { slots in
                if slots[identity.collectionID]?.identity == identity { slots[identity.collectionID] = nil }
            }
            throw error
        }
    }

    /// Applies what the feed has beyond the index; queries that need the same changes wait for one reading of them.
    private func catchUp(
        _ index: CollectionIndex,
        with authorized: AuthorizedCollection,
        deadline: ContinuousClock.Instant?
    ) async throws {
        let id = index.identity.collectionID
        while index.lastSeq < authorized.head.lastSeq {
            if index.lastSeq < authorized.head.floor {
                slots.withLock { slots in
                    if slots[id]?.index === index { slots[id] = nil }
                }
                EngineMetrics.count(.indexRebuilds)
                snapshots?.remove(id)
                throw EngineError(.indexUnavailable, "the index lags behind its feed and is rebuilt")
            }
            let task = slots.withLock { slots -> Task<Void, any Error> in
                if let following = slots[id]?.following { return following }
                let following = Task {
                    defer { self.slots.withLock { $0[id]?.following = nil } }
                    try await self.loader.follow(index, authorized)
                    self.promote(index)
                }
                slots[id]?.following = following
                return following
            }
            guard try await value(of: task, until: deadline) != nil else {
                throw EngineError(.deadlineExceeded, "the index is still catching up")
            }
        }
    }

    /// Frees removed vectors in the background where they are many, and builds a graph where there are enough vectors; the
    /// index answers as it is meanwhile.
    private func promote(_ index: CollectionIndex) {
        guard let vectors = index.vectors else { return }
        let isLarge = vectors.kind == .exact && vectors.vectorCount >= configuration.graphThreshold
        let isSpent =
            vectors.removedVectorCount >= max(configuration.leastRemoved, vectors.vectorCount / 4)
            || vectors.isOutgrown
        guard isLarge || isSpent else { return }
        let id = index.identity.collectionID
        let isMine = slots.withLock { slots in
            guard slots[id]?.index === index, slots[id]?.isBuildingGraph == false else { return false }
            slots[id]?.isBuildingGraph = true
            return true
        }
        guard isMine else { return }
        Task {
            do {
                if isSpent { try await executor.builds.run { try vectors.compact() } }
                if isLarge { try await executor.builds.run { try vectors.buildGraph() } }
            } catch {
                logger.warning(
                    "an index could not be compacted, or its graph not be built; it goes on as it is",
                    metadata: ["reason": "\(error)"]
                )
            }
            slots.withLock { $0[id]?.isBuildingGraph = false }
        }
    }
}

extension CollectionIndex.Identity {
    /// What a collection's index must have been made for.
    init(_ authorized: AuthorizedCollection, epoch: String) {
        self.init(
            collectionID: authorized.collection.id,
            generation: authorized.collection.generation,
            profileName: authorized.collection.profile?.name ?? "",
            epoch: epoch
        )
    }
}
