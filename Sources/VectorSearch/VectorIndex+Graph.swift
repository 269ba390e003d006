import Synchronization

extension VectorIndex {
    /// Builds a graph over the vectors beside the running index, then has searches walk it.
    ///
    /// Searches stay exact and writes go on until the graph is complete; vectors that come in meanwhile are linked too. Takes
    /// some hundred microseconds of processor time a vector, and then some seconds at most to measure how hard to look for a
    /// `recallTarget`. Does nothing where there is a graph already.
    ///
    /// - Parameters:
    ///   - threads: How many threads link at once, 1...64, the calling one among them. With one, the same insertions and seed
    ///     give the same graph.
    ///   - shouldContinue: Asked every few vectors, by one thread at a time; false ends the build and leaves the index as it was.
    /// - Throws: `cancelled`, `alreadyBuilding`, `outOfMemory`, `invalidArgument`.
    public func buildGraph(
        threads: Int = 1,
        shouldContinue: () -> Bool = { true }
    ) throws(VectorSearchError) {
        guard (1...64).contains(threads) else {
            throw VectorSearchError(.invalidArgument, "threads is \(threads), allowed is 1...64")
        }
        guard kind == .exact else { return }
        try beginBuilding()
        defer { writing.withLock { $0.isBuilding = false } }
        guard kind == .exact else { return }

        let store = contents.store
        let codes = CodeStore.trained(on: store, slotCount: store.count, configuration)
        let graph = HNSWGraph(parameters: configuration.graph)
        let writer = HNSWWriter(graph, store: store, codes: codes)
        // Vectors that come in from now on are coded as they are inserted.
        let coded = try writing.withLock { state throws(VectorSearchError) in
            try codes?.reserve(slotCount: store.count)
            state.adopt(codes)
            return store.count
        }
        do throws(VectorSearchError) {
            codes?.encodeAll(of: store, in: 0..<coded)
            var next = 0
            // Writers go on during these rounds; each leaves fewer vectors to the next.
            for _ in 0..<16 where store.count - next > 64 {
                let linking = GraphLinking(store: store, writer: writer, threads: threads)
                let end = store.count
                try linking.link(next..<end, shouldContinue: shouldContinue)
                next = end
            }
            try writer.keepReachable(slotCount: next)
            let built = IndexContents(store: store, directory: contents.directory, graph: graph, codes: codes)
            graph.setCalibration(try calibration(of: built, shouldContinue: shouldContinue))
            try writing.withLock { state throws(VectorSearchError) in
                for slot in next..<store.count where unsafe store.handle.isLive(UInt32(slot)) {
                    try writer.reserve(slotCount: slot + 1)
                    writer.link(UInt32(slot))
                }
                state.adopt(graph, writtenBy: writer)
                publish(state.contents)
            }
        } catch {
            writing.withLock { $0.adopt(nil) }
            throw error
        }
    }

    /// Takes the right to build beside; one build at a time.
    func beginBuilding() throws(VectorSearchError) {
        try writing.withLock { writer throws(VectorSearchError) in
            guard !writer.isBuilding else { throw VectorSearchError(.alreadyBuilding, "a build is at work already") }
            writer.isBuilding = true
        }
    }
}
