import Synchronization

extension VectorIndex {
    /// An index that was read from a snapshot.
    public struct Loaded: Sendable {
        /// The index, with all its vectors.
        public let index: VectorIndex
        /// Why the snapshot's graph was refused, nil where it was read or the index had none.
        ///
        /// After a refusal the index is exact, and `buildGraph` builds the graph again.
        public let graphRefusal: VectorSearchError?
    }

    /// The names of the segments that `save` writes.
    public static let segmentNames = [VectorSegment.name, GraphSegment.name]

    /// Writes the index's segments, as they are at the call, to a snapshot that the caller commits.
    ///
    /// Searches go on; writes wait while the graph's links are copied in memory (about 0.1 s for a million vectors).
    ///
    /// - Throws: `inputOutput`, or `invalidArgument` where the snapshot has segments of these names.
    public func save(to snapshot: SnapshotWriter) throws(VectorSearchError) {
        let (store, slotCount, liveWords, graph) = writing.withLock { writer in
            let store = writer.contents.store
            let count = store.count
            return (store, count, store.copyLiveWords(slotCount: count), writer.encodedGraph())
        }
        try snapshot.write(segment: VectorSegment.name, contentVersion: VectorSegment.contentVersion) {
            sink throws(VectorSearchError) in
            try VectorSegment.append(store, slotCount: slotCount, liveWords: liveWords, to: &sink)
        }
        guard let graph else { return }
        try snapshot.write(segment: GraphSegment.name, contentVersion: GraphSegment.contentVersion) {
            sink throws(VectorSearchError) in
            try sink.append(graph)
        }
    }

    /// Reads an index that `save` wrote; the caller has checked the snapshot's identity.
    ///
    /// `memory` is as in `init`. Vectors are mapped from their file where the system allows it, so the file must not be changed while the index lives;
    /// removing it is fine. Works on all processors.
    ///
    /// - Throws: `invalidConfiguration`; `snapshotMissing`, `snapshotDamaged`, `snapshotUnsupported`, `snapshotForeign` for the
    ///   vectors' segment; `inputOutput`, `outOfMemory`. A graph that is refused is told in the result instead.
    public static func load(
        from snapshot: SnapshotReader,
        _ configuration: VectorIndexConfiguration,
        memory: SearchMemory = SearchMemory()
    ) throws(VectorSearchError) -> Loaded {
        try configuration.validate()
        let hasGraph = snapshot.segments.contains { $0.name == GraphSegment.name }
        let contents = try VectorSegment.read(
            snapshot.open(segment: VectorSegment.name),
            configuration,
            isCoded: hasGraph
        )
        var writer = IndexWriter(contents, graphWriter: nil)
        var refusal: VectorSearchError?
        if hasGraph {
            do throws(VectorSearchError) {
                let (graph, graphWriter) = try GraphSegment.read(
                    snapshot.open(segment: GraphSegment.name),
                    over: contents.store,
                    codes: contents.codes,
                    configuration.graph
                )
                writer.adopt(graph, writtenBy: graphWriter)
            } catch {
                refusal = error
                writer.adopt(nil)
            }
        }
        return Loaded(index: VectorIndex(configuration, writer: writer, memory: memory), graphRefusal: refusal)
    }
}

extension SnapshotReader {
    /// Reads a segment whose contents have this version.
    ///
    /// - Throws: as `read(segment:)`; `snapshotUnsupported` for contents of another version.
    public func read(segment name: String, contentVersion: UInt32) throws(VectorSearchError) -> [UInt8] {
        if let segment = segments.first(where: { $0.name == name }), segment.contentVersion != contentVersion {
            throw VectorSearchError(.snapshotUnsupported, "\(name): content version \(segment.contentVersion)")
        }
        return try read(segment: name)
    }
}
