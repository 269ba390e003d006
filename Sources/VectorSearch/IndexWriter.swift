/// A checked vector on its way into an index.
struct PreparedVector {
    let id: VectorID
    let vector: [Float]
    let scale: Double
}

/// The one writer of an index's contents; lives under the index's `writing` lock.
struct IndexWriter {
    /// One write, as a compaction repeats it on the contents that it makes.
    enum JournalEntry {
        /// A slot of the present contents was filled.
        case insert(slot: UInt32)
        case remove(key: UInt64)
    }

    private(set) var contents: IndexContents
    private var graphWriter: HNSWWriter?
    /// A build or compaction is at work beside.
    var isBuilding = false
    /// The writes since a compaction began; nil while there is none.
    private var journal: [JournalEntry]?

    init(_ contents: IndexContents, graphWriter: HNSWWriter?) {
        self.contents = contents
        self.graphWriter = graphWriter
    }

    /// Adds a vector, in place of the one with the same key and part.
    mutating func insert(_ entry: PreparedVector) throws(VectorSearchError) {
        let store = contents.store
        try makeRoom(for: entry.id)
        finish(try store.append(entry.id, entry.vector, scale: entry.scale, codes: contents.codes), entry.id)
    }

    /// Adds a vector that another store holds.
    mutating func insert(_ slot: UInt32, of other: VectorStore) throws(VectorSearchError) {
        let id = unsafe other.handle.id(slot)
        try makeRoom(for: id)
        let copy = unsafe try contents.store.append(id, codes: contents.codes) { row in
            unsafe row.update(from: other.handle.row(slot), count: other.dimension)
        }
        finish(copy, id)
    }

    /// Removes a key's vectors and returns how many there were.
    mutating func remove(key: UInt64) -> Int {
        let slots = contents.directory.removeKey(key)
        for slot in slots { contents.store.markRemoved(slot) }
        contents.store.settleRepeatedKeys()
        if !slots.isEmpty { journal?.append(.remove(key: key)) }
        return slots.count
    }

    /// Reserves whatever an insert could lack, so that it cannot fail half-way.
    private mutating func makeRoom(for id: VectorID) throws(VectorSearchError) {
        // A graph that was read from a snapshot gets its tree with the first write.
        if let graphWriter, graphWriter.tree == nil { try graphWriter.keepReachable(slotCount: contents.store.count) }
        try graphWriter?.reserve(slotCount: contents.store.count + 1)
        if contents.directory.contains(id) { contents.store.noteRepeatedKey() }
    }

    private mutating func finish(_ slot: UInt32, _ id: VectorID) {
        if let replaced = contents.directory.file(slot, under: id) { contents.store.markRemoved(replaced) }
        contents.store.settleRepeatedKeys()
        graphWriter?.link(slot)
        journal?.append(.insert(slot: slot))
    }
}

extension IndexWriter {
    /// Whether the graph's nodes are kept within reach of its entry point.
    var keepsReachable: Bool { graphWriter?.tree != nil }

    /// The graph as a segment's contents, nil where there is none.
    func encodedGraph() -> [UInt8]? {
        guard let graph = contents.graph, let graphWriter else { return nil }
        return GraphSegment.encoded(graph, slotCount: contents.store.count, upperCount: graphWriter.upperCount)
    }
}

// MARK: - Building beside

extension IndexWriter {
    /// Codes every vector from now on, for a graph that is being built; nil ends it.
    mutating func adopt(_ codes: CodeStore?) {
        contents = IndexContents(store: contents.store, directory: contents.directory, graph: nil, codes: codes)
    }

    /// Goes on with a graph that holds all slots so far.
    mutating func adopt(_ graph: HNSWGraph, writtenBy writer: HNSWWriter) {
        contents = IndexContents(
            store: contents.store,
            directory: contents.directory,
            graph: graph,
            codes: contents.codes
        )
        graphWriter = writer
    }

    /// Goes on as another writer, which has repeated all of this one's writes.
    mutating func adopt(_ successor: IndexWriter) {
        contents = successor.contents
        graphWriter = successor.graphWriter
    }

    mutating func beginJournal() { journal = [] }

    mutating func endJournal() { journal = nil }

    /// The writes since the journal began or was last taken.
    mutating func takeJournal() -> [JournalEntry] {
        defer { if journal != nil { journal = [] } }
        return journal ?? []
    }

    /// Repeats writes that were made to another index's store.
    mutating func replay(_ entries: [JournalEntry], from store: VectorStore) throws(VectorSearchError) {
        for entry in entries {
            switch entry {
            case .insert(let slot): try insert(slot, of: store)
            case .remove(let key): _ = remove(key: key)
            }
        }
    }
}
