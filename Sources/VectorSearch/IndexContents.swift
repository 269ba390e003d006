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
