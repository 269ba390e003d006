internal import Logging
public import MemoryModel
internal import Synchronization

/// Holds the indexes of the collections that were asked for, and keeps them in step with their feeds.
///
/// An index is loaded once, by the first query that needs it; others wait for the same load, and none waits for
/// another collection's. Only an `AuthorizedCollection`, which a read under row-level security alone can make, gets
/// an index out of it. Where memory is limited, the least recently used indexes are written to disk and let go of.
public final class IndexRegistry: Sendable {
    let configuration: IndexConfiguration
    let epoch: @Sendable () -> String
    let loader: IndexLoader
    let executor: SearchExecutor
    let snapshots: IndexSnapshots?
    let memory: IndexMemory
    let logger: Logger
    let slots = Mutex(IndexSlots())
    /// One writer at a time works on the snapshots.
    let snapshotTurn = Turn()
    /// One load at a time asks for memory.
    let reservationTurn = Turn()
    /// Bytes of evicted indexes since the heap was last trimmed.
    let freedBytes = Mutex(0)
    let trimHeap: @Sendable () -> Void

    /// Makes an empty registry.
    ///
    /// - Parameters:
    ///   - feed: Reads the feeds.
    ///   - store: Tells the epoch.
    ///   - executor: The threads of searches and builds.
    ///   - snapshots: Where indexes are kept between runs; nil keeps none.
    ///   - configuration: Sizes and intervals.
    ///   - trimHeap: Gives freed memory back to the system; blocks.
    public init(
        feed: any FeedReader,
        store: any MemoryStore,
        executor: SearchExecutor,
        snapshots: IndexSnapshots? = nil,
        configuration: IndexConfiguration = IndexConfiguration(),
        trimHeap: @escaping @Sendable () -> Void = {}
    ) {
        self.epoch = { store.epoch }
        self.executor = executor
        self.snapshots = snapshots
        self.configuration = configuration
        self.trimHeap = trimHeap
        logger = Logger(label: "mneme.index")
        memory = IndexMemory(limit: configuration.memoryLimit)
        loader = IndexLoader(feed: feed, executor: executor, snapshots: snapshots, pageSize: configuration.pageSize)
    }

    /// How many indexes are loaded.
    public var loadedCount: Int { slots.withLock(\.loadedCount) }

    /// Bytes that the loaded indexes take, by estimate, with those that are evicted but still read.
    public var byteCount: Int { memory.byteCount }

    /// Forgets the index of a collection that was deleted, on disk as well.
    public func forget(_ collection: Identifier<MemoryCollection>) {
        let slot = slots.withLock { $0.remove(collection) }
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

    /// The index of a collection, caught up with the place that the collection was authorised at.
    ///
    /// - Throws: `EngineError` with `deadlineExceeded` or `indexUnavailable`; what goes on loading serves later queries.
    package func index(
        for authorized: AuthorizedCollection,
        deadline: ContinuousClock.Instant?
    ) async throws -> CollectionIndex {
        do {
            while true {
                let index = try await loaded(authorized, deadline: deadline)
                if try await catchUp(index, with: authorized, deadline: deadline) { return index }
            }
        } catch let error as StoreError where error.code != .deadlineExceeded && error.code != .cancelled {
            logger.warning("an index could not be read", metadata: ["reason": "\(error)"])
            throw EngineError(.indexUnavailable, "the index cannot be read now: \(error.code.rawValue)")
        }
    }

    /// The index of a collection, caught up where that is possible within a bound; else as far as it has come.
    ///
    /// - Throws: as `index(for:deadline:)`, where there is nothing yet.
    package func present(
        _ authorized: AuthorizedCollection,
        patience: Duration,
        deadline: ContinuousClock.Instant?
    ) async throws -> (index: CollectionIndex, isCurrent: Bool) {
        let bound = ContinuousClock.now + patience
        do {
            return (try await index(for: authorized, deadline: deadline.map { min($0, bound) } ?? bound), true)
        } catch {
            if error is CancellationError { throw error }
            let identity = CollectionIndex.Identity(authorized, epoch: epoch())
            guard let present = slots.withLock({ $0.present(identity) }) else { throw error }
            return (present, false)
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
