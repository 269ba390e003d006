import Synchronization

/// Finds the keys whose vectors are nearest to a query.
///
/// An index starts exact: each search compares all vectors. `buildGraph` makes it approximate and much faster for many
/// vectors. A key may have up to 256 vectors, its parts; a search returns each key once, at its best part.
///
/// All methods may be called from any thread. Searches wait for nobody. Writes (`insert`, `remove`, `compact`) wait for each
/// other; they compute and may wait, so call them from a thread that may block. A search sees each vector that was inserted,
/// and none that was removed, before it began.
public final class VectorIndex: Sendable {
    /// How this index answers.
    public enum Kind: String, Sendable {
        /// Every search compares all vectors.
        case exact
        /// Searches walk an HNSW graph.
        case graph
    }

    /// What the index was made for.
    public let configuration: VectorIndexConfiguration

    /// What searches read; replaced as a whole.
    private let published: Mutex<IndexContents>
    /// What writers own; held for the length of one write.
    let writing: Mutex<IndexWriter>
    let scratches: ScratchPool

    /// Makes an empty index.
    ///
    /// - Parameters:
    ///   - configuration: What it is made for.
    ///   - memory: The working memory of its searches; many indexes may share one.
    /// - Throws: `invalidConfiguration`.
    public convenience init(
        _ configuration: VectorIndexConfiguration,
        memory: SearchMemory = SearchMemory()
    ) throws(VectorSearchError) {
        try configuration.validate()
        self.init(configuration, writer: IndexWriter(IndexContents(configuration), graphWriter: nil), memory: memory)
    }

    init(_ configuration: VectorIndexConfiguration, writer: IndexWriter, memory: SearchMemory = SearchMemory()) {
        BLAS.prepare()
        self.configuration = configuration
        published = Mutex(writer.contents)
        writing = Mutex(writer)
        scratches = memory.pool(dimension: configuration.dimension)
    }

    /// What a search reads from now on to its end.
    var contents: IndexContents { published.withLock { $0 } }

    /// Has later searches read other contents; for the writer.
    func publish(_ contents: IndexContents) { published.withLock { $0 = contents } }
}

// MARK: - What it holds

extension VectorIndex {
    /// How many keys have a vector.
    public var count: Int { contents.directory.count }
    /// How many vectors there are, all parts counted.
    public var vectorCount: Int { contents.store.liveCount }
    /// How many removed or replaced vectors still take space; `compact` frees it.
    public var removedVectorCount: Int {
        let store = contents.store
        return store.count - store.liveCount
    }
    /// How the index answers now.
    public var kind: Kind { contents.graph == nil ? .exact : .graph }
    /// Bytes in use, by the estimate that `VectorIndexConfiguration` makes, removed vectors included.
    public var byteCount: Int {
        let contents = contents
        return configuration.estimatedByteCount(vectors: contents.store.count, withGraph: contents.graph != nil)
    }
    /// Whether the key has a vector.
    public func contains(key: UInt64) -> Bool { contents.directory.contains(key) }
}
