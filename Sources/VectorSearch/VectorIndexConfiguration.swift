/// What an index is made for; fixed for its life.
public struct VectorIndexConfiguration: Sendable, Equatable {
    /// Components of each vector, 1...65,536.
    public var dimension: Int
    /// What "near" means.
    public var metric: Metric
    /// The shape of the graph that `buildGraph` makes.
    public var graph: GraphParameters
    /// What searches of the graph compare on the way.
    public var codes: VectorCodes
    /// Candidates a graph search keeps when the caller names no `ef`, 1...100,000.
    ///
    /// More is slower and finds more.
    public var searchEffort: Int

    /// Describes an index; checked when the index is made.
    public init(
        dimension: Int,
        metric: Metric = .cosine,
        graph: GraphParameters = GraphParameters(),
        codes: VectorCodes = .automatic,
        searchEffort: Int = 128
    ) {
        self.dimension = dimension
        self.metric = metric
        self.graph = graph
        self.codes = codes
        self.searchEffort = searchEffort
    }
}

/// The shape of an HNSW graph (Malkov and Yashunin, 2016).
public struct GraphParameters: Sendable, Equatable {
    /// Links a new node takes, and the most it keeps above the bottom level (the paper's M), 2...100.
    public var maximumLinks: Int
    /// Candidates kept while a node's neighbours are sought (the paper's efConstruction), 1...10,000.
    public var constructionEffort: Int
    /// Start of the generator that draws levels: the same seed and insertion order give the same graph on one kernel set.
    public var seed: UInt64

    /// Describes a graph; checked when the index is made.
    public init(maximumLinks: Int = 16, constructionEffort: Int = 200, seed: UInt64 = 0x6D6E_656D_6500_0001) {
        self.maximumLinks = maximumLinks
        self.constructionEffort = constructionEffort
        self.seed = seed
    }
}

extension VectorIndexConfiguration {
    func validate() throws(VectorSearchError) {
        try require(1...65_536, contains: dimension, "dimension")
        try require(1...100_000, contains: searchEffort, "searchEffort")
        try require(2...100, contains: graph.maximumLinks, "graph.maximumLinks")
        try require(1...10_000, contains: graph.constructionEffort, "graph.constructionEffort")
    }

    private func require(
        _ range: ClosedRange<Int>,
        contains value: Int,
        _ name: String
    ) throws(VectorSearchError) {
        guard range.contains(value) else {
            throw VectorSearchError(.invalidConfiguration, "\(name) is \(value), allowed is \(range)")
        }
    }
}

extension VectorIndexConfiguration {
    /// Bytes that an index of this many vectors takes in memory, with or without its graph: what a budget reserves before
    /// a load or a build.
    public func estimatedByteCount(vectors: Int, withGraph: Bool) -> Int {
        let perVector = VectorStore.rowStride(dimension: dimension) + 8 + 1 + 40
        let perCode = codes.form?.recordByteCount(dimension: dimension) ?? 0
        let perNode =
            perCode + 2 * graph.maximumLinks * 4 + 8 + 4 + graph.maximumLinks * 4 / max(1, graph.maximumLinks - 1)
        return vectors * (perVector + (withGraph ? perNode : 0))
    }
}
