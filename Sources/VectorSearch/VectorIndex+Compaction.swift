import Synchronization

extension VectorIndex {
    /// Makes the index anew without its removed vectors, beside the running one, and frees the old memory.
    ///
    /// Searches and writes go on; writes that come in meanwhile are repeated on the new contents. A graph's links are taken over,
    /// and chosen anew where they led to removed vectors: some tens of microseconds for a vector that lost neighbours, on the
    /// calling thread. Until the end both forms take memory.
    ///
    /// Where the index has outgrown what was measured when the graph was built (`isOutgrown`), it is measured anew, and vectors
    /// are coded anew where they are of another kind. Where there is only measuring to be done, nothing is copied.
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
        let present = contents
        if let graph = present.graph, present.store.liveCount == present.store.count, !areCodesOutgrown(present) {
            guard isCalibrationOutgrown(present) else { return }
            return graph.setCalibration(try calibration(of: present, shouldContinue: shouldContinue))
        }
        let (old, end) = writing.withLock { writer in
            writer.beginJournal()
            return (writer.contents, writer.contents.store.count)
        }

        var kept: [UInt32] = []
        // A slot removed after this look is in the journal.
        for slot in 0..<UInt32(end) where unsafe old.store.handle.isLive(slot) { kept.append(slot) }
        var successor = try makeSuccessor(of: old, keptSlots: kept, slotCount: end, shouldContinue: shouldContinue)
        if let graph = successor.contents.graph, isCalibrationOutgrown(successor.contents) || areCodesOutgrown(old) {
            graph.setCalibration(try calibration(of: successor.contents, shouldContinue: shouldContinue))
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

    /// The same index with some of its slots alone.
    private func makeSuccessor(
        of old: IndexContents,
        keptSlots: [UInt32],
        slotCount: Int,
        shouldContinue: () -> Bool
    ) throws(VectorSearchError) -> IndexWriter {
        var asked = 0
        func goOn() throws(VectorSearchError) {
            asked += 1
            if asked % 64 == 1, !shouldContinue() {
                throw VectorSearchError(.cancelled, "the caller ended the compaction")
            }
        }
        let empty = IndexContents(configuration)
        let store = empty.store
        let codes =
            old.graph == nil ? nil : CodeStore.trained(on: old.store, slotCount: slotCount, configuration)
        empty.directory.reserve(slotCount: keptSlots.count)
        for slot in keptSlots {
            try goOn()
            let id = unsafe old.store.handle.id(slot)
            let copy = unsafe try store.append(id, codes: codes) { row in
                unsafe row.update(from: old.store.handle.row(slot), count: store.dimension)
            }
            _ = empty.directory.file(copy, under: id)
        }
        guard let source = old.graph else { return IndexWriter(empty, graphWriter: nil) }

        let graph = HNSWGraph(parameters: configuration.graph)
        let writer = HNSWWriter(graph, store: store, codes: codes)
        var copy = GraphCopy(source, to: writer, keptSlots: keptSlots, slotCount: slotCount)
        for slot in keptSlots { try copy.place(slot) }
        for slot in keptSlots {
            try goOn()
            copy.copyLinks(of: slot)
        }
        graph.countNodes(slotCount: keptSlots.count)
        graph.setCalibration(source.calibration)
        try writer.keepReachable(slotCount: keptSlots.count)
        let contents = IndexContents(store: store, directory: empty.directory, graph: graph, codes: codes)
        return IndexWriter(contents, graphWriter: writer)
    }
}

extension HNSWGraph {
    /// Counts the nodes below `slotCount`, and has walks begin at the first of those on the highest level.
    func countNodes(slotCount: Int) {
        var highest: Entry?
        for slot in 0..<UInt32(slotCount) {
            let level = unsafe Int(handle.head(slot).levels) - 1
            if level >= 0, level > highest?.level ?? -1 { highest = Entry(slot: slot, level: level) }
        }
        setNodeCount(slotCount)
        if let highest { setEntry(highest) }
    }
}
