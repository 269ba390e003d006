internal import MemoryModel
internal import Synchronization
internal import VectorSearch

/// The keys that a filter allows in one state of an index, and those that match but are not in use.
struct FilteredKeys: Sendable {
    let allowed: KeyFilter
    /// Matching entries that are not in use, for telling why something is missing; nil where there are none.
    let retired: KeyFilter?
    /// The first time after the filter's at which an entry comes into use or goes out of it; nil where none does.
    let end: Timestamp?

    /// Asks the filter about every entry.
    init(_ table: EntryTable, _ filter: IndexFilter) {
        var allowed: [UInt64] = []
        var others: [UInt64] = []
        var end: Timestamp?
        allowed.reserveCapacity(table.count)
        table.visitAll { key, record in
            guard filter.matches(record) else { return }
            if filter.retirement(of: record) == nil { allowed.append(key) } else { others.append(key) }
            for time in [record.validFrom, record.invalidAt, record.expiresAt] {
                if let time, time > filter.time { end = min(end ?? time, time) }
            }
        }
        self.allowed = .keys(allowed)
        retired = others.isEmpty ? nil : .keys(others)
        self.end = end
    }
}

/// Keeps what the last filters allowed, since most questions come with the same few, and asking about every entry is what a search
/// of a large collection would mostly do.
final class FilteredKeysCache: Sendable {
    /// What of a filter decides about keys beside the time.
    private struct Conditions: Sendable, Hashable {
        let filter: ItemFilter
        let messages: MessageFilter
        let forkLine: ForkLine?
        let place: QueryPlace
    }

    private struct Entry: Sendable {
        let conditions: Conditions
        let revision: UInt64
        let start: Timestamp
        let keys: FilteredKeys
    }

    /// As many are kept; each takes a few bits an entry.
    private static let capacity = 8

    /// The last used comes last.
    private let entries = Mutex<[Entry]>([])

    /// What a filter allows in the contents of an index.
    func keys(in contents: CollectionIndex.Contents, _ filter: IndexFilter) -> FilteredKeys {
        // The past is asked about seldom, and of ever other times.
        guard !filter.isPast else { return FilteredKeys(contents.table, filter) }
        let conditions = Conditions(
            filter: filter.filter,
            messages: filter.messages,
            forkLine: filter.forkLine,
            place: filter.place
        )
        let known = entries.withLock { entries -> FilteredKeys? in
            entries.removeAll { $0.revision < contents.revision }
            let place = entries.firstIndex { entry in
                entry.revision == contents.revision && entry.conditions == conditions && entry.start <= filter.time
                    && entry.keys.end.map { filter.time < $0 } ?? true
            }
            guard let place else { return nil }
            let entry = entries.remove(at: place)
            entries.append(entry)
            return entry.keys
        }
        if let known { return known }
        let keys = FilteredKeys(contents.table, filter)
        entries.withLock { entries in
            entries.append(
                Entry(conditions: conditions, revision: contents.revision, start: filter.time, keys: keys)
            )
            if entries.count > Self.capacity { entries.removeFirst() }
        }
        return keys
    }
}
