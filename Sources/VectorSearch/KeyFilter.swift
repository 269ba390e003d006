/// Which keys a search may return.
///
/// A filter is asked about keys, never about parts. Its count decides the way of searching: few matches are compared one by one,
/// many are met on a walk through the graph. A wrong estimate costs time, never results. What a filter allows in an index is
/// worked out at its first search and kept with it and its copies, so keep a filter for as many searches as it serves.
public struct KeyFilter: Sendable {
    enum Form: Sendable {
        /// Bit `key - first` of `words` is set for each key.
        case bitmap(first: UInt64, words: [UInt64])
        /// Keys in ascending order, each once.
        case sorted([UInt64])
        case predicate(@Sendable (UInt64) -> Bool)
    }

    let form: Form
    /// Whether the filter is no set of keys, but has to be asked.
    var isPredicate: Bool { if case .predicate = form { true } else { false } }
    let slotSets = SlotSetCache()
    /// How many keys match: exact for a set of keys, the caller's estimate for a predicate.
    public let estimatedCount: Int

    /// Allows exactly these keys; they may repeat and need not be in the index.
    public static func keys(_ keys: some Sequence<UInt64>) -> KeyFilter {
        var sorted = Array(keys)
        sorted.sort()
        var count = 0
        for index in sorted.indices where index == 0 || sorted[index] != sorted[index - 1] {
            sorted[count] = sorted[index]
            count += 1
        }
        sorted.removeSubrange(count...)
        guard let first = sorted.first, let last = sorted.last, (last - first) / 64 <= 4 * UInt64(count) + 64 else {
            return KeyFilter(form: .sorted(sorted), estimatedCount: count)
        }
        var words = [UInt64](repeating: 0, count: Int((last - first) / 64) + 1)
        for key in sorted { words[Int((key - first) >> 6)] |= 1 << ((key - first) & 63) }
        return KeyFilter(form: .bitmap(first: first, words: words), estimatedCount: count)
    }

    /// Allows the keys for which `predicate` holds, about `estimatedCount` of those in the index.
    ///
    /// The predicate is called on searching threads, some thousand times a search or once about every key of the index; it must
    /// be fast, give the same answer about a key every time, and not call the index.
    public static func matching(
        estimatedCount: Int,
        _ predicate: @escaping @Sendable (UInt64) -> Bool
    ) -> KeyFilter {
        KeyFilter(form: .predicate(predicate), estimatedCount: max(0, estimatedCount))
    }

    /// Whether the filter allows this key.
    public func allows(_ key: UInt64) -> Bool {
        switch form {
        case .bitmap(let first, let words):
            guard key >= first, (key - first) >> 6 < UInt64(words.count) else { return false }
            return words[Int((key - first) >> 6)] >> ((key - first) & 63) & 1 == 1
        case .sorted(let keys):
            var low = 0
            var high = keys.count
            while low < high {
                let middle = (low + high) / 2
                if keys[middle] < key { low = middle + 1 } else { high = middle }
            }
            return low < keys.count && keys[low] == key
        case .predicate(let predicate):
            return predicate(key)
        }
    }
}

extension KeyFilter {
    /// The keys, where they are so few beside `slotCount` slots that looking each up beats asking about every slot.
    func fewKeys(among slotCount: Int) -> [UInt64]? {
        guard estimatedCount <= slotCount / 64 else { return nil }
        switch form {
        case .predicate:
            return nil
        case .sorted(let keys):
            return keys
        case .bitmap(let first, let words):
            var keys: [UInt64] = []
            keys.reserveCapacity(estimatedCount)
            for (index, word) in words.enumerated() {
                var rest = word
                while rest != 0 {
                    keys.append(first + UInt64(index * 64 + rest.trailingZeroBitCount))
                    rest &= rest - 1
                }
            }
            return keys
        }
    }
}
