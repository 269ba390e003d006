import Synchronization

/// The slots that a filter was last found to allow; lives with the filter, so that searches under it look only once.
final class SlotSetCache: Sendable {
    private struct Entry {
        let store: VectorStore.Identity
        let slots: SlotSet
    }

    private let entry = Mutex<Entry?>(nil)

    /// The slots below at least `slotCount` whose keys the filter allows.
    func slots(of filter: KeyFilter, in contents: IndexContents, slotCount: Int) -> SlotSet {
        let store = contents.store
        let known = entry.withLock { entry in
            entry.flatMap { $0.store === store.identity ? $0.slots : nil }
        }
        if let known, known.slotCount >= slotCount { return known }
        let found: SlotSet
        if known == nil, let keys = filter.fewKeys(among: slotCount) {
            var slots: [UInt32] = []
            contents.directory.appendSlots(of: keys, to: &slots)
            found = SlotSet(filter, of: store, slotCount: slotCount, filed: slots)
        } else {
            found = SlotSet(filter, of: store, slotCount: slotCount, earlier: known)
        }
        entry.withLock { $0 = Entry(store: store.identity, slots: found) }
        return found
    }

    /// The slots, where they were looked for before.
    func knownSlots(in contents: IndexContents, slotCount: Int) -> SlotSet? {
        entry.withLock { entry in
            entry.flatMap { $0.store === contents.store.identity && $0.slots.slotCount >= slotCount ? $0.slots : nil }
        }
    }
}
