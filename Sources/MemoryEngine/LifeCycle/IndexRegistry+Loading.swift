internal import Logging
internal import MemoryModel
internal import Synchronization

extension IndexRegistry {
    /// The index as it stands, loaded now where it is not.
    func loaded(
        _ authorized: AuthorizedCollection,
        deadline: ContinuousClock.Instant?
    ) async throws -> CollectionIndex {
        let identity = CollectionIndex.Identity(authorized, epoch: epoch())
        let slot = slots.withLock { slots in
            slots.use(identity) { number in Task { try await self.load(authorized, identity, number) } }
        }
        if let index = slot.index { return index }
        guard let loading = slot.loading, let index = try await value(of: loading, until: deadline) else {
            throw EngineError(.deadlineExceeded, "the index is still being loaded")
        }
        return index
    }

    private func load(
        _ authorized: AuthorizedCollection,
        _ identity: CollectionIndex.Identity,
        _ number: UInt64
    ) async throws -> CollectionIndex {
        let id = identity.collectionID
        do {
            let estimate = await executor.loads.run { [loader] in loader.estimatedByteCount(of: authorized) }
            let reservation = await reserve(estimate, for: id)
            let loaded = try await loader.load(authorized, identity, reservation) { partial in
                slots.withLock { $0.beginRebuild(partial, load: number) }
            }
            loaded.index.noteByteCount()
            reservation.settle()
            let count = slots.withLock { slots in
                slots.finishLoading(loaded.index, savedSeq: loaded.savedSeq, load: number)
                return slots.loadedCount
            }
            EngineMetrics.count(.indexLoads)
            EngineMetrics.set(.indexesLoaded, to: count)
            await shrink(sparing: id)
            promote(loaded.index)
            return loaded.index
        } catch {
            slots.withLock { $0.failLoading(id, load: number) }
            throw error
        }
    }

    /// Applies what the feed has beyond the index; queries that need the same changes wait for one reading of them.
    ///
    /// - Returns: False where the index was evicted, dropped or replaced meanwhile.
    func catchUp(
        _ index: CollectionIndex,
        with authorized: AuthorizedCollection,
        deadline: ContinuousClock.Instant?
    ) async throws -> Bool {
        while index.lastSeq < authorized.head.lastSeq {
            if index.lastSeq < authorized.head.floor {
                drop(index)
                throw EngineError(.indexUnavailable, "the index lags behind its feed and is rebuilt")
            }
            guard let following = following(index, authorized) else { return false }
            guard try await value(of: following, until: deadline) != nil else {
                throw EngineError(.deadlineExceeded, "the index is still catching up")
            }
        }
        return true
    }

    /// Forgets an index that can never catch up, with its snapshot.
    private func drop(_ index: CollectionIndex) {
        let id = index.identity.collectionID
        let isMine = slots.withLock { slots in
            guard slots.slot(of: index) != nil else { return false }
            _ = slots.remove(id)
            return true
        }
        guard isMine else { return }
        EngineMetrics.count(.indexRebuilds)
        snapshots?.remove(id)
    }

    /// The catching up of an index that is under way, begun now where there is none; nil where the index has left.
    private func following(
        _ index: CollectionIndex,
        _ authorized: AuthorizedCollection
    ) -> Task<Void, any Error>? {
        slots.withLock { slots -> Task<Void, any Error>? in
            guard let slot = slots.slot(of: index) else { return nil }
            if let following = slot.following { return following }
            let following = Task {
                defer { self.slots.withLock { _ = $0.update(index) { $0.following = nil } } }
                try await self.loader.follow(index, authorized)
                await self.shrink(sparing: index.identity.collectionID)
                self.promote(index)
            }
            slots.update(index) { $0.following = following }
            return following
        }
    }
}
