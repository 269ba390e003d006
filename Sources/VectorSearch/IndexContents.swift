/// The parts of an index that are replaced together.
struct IndexContents: Sendable {
    let store: VectorStore
    let directory: KeyDirectory
    let graph: HNSWGraph?
    /// The codes of all slots, where the graph is walked on codes.
    let codes: CodeStore?

    init(_ configuration: VectorIndexConfiguration) {
        store = VectorStore(dimension: configuration.dimension, metric: configuration.metric)
        directory = KeyDirectory(store: store)
        graph = nil
        codes = nil
    }

    init(store: VectorStore, directory: KeyDirectory, graph: HNSWGraph?, codes: CodeStore? = nil) {
        self.store = store
        self.directory = directory
        self.graph = graph
        self.codes = codes
    }
}
