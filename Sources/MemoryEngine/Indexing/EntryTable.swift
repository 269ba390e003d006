/// The live entries of one collection by key.
///
/// Keys are allotted one after the other, so a record stands in a page at its key. The table is a value: a search reads
/// the one it took while a writer goes on with another, which shares all pages but those that were written since.
package struct EntryTable: Sendable, Equatable {
    private static let pageSize = 64

    private var pages: [[EntryRecord?]] = []
    package private(set) var count = 0
    /// Keys of live entries that have no vector yet.
    package private(set) var awaitingVectors: Set<UInt64> = []
    private let traits = EntryTraitsPool()

    package init() {}

    /// Bytes of the pages of records, and of the keys that wait.
    var pageByteCount: Int {
        pages.count * (Self.pageSize * MemoryLayout<EntryRecord?>.stride + 48) + awaitingVectors.count * 16
    }

    /// How many traits are known.
    var traitsCount: Int { traits.count }

    /// The record of a key.
    package subscript(key: UInt64) -> EntryRecord? {
        let page = Int(key) / Self.pageSize
        guard page < pages.count else { return nil }
        let slot = Int(key) % Self.pageSize
        return slot < pages[page].count ? pages[page][slot] : nil
    }

    /// Puts a record in place.
    package mutating func set(_ record: EntryRecord, at key: UInt64) {
        reserve(key)
        let page = Int(key) / Self.pageSize
        let slot = Int(key) % Self.pageSize
        if pages[page][slot] == nil { count += 1 }
        pages[page][slot] = record.sharing(traits)
        if record.hasVector {
            awaitingVectors.remove(key)
        } else {
            awaitingVectors.insert(key)
        }
        forgetUnusedTraits()
    }

    /// Takes a record out.
    package mutating func remove(_ key: UInt64) {
        guard self[key] != nil else { return }
        pages[Int(key) / Self.pageSize][Int(key) % Self.pageSize] = nil
        count -= 1
        awaitingVectors.remove(key)
    }

    /// Calls `body` for every record, in order of keys.
    package func visitAll(_ body: (UInt64, EntryRecord) -> Void) {
        for (number, page) in pages.enumerated() {
            for (slot, record) in page.enumerated() {
                guard let record else { continue }
                body(UInt64(number * Self.pageSize + slot), record)
            }
        }
    }

    package static func == (left: EntryTable, right: EntryTable) -> Bool {
        guard left.count == right.count, left.awaitingVectors == right.awaitingVectors else { return false }
        var isEqual = true
        left.visitAll { key, record in isEqual = isEqual && right[key] == record }
        return isEqual
    }

    /// Now and then, when most of what the pool knows may be of entries that are gone.
    private func forgetUnusedTraits() {
        guard traits.count > 2 * count + 1_000 else { return }
        var used: Set<EntryTraits> = []
        visitAll { _, record in used.insert(record.traits) }
        traits.keep(used)
    }

    private mutating func reserve(_ key: UInt64) {
        let page = Int(key) / Self.pageSize
        while pages.count <= page {
            pages.append([EntryRecord?](repeating: nil, count: Self.pageSize))
        }
    }
}
