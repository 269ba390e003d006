import MemoryModel

/// Credentials looked up within the last second, as a value.
///
/// It holds what the store said, not that a secret was right: every request's secret is compared anew.
struct PrincipalCache {
    private struct Entry {
        let credential: KeyCredential
        let readAt: ContinuousClock.Instant
    }

    private let lifetime: Duration
    private let capacity: Int
    private var entries: [Identifier<APIKey>: Entry] = [:]

    init(lifetime: Duration, capacity: Int) {
        self.lifetime = lifetime
        self.capacity = capacity
    }

    /// What was read about a key, if it is not older than the lifetime.
    func credential(of id: Identifier<APIKey>, at now: ContinuousClock.Instant) -> KeyCredential? {
        guard let entry = entries[id], now - entry.readAt < lifetime else { return nil }
        return entry.credential
    }

    /// Keeps what was read; `readAt` is the moment before the store was asked.
    mutating func keep(_ credential: KeyCredential, readAt: ContinuousClock.Instant) {
        if entries.count >= capacity, entries[credential.key.id] == nil {
            let lifetime = lifetime
            entries = entries.filter { readAt - $0.value.readAt < lifetime }
            if entries.count >= capacity { entries.removeAll(keepingCapacity: true) }
        }
        entries[credential.key.id] = Entry(credential: credential, readAt: readAt)
    }

    /// Forgets a key.
    mutating func forget(_ id: Identifier<APIKey>) {
        entries[id] = nil
    }
}
