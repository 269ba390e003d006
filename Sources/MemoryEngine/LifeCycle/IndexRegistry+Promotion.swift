internal import Logging
internal import MemoryModel
internal import Synchronization
internal import VectorSearch

extension IndexRegistry {
    /// Frees removed vectors in the background where they are many, and builds a graph where there are enough vectors; the
    /// index answers as it is meanwhile.
    ///
    /// What is built takes memory beside what is there, which is expected first; others make room for it.
    func promote(_ index: CollectionIndex) {
        guard let vectors = index.vectors else { return }
        let isLarge = vectors.kind == .exact && vectors.vectorCount >= configuration.graphThreshold
        let isSpent =
            vectors.removedVectorCount >= max(configuration.leastRemoved, vectors.vectorCount / 4)
            || vectors.isOutgrown
        guard isLarge || isSpent, beginBuilding(index) else { return }
        Task {
            do {
                if isSpent {
                    try await building(index, vectors.byteCount(withGraph: vectors.kind == .graph)) {
                        try index.compact()
                    }
                    EngineMetrics.count(.indexCompactions)
                }
                if isLarge {
                    let graphBytes = vectors.byteCount(withGraph: true) - vectors.byteCount(withGraph: false)
                    try await building(index, graphBytes) { try vectors.buildGraph() }
                    EngineMetrics.count(.graphsBuilt)
                    // The graph is worth writing though the feed has not moved.
                    slots.withLock { _ = $0.update(index) { $0.savedSeq = -1 } }
                }
            } catch {
                logger.warning(
                    "an index could not be compacted, or its graph not be built; it goes on as it is",
                    metadata: ["reason": "\(error)"]
                )
            }
            slots.withLock { _ = $0.update(index) { $0.isBuilding = false } }
        }
    }

    private func building(
        _ index: CollectionIndex,
        _ byteCount: Int,
        _ body: @escaping @Sendable () throws -> Void
    ) async throws {
        index.reservation?.expect(byteCount)
        defer {
            index.noteByteCount()
            index.reservation?.settle()
        }
        await shrink(sparing: index.identity.collectionID)
        try await executor.builds.run(body)
    }

    /// Takes the right to build on an index.
    private func beginBuilding(_ index: CollectionIndex) -> Bool {
        slots.withLock { slots in
            guard slots.slot(of: index)?.isBuilding == false else { return false }
            return slots.update(index) { $0.isBuilding = true }
        }
    }
}

extension VectorIndex {
    /// What its vectors take, or would take, with a graph or without.
    fileprivate func byteCount(withGraph: Bool) -> Int {
        configuration.estimatedByteCount(vectors: vectorCount, withGraph: withGraph)
    }
}
