import Synchronization

extension VectorIndex {
    /// Makes the index anew without its removed vectors, beside the running one, and frees the old memory.
    ///
    /// Searches and writes go on; writes that come in meanwhile are repeated on the new contents. A graph is built anew, which
    /// takes some hundred microseconds a vector on the calling thread. Until the end both forms take memory.
    ///
    /// - Parameter shouldContinue: Asked every few vectors; false ends the work and leaves the index as it was.
    /// - Throws: `cancelled`, `alreadyBuilding`, `outOfMemory`.
    public func compact(shouldContinue: () -> Bool = { true }) throws(VectorSearchError) {
        try beginBuilding()
        defer {
            writing.withLock { writer in
                writer.isBuilding = false
                writer.endJournal()
            }
        }
        let (old, end) = writing.withLock { writer in
            writer.beginJournal()
            return (writer.contents, writer.contents.store.count)
        }

        var successor = makeSuccessor(of: old)
        for slot in 0..<UInt32(end) {
            if slot % 64 == 0, !shouldContinue() {
                throw VectorSearchError(.cancelled, "the caller ended the compaction after \(slot) vectors")
            }
            // A slot removed after this look is in the journal.
            guard unsafe old.store.handle.isLive(slot) else { continue }
            try successor.insert(slot, of: old.store)
        }
        // Writers go on during these rounds; each leaves fewer writes to the next.
        for _ in 0..<16 {
            let writes = writing.withLock { $0.takeJournal() }
            if writes.count < 64 {
                try successor.replay(writes, from: old.store)
                break
            }
            try successor.replay(writes, from: old.store)
        }
        try writing.withLock { writer throws(VectorSearchError) in
            try successor.replay(writer.takeJournal(), from: old.store)
            writer.adopt(successor)
            publish(successor.contents)
        }
    }

    /// An empty index of the same kind.
    private func makeSuccessor(of old: IndexContents) -> IndexWriter {
        let empty = IndexContents(configuration)
        guard old.graph != nil else { return IndexWriter(empty, graphWriter: nil) }
        let graph = HNSWGraph(parameters: configuration.graph)
        let codes = IndexContents.emptyCodes(configuration)
        let contents = IndexContents(store: empty.store, directory: empty.directory, graph: graph, codes: codes)
        return IndexWriter(contents, graphWriter: HNSWWriter(graph, store: empty.store, codes: codes))
    }
}
