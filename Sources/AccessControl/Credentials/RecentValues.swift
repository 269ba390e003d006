/// What was looked up a short while ago, within a capacity, as a value.
struct RecentValues<Key: Hashable, Value> {
    private struct Entry {
        let value: Value
        let readAt: ContinuousClock.Instant
    }

    private let lifetime: Duration
    private let capacity: Int
    private var entries: [Key: Entry] = [:]

    init(lifetime: Duration, capacity: Int) {
        self.lifetime = lifetime
        self.capacity = capacity
    }

    /// What was read, if it is not older than the lifetime.
    func value(of key: Key, at now: ContinuousClock.Instant) -> Value? {
        guard let entry = entries[key], now - entry.readAt < lifetime else { return nil }
        return entry.value
    }

    /// Keeps what was read; `readAt` is the moment before it was asked for.
    mutating func keep(_ value: Value, of key: Key, readAt: ContinuousClock.Instant) {
        if entries.count >= capacity, entries[key] == nil {
            let lifetime = lifetime
            entries = entries.filter { readAt - $0.value.readAt < lifetime }
            if entries.count >= capacity { entries.removeAll(keepingCapacity: true) }
        }
        entries[key] = Entry(value: value, readAt: readAt)
    }

    /// Forgets what fulfils a condition.
    mutating func forget(where isGone: (Key, Value) -> Bool) {
        entries = entries.filter { !isGone($0.key, $0.value.value) }
    }

    /// Forgets a key.
    mutating func forget(_ key: Key) {
        entries[key] = nil
    }
}
