/// The prepared statements of one connection, by text and parameter types; the least recently used go first.
package struct StatementCache {
    package struct Key: Hashable, Sendable {
        package let sql: String
        package let types: [PostgresType]

        package init(sql: String, types: [PostgresType]) {
            self.sql = sql
            self.types = types
        }
    }

    package enum Lookup: Equatable {
        /// The server knows the statement under this name.
        case prepared(name: String)
        /// The statement is to be prepared under this name first.
        case new(name: String)
    }

    private struct Entry {
        let name: String
        var lastUse: Int
    }

    private let limit: Int
    private var entries: [Key: Entry] = [:]
    private var uses = 0
    private var named = 0
    /// Names the server still holds and nobody uses: to be deallocated outside a transaction.
    package private(set) var evicted: [String] = []

    /// A cache of so many statements; with 0 nothing is ever named.
    package init(limit: Int) {
        self.limit = limit
    }

    package var isEnabled: Bool { limit > 0 }
    package var count: Int { entries.count }

    /// Finds or makes the name of a statement.
    ///
    /// A new one counts as prepared from here on: call ``forget(_:)`` if it was not.
    package mutating func use(_ key: Key) -> Lookup {
        uses += 1
        // In place: the key is long, and this runs for every statement.
        if let index = entries.index(forKey: key) {
            entries.values[index].lastUse = uses
            return .prepared(name: entries.values[index].name)
        }
        if entries.count >= limit, let oldest = entries.min(by: { $0.value.lastUse < $1.value.lastUse }) {
            entries[oldest.key] = nil
            evicted.append(oldest.value.name)
        }
        named += 1
        let name = "s\(named)"
        entries[key] = Entry(name: name, lastUse: uses)
        return .new(name: name)
    }

    /// Drops a statement that the server did not prepare or does not know any more.
    package mutating func forget(_ key: Key) {
        entries[key] = nil
    }

    /// Drops a statement whose plan does not fit any more, and lets its name be deallocated.
    package mutating func discard(_ key: Key) {
        guard let entry = entries.removeValue(forKey: key) else { return }
        evicted.append(entry.name)
    }

    /// Hands out the names to deallocate, once.
    package mutating func takeEvicted() -> [String] {
        defer { evicted = [] }
        return evicted
    }
}
