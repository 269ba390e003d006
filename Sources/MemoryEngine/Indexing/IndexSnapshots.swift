internal import Foundation
internal import LexicalSearch
internal import Logging
internal import MemoryModel
internal import VectorSearch

/// Keeps indexes on local disk between runs: one folder a collection, segments for vectors, graph, words and entries.
///
/// A snapshot is a cache. It is used only where collection, profile, generation and epoch are the expected ones and every
/// checksum holds; what is damaged is set aside for people to look at, and the index is rebuilt from the feed.
public struct IndexSnapshots: Sendable {
    private static let wordsSegment = "words"
    private static let entriesSegment = "entries"
    private static let wordsVersion: UInt32 = 2

    private let root: String
    private let logger = Logger(label: "mneme.index")

    /// Keeps snapshots under a folder, which is made with the first of them.
    public init(directory: String) {
        root = directory
    }

    /// Whether anything of a collection is on disk.
    func contains(_ collection: Identifier<MemoryCollection>) -> Bool {
        FileManager.default.fileExists(atPath: folder(of: collection))
    }

    /// Removes a collection's snapshot.
    func remove(_ collection: Identifier<MemoryCollection>) {
        try? FileManager.default.removeItem(atPath: folder(of: collection))
    }

    /// Writes an index and returns the place in the feed at which it stands; blocks.
    ///
    /// The entries are taken first: vectors and words may be ahead of them, and replaying the feed from the entries'
    /// place puts that right.
    func write(_ index: CollectionIndex) throws -> Int64 {
        let contents = index.snapshot
        try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
        let writer = try SnapshotWriter(
            directory: folder(of: index.identity.collectionID),
            identity: Self.identity(of: index.identity, seq: contents.lastSeq)
        )
        try writer.write(segment: Self.entriesSegment, contentVersion: EntryTable.contentVersion) {
            sink throws(VectorSearchError) in
            try sink.append(contents.table.serialized())
        }
        if let lexical = contents.lexical {
            try writer.write(segment: Self.wordsSegment, contentVersion: Self.wordsVersion) {
                sink throws(VectorSearchError) in
                try sink.append(lexical.serialized())
            }
        }
        try index.vectors?.save(to: writer)
        try writer.commit()
        return contents.lastSeq
    }

    /// Reads an index back, or nil where there is none to be trusted; blocks.
    func read(_ identity: CollectionIndex.Identity, profile: EmbeddingProfile?) -> CollectionIndex? {
        let directory = folder(of: identity.collectionID)
        guard FileManager.default.fileExists(atPath: directory) else { return nil }
        do {
            let reader = try SnapshotReader(directory: directory)
            try reader.require(Self.identity(of: identity, seq: 0))
            return try index(from: reader, identity, profile: profile)
        } catch {
            if (error as? VectorSearchError)?.code == .snapshotMissing { return nil }
            EngineMetrics.count(.snapshotsRefused)
            logger.warning(
                "an index snapshot was refused; the index is rebuilt",
                metadata: ["collection": "\(identity.collectionID)", "reason": "\(Self.reason(error))"]
            )
            return nil
        }
    }

    private func index(
        from reader: SnapshotReader,
        _ identity: CollectionIndex.Identity,
        profile: EmbeddingProfile?
    ) throws -> CollectionIndex {
        var contents = CollectionIndex.Contents()
        contents.lastSeq = Int64(clamping: reader.identity.seq)
        contents.table = try setAsideOnFailure(Self.entriesSegment, reader) {
            try EntryTable(
                serialized: reader.read(segment: Self.entriesSegment, contentVersion: EntryTable.contentVersion)
            )
        }
        if reader.segments.contains(where: { $0.name == Self.wordsSegment }) {
            contents.lexical = try setAsideOnFailure(Self.wordsSegment, reader) {
                try LexicalIndex(
                    serialized: reader.read(segment: Self.wordsSegment, contentVersion: Self.wordsVersion)
                )
            }
        }
        contents.table.visitAll { key, _ in
            if contents.lexical?.contains(key) != true { contents.unreadable.insert(key) }
        }
        let vectors = try profile.map { profile in
            try setAsideOnFailure(VectorIndex.segmentNames.first ?? "", reader) {
                let loaded = try VectorIndex.load(
                    from: reader,
                    VectorIndexConfiguration(dimension: profile.dimensions)
                )
                if let refusal = loaded.graphRefusal {
                    EngineMetrics.count(.snapshotsRefused)
                    logger.warning("a graph was refused and is built again", metadata: ["reason": "\(refusal)"])
                }
                return loaded.index
            }
        }
        return CollectionIndex(identity: identity, vectors: vectors, contents: contents)
    }

    private func setAsideOnFailure<Value>(
        _ segment: String,
        _ reader: SnapshotReader,
        _ body: () throws -> Value
    ) throws -> Value {
        do {
            return try body()
        } catch {
            try? reader.setAside(segment: segment)
            throw error
        }
    }

    private func folder(of collection: Identifier<MemoryCollection>) -> String {
        root + "/" + collection.description
    }

    private static func identity(of identity: CollectionIndex.Identity, seq: Int64) -> SnapshotIdentity {
        SnapshotIdentity(
            owner: Array(identity.collectionID.description.utf8),
            profile: identity.profileName,
            generation: UInt64(bitPattern: Int64(identity.generation)),
            epoch: identity.epoch,
            seq: UInt64(bitPattern: seq)
        )
    }

    private static func reason(_ error: any Error) -> String {
        switch error {
        case let error as VectorSearchError: error.description
        case let error as LexicalSearchError: error.description
        case is EntryReader.Damaged: "the entries are damaged"
        default: "the file system refused"
        }
    }
}
