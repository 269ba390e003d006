internal import MemoryModel

/// What the registry knows of each collection's index; a value under the registry's lock.
struct IndexSlots {
    /// One collection's place.
    struct Slot {
        let identity: CollectionIndex.Identity
        /// Tells this load from an earlier one of the same identity.
        let number: UInt64
        var loading: Task<CollectionIndex, any Error>?
        /// What a rebuild has got so far.
        var partial: CollectionIndex?
        var index: CollectionIndex?
        /// The catching up that is under way; the next one waits for it.
        var following: Task<Void, any Error>?
        /// The place that was last written to disk.
        var savedSeq: Int64 = -1
        /// A graph is built or space is taken back.
        var isBuilding = false
        /// It is written to disk before it goes; a use keeps it.
        var isLeaving = false

        /// Whether nothing but searches may be at work on it.
        var isIdle: Bool { index != nil && following == nil && !isBuilding && !isLeaving }
        /// Whether its memory is about to be known better, or to be freed.
        var isSettling: Bool { index == nil || following != nil || isLeaving }
    }

    private var slots: [Identifier<MemoryCollection>: Slot] = [:]
    private var order = UseOrder<Identifier<MemoryCollection>>()
    private var lastNumber: UInt64 = 0
    /// How many indexes are loaded.
    private(set) var loadedCount = 0

    /// Loaded indexes that are ahead of their snapshots.
    var changed: [CollectionIndex] {
        slots.values.compactMap { slot in slot.index.flatMap { $0.lastSeq > slot.savedSeq ? $0 : nil } }
    }

    /// Whether some other index than a collection's is being loaded, followed or evicted.
    func isSettling(besides collection: Identifier<MemoryCollection>) -> Bool {
        slots.contains { $0.key != collection && $0.value.isSettling }
    }

    /// The slot of a collection.
    subscript(collection: Identifier<MemoryCollection>) -> Slot? { slots[collection] }

    /// The slot of an index, nil where it has been evicted, dropped or replaced.
    func slot(of index: CollectionIndex) -> Slot? {
        slots[index.identity.collectionID].flatMap { $0.index === index ? $0 : nil }
    }

    /// The index of an identity as far as there is one, complete or not.
    func present(_ identity: CollectionIndex.Identity) -> CollectionIndex? {
        slots[identity.collectionID].flatMap { $0.identity == identity ? $0.index ?? $0.partial : nil }
    }

    /// Changes the slot of an index that is still in use here, and tells whether it is.
    @discardableResult
    mutating func update(_ index: CollectionIndex, _ body: (inout Slot) -> Void) -> Bool {
        guard var slot = slot(of: index) else { return false }
        body(&slot)
        slots[index.identity.collectionID] = slot
        return true
    }

    /// The slot that an identity is to be had from, made with the load that `load` begins where there is none, and noted
    /// as used.
    mutating func use(
        _ identity: CollectionIndex.Identity,
        load: (UInt64) -> Task<CollectionIndex, any Error>
    ) -> Slot {
        let id = identity.collectionID
        if slots[id]?.identity != identity {
            _ = remove(id)
            lastNumber += 1
            slots[id] = Slot(identity: identity, number: lastNumber, loading: load(lastNumber))
        }
        order.use(id)
        slots[id]?.isLeaving = false
        return slots[id] ?? Slot(identity: identity, number: 0)
    }
}

// MARK: - Loads

extension IndexSlots {
    /// Shows what a load has got so far.
    mutating func beginRebuild(_ index: CollectionIndex, load number: UInt64) {
        let id = index.identity.collectionID
        guard slots[id]?.number == number else { return }
        slots[id]?.partial = index
    }

    /// Puts a loaded index in its place; false where nobody waits for it any more.
    @discardableResult
    mutating func finishLoading(_ index: CollectionIndex, savedSeq: Int64, load number: UInt64) -> Bool {
        let id = index.identity.collectionID
        guard slots[id]?.number == number, slots[id]?.index == nil else { return false }
        slots[id]?.index = index
        slots[id]?.loading = nil
        slots[id]?.partial = nil
        slots[id]?.savedSeq = savedSeq
        loadedCount += 1
        return true
    }

    /// Gives up a load that failed, so that the next use tries again.
    mutating func failLoading(_ collection: Identifier<MemoryCollection>, load number: UInt64) {
        guard let slot = slots[collection], slot.number == number, slot.index == nil else { return }
        _ = remove(collection)
    }
}

// MARK: - Leaving

extension IndexSlots {
    /// Takes out a collection's slot.
    mutating func remove(_ collection: Identifier<MemoryCollection>) -> Slot? {
        order.remove(collection)
        let slot = slots.removeValue(forKey: collection)
        if slot?.index != nil { loadedCount -= 1 }
        return slot
    }

    /// Has the idle index that was longest without use leave; it is found until `finishLeaving`.
    mutating func beginLeaving(sparing spared: Identifier<MemoryCollection>) -> Slot? {
        var candidate = order.oldest
        while let id = candidate {
            if id != spared, let slot = slots[id], slot.isIdle {
                slots[id]?.isLeaving = true
                return slot
            }
            candidate = order.next(after: id)
        }
        return nil
    }

    /// Takes out an index that leaves, where nobody has used it meanwhile.
    mutating func finishLeaving(_ index: CollectionIndex) -> Bool {
        guard let slot = slot(of: index), slot.isLeaving else { return false }
        guard slot.following == nil, !slot.isBuilding else {
            update(index) { $0.isLeaving = false }
            return false
        }
        _ = remove(index.identity.collectionID)
        return true
    }
}
