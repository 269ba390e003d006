import Synchronization

/// Which live slots hold a key's vectors.
final class KeyDirectory: Sendable {
    private struct State {
        /// A key's first slot.
        var heads: [UInt64: UInt32] = [:]
        /// By slot: the next slot of the same key, or `end`.
        var next: [UInt32] = []
    }

    private static let end = UInt32.max

    private let store: VectorStore
    private let state = Mutex(State())

    init(store: VectorStore) { self.store = store }

    /// How many keys have a vector.
    var count: Int { state.withLock { $0.heads.count } }

    func contains(_ key: UInt64) -> Bool { state.withLock { $0.heads[key] != nil } }

    /// Appends the slots of those keys that have any, key by key.
    func appendSlots(of keys: some Sequence<UInt64>, to slots: inout [UInt32]) {
        var found: [UInt32] = []
        state.withLock { state in
            for key in keys {
                var slot = state.heads[key] ?? Self.end
                while slot != Self.end {
                    found.append(slot)
                    slot = state.next[Int(slot)]
                }
            }
        }
        slots.append(contentsOf: found)
    }

    /// Makes room for the slots below `slotCount`.
    func reserve(slotCount: Int) {
        state.withLock { state in
            state.heads.reserveCapacity(slotCount)
            state.next.reserveCapacity(slotCount)
        }
    }

    /// Whether this very key and part is filed.
    func contains(_ id: VectorID) -> Bool {
        state.withLock { state in
            var slot = state.heads[id.key] ?? Self.end
            while slot != Self.end, unsafe store.handle.id(slot) != id { slot = state.next[Int(slot)] }
            return slot != Self.end
        }
    }

    /// Files a slot under its id and returns the slot that held the id before.
    func file(_ slot: UInt32, under id: VectorID) -> UInt32? {
        state.withLock { state in
            while state.next.count <= Int(slot) { state.next.append(Self.end) }
            var previous = Self.end
            var current = state.heads[id.key] ?? Self.end
            while current != Self.end, unsafe store.handle.id(current) != id {
                previous = current
                current = state.next[Int(current)]
            }
            let replaced = current == Self.end ? nil : current
            if let replaced {
                let rest = state.next[Int(replaced)]
                if previous == Self.end {
                    state.next[Int(slot)] = rest
                } else {
                    state.next[Int(previous)] = rest
                    state.next[Int(slot)] = state.heads[id.key] ?? Self.end
                }
            } else {
                state.next[Int(slot)] = state.heads[id.key] ?? Self.end
            }
            state.heads[id.key] = slot
            return replaced
        }
    }

    /// Files all live slots below `slotCount` of a store that has none filed; false where an id is live twice.
    func fileAll(slotCount: Int) -> Bool {
        state.withLock { state in
            let handle = unsafe store.handle
            state.next = [UInt32](repeating: Self.end, count: slotCount)
            state.heads.reserveCapacity(slotCount)
            for slot in 0..<UInt32(slotCount) where unsafe handle.isLive(slot) {
                let id = unsafe handle.id(slot)
                guard let first = state.heads.updateValue(slot, forKey: id.key) else { continue }
                var other = first
                while other != Self.end {
                    if unsafe handle.id(other) == id { return false }
                    other = state.next[Int(other)]
                }
                state.next[Int(slot)] = first
            }
            return true
        }
    }

    /// Forgets a key and returns the slots it had.
    func removeKey(_ key: UInt64) -> [UInt32] {
        state.withLock { state in
            var slots: [UInt32] = []
            var slot = state.heads.removeValue(forKey: key) ?? Self.end
            while slot != Self.end {
                slots.append(slot)
                slot = state.next[Int(slot)]
            }
            return slots
        }
    }

    /// All slots filed, in ascending order; for checks.
    var allSlots: [UInt32] {
        var slots: [UInt32] = []
        appendSlots(of: state.withLock { Array($0.heads.keys) }, to: &slots)
        return slots.sorted()
    }
}
