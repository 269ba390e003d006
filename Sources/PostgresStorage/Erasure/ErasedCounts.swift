internal import MemoryModel

/// What an erasure has deleted so far, by table, and which indexes it touched.
struct ErasedCounts {
    private let moment: Timestamp
    private var byTable: [String: Int64] = [:]
    private var collections: Set<Identifier<MemoryCollection>> = []

    init(at moment: Timestamp) {
        self.moment = moment
    }

    /// Collections that stay and lost entries.
    var touched: [Identifier<MemoryCollection>] { Array(collections) }

    /// The tables that lost rows, by name.
    var stores: [ErasedStore] {
        byTable.filter { $0.value > 0 }.sorted { $0.key < $1.key }.map {
            ErasedStore(store: $0.key, count: $0.value, at: moment)
        }
    }

    mutating func add(_ table: String, _ count: Int) {
        byTable[table, default: 0] += Int64(count)
    }

    mutating func touch(_ tombstones: [IndexEntryChange]) {
        collections.formUnion(tombstones.map(\.collectionID))
    }
}
