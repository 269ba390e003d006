/// The parts of an index that are replaced together.
struct IndexContents: Sendable {
    let store: VectorStore
    let directory: KeyDirectory
    let graph: HNSWGraph?

    init(_ configuration: VectorIndexConfiguration) {
        store = VectorStore(dimension: configuration.dimension, metric: configuration.metric)
        directory = KeyDirectory(store: store)
        graph = nil
    }

    init(store: VectorStore, directory: KeyDirectory, graph: HNSWGraph?) {
        self.store = store
        self.directory = directory
        self.graph = graph
    }
}

/// A checked vector on its way into an index.
struct PreparedVector {
    let id: VectorID
    let vector: [Float]
    let scale: Double
}

/// The one writer of an index's contents; lives under the index's `writing` lock.
struct IndexWriter {
    private(set) var contents: IndexContents
    private var graphWriter: HNSWWriter?
    /// A build or compaction is at work beside.
    var isBuilding = false

    init(_ contents: IndexContents) {
        self.contents = contents
        graphWriter = contents.graph.map { HNSWWriter($0, store: contents.store) }
    }

    /// Goes on with other contents, whose graph `writer` has written so far.
    mutating func adopt(_ contents: IndexContents, graphWriter: HNSWWriter?) {
        self.contents = contents
        self.graphWriter = graphWriter
    }

    /// Adds a vector, in place of the one with the same key and part.
    mutating func insert(_ entry: PreparedVector) throws(VectorSearchError) {
        try graphWriter?.reserve(slotCount: contents.store.count + 1)
        if contents.directory.contains(entry.id) { contents.store.noteRepeatedKey() }
        let slot = try contents.store.append(entry.id, entry.vector, scale: entry.scale)
        if let replaced = contents.directory.file(slot, under: entry.id) { contents.store.markRemoved(replaced) }
        graphWriter?.link(slot)
    }

    /// Removes a key's vectors and returns how many there were.
    mutating func remove(key: UInt64) -> Int {
        let slots = contents.directory.removeKey(key)
        for slot in slots { contents.store.markRemoved(slot) }
        return slots.count
    }
}
