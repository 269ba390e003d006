internal import MemoryModel
internal import Synchronization

extension IndexRegistry {
    private static let patience = Duration.milliseconds(5)
    private static let patienceLimit = 100

    /// Reserves memory for an index that is about to be loaded; the least recently used ones make room.
    ///
    /// Where nothing is left to evict the bytes are reserved all the same: an index larger than the limit is better slow to
    /// come than never there. The metric `index_over_limit` counts it.
    func reserve(_ byteCount: Int, for collection: Identifier<MemoryCollection>) async -> IndexReservation {
        await reservationTurn.run {
            var waits = 0
            while true {
                let canWait = waits < Self.patienceLimit && !Task.isCancelled
                switch memory.reserveWithinLimit(byteCount) {
                case .reserved(let reservation): return reservation
                case .soon where canWait: waits += 1
                case .soon, .full:
                    if await evictLeastRecentlyUsed(sparing: collection) { continue }
                    // Others are on their way in or out: a moment later one of them can go, or has gone.
                    guard canWait, slots.withLock({ $0.isSettling(besides: collection) }) else {
                        EngineMetrics.count(.indexesOverLimit)
                        return memory.reserve(byteCount)
                    }
                    waits += 1
                }
                try? await Task.sleep(for: Self.patience)
            }
        }
    }

    /// Evicts until what is loaded fits again; `collection` is in use and stays.
    func shrink(sparing collection: Identifier<MemoryCollection>) async {
        while memory.isOverLimit {
            guard await evictLeastRecentlyUsed(sparing: collection) else { return }
        }
    }

    /// Lets go of the index that was longest without use, after writing it where its snapshot is behind; false where none
    /// can go.
    ///
    /// It is found until it has been written, and stays where a query asks for it meanwhile. Searches that read it go on;
    /// its memory counts until the last of them ends.
    private func evictLeastRecentlyUsed(sparing spared: Identifier<MemoryCollection>) async -> Bool {
        guard let slot = slots.withLock({ $0.beginLeaving(sparing: spared) }), let index = slot.index else {
            return false
        }
        if index.lastSeq > slot.savedSeq { await writeSnapshot(of: index) }
        let (isGone, count) = slots.withLock { slots in (slots.finishLeaving(index), slots.loadedCount) }
        guard isGone else { return true }
        index.reservation?.depart(true)
        EngineMetrics.count(.indexEvictions)
        EngineMetrics.set(.indexesLoaded, to: count)
        noteFreed(index.byteCount)
        return true
    }

    /// Gives back to the system what the heap keeps of freed indexes, now and then.
    private func noteFreed(_ byteCount: Int) {
        let isDue = freedBytes.withLock { freed in
            freed += byteCount
            guard freed >= configuration.heapSlack else { return false }
            freed = 0
            return true
        }
        guard isDue else { return }
        Task { await executor.saves.run { self.trimHeap() } }
    }
}
