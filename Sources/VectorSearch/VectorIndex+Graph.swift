import Synchronization

extension VectorIndex {
    /// Builds a graph over the vectors beside the running index, then has searches walk it.
    ///
    /// Searches stay exact and writes go on until the graph is complete; vectors that come in meanwhile are linked too. Takes
    /// some hundred microseconds a vector on the calling thread. Does nothing where there is a graph already.
    ///
    /// - Parameter shouldContinue: Asked every few vectors; false ends the build and leaves the index as it was.
    /// - Throws: `cancelled`, `alreadyBuilding`, `outOfMemory`.
    public func buildGraph(
        shouldContinue: () -> Bool = { true }
    ) throws(VectorSearchError) {
        guard kind == .exact else { return }
        try beginBuilding()
        defer { writing.withLock { $0.isBuilding = false } }
        guard kind == .exact else { return }

        let store = contents.store
        let graph = HNSWGraph(parameters: configuration.graph)
        let writer = HNSWWriter(graph, store: store)
        var next = 0
        // Writers go on during these rounds; each leaves fewer vectors to the next.
        for _ in 0..<16 where store.count - next > 64 {
            try link(&next, of: store, by: writer, shouldContinue: shouldContinue)
        }
        try writing.withLock { state throws(VectorSearchError) in
            try link(&next, of: store, by: writer, shouldContinue: shouldContinue)
            state.adopt(graph, writtenBy: writer)
            publish(state.contents)
        }
    }

    /// Takes the right to build beside; one build at a time.
    func beginBuilding() throws(VectorSearchError) {
        try writing.withLock { writer throws(VectorSearchError) in
            guard !writer.isBuilding else { throw VectorSearchError(.alreadyBuilding, "a build is at work already") }
            writer.isBuilding = true
        }
    }

    /// Links the live slots from `next` up to the present count.
    private func link(
        _ next: inout Int,
        of store: VectorStore,
        by writer: HNSWWriter,
        shouldContinue: () -> Bool
    ) throws(VectorSearchError) {
        let end = store.count
        while next < end {
            if next % 64 == 0, !shouldContinue() {
                throw VectorSearchError(.cancelled, "the caller ended the build after \(next) vectors")
            }
            let slot = UInt32(next)
            next += 1
            guard unsafe store.handle.isLive(slot) else { continue }
            try writer.reserve(slotCount: next)
            writer.link(slot)
        }
    }
}
