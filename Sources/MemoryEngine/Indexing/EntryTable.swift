internal import MemoryModel

/// What an index knows of one live entry besides vectors and words.
struct EntryRecord: Sendable, Hashable, Codable {
    let sourceID: Identifier<IndexEntryChange>
    let version: Int32
    /// The place in the feed at which it was last written.
    let seq: Int64
    /// Whether its vectors are in the index.
    let hasVector: Bool
    let attributes: EntryAttributes

    /// The item's version it stands for.
    var reference: ItemVersionReference {
        ItemVersionReference(itemID: sourceID.as(ContextItem.self), version: version)
    }
}

/// The live entries of one collection by key.
///
/// Keys are allotted one after the other, so a record stands in a page at its key. The table is a value: a search reads
/// the one it took while a writer goes on with another, which shares all pages but those that were written since.
struct EntryTable: Sendable, Equatable {
    private static let pageSize = 64

    private var pages: [[EntryRecord?]] = []
    private(set) var count = 0
    /// Keys of live entries that have no vector yet.
    private(set) var awaitingVectors: Set<UInt64> = []

    /// The record of a key.
    subscript(key: UInt64) -> EntryRecord? {
        let page = Int(key) / Self.pageSize
        guard page < pages.count else { return nil }
        let slot = Int(key) % Self.pageSize
        return slot < pages[page].count ? pages[page][slot] : nil
    }

    /// Puts a record in place.
    mutating func set(_ record: EntryRecord, at key: UInt64) {
        reserve(key)
        let page = Int(key) / Self.pageSize
        let slot = Int(key) % Self.pageSize
        if pages[page][slot] == nil { count += 1 }
        pages[page][slot] = record
        if record.hasVector {
            awaitingVectors.remove(key)
        } else {
            awaitingVectors.insert(key)
        }
    }

    /// Takes a record out.
    mutating func remove(_ key: UInt64) {
        guard self[key] != nil else { return }
        pages[Int(key) / Self.pageSize][Int(key) % Self.pageSize] = nil
        count -= 1
        awaitingVectors.remove(key)
    }

    /// Calls `body` for every record, in order of keys.
    func forEach(_ body: (UInt64, EntryRecord) -> Void) {
        for (number, page) in pages.enumerated() {
            for (slot, record) in page.enumerated() {
                guard let record else { continue }
                body(UInt64(number * Self.pageSize + slot), record)
            }
        }
    }

    private mutating func reserve(_ key: UInt64) {
        let page = Int(key) / Self.pageSize
        while pages.count <= page {
            pages.append([EntryRecord?](repeating: nil, count: Self.pageSize))
        }
    }
}
