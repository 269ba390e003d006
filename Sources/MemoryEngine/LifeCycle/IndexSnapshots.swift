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
    /// How many bytes of memory a byte of words or records on disk becomes, measured on short texts.
    private static let growthInMemory = 6

    private let root: String
    let logger = Logger(label: "mneme.index")

    /// Keeps snapshots under a folder, which is made with the first of them.
    public init(directory: String) {
        root = directory
    }

    /// Whether anything of a collection is on disk.
    func contains(_ collection: Identifier<MemoryCollection>) -> Bool {
        FileManager.default.fileExists(atPath: folder(of: collection))
    }

    /// Bytes that an index will take once it is read, by the sizes of its segments; nil where there are none.
    ///
    /// Words and records take several times the space in memory that they take on disk.
    func estimatedByteCount(of collection: Identifier<MemoryCollection>) -> Int? {
        let folder = folder(of: collection)
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else { return nil }
        let sizes = names.filter { $0.hasSuffix(".segment") }.compactMap { name -> Int? in
            let size = try? FileManager.default.attributesOfItem(atPath: folder + "/" + name)[.size] as? Int
            let isVectors = VectorIndex.segmentNames.contains { name.hasPrefix($0) }
            return size.map { isVectors ? $0 : $0 * Self.growthInMemory }
        }
        return sizes.isEmpty ? nil : sizes.reduce(0, +)
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
        do {
            try Self.write(contents, index.vectors, to: writer)
        } catch {
            // On a disk that is full, what was begun would keep it so.
            writer.abandon()
            throw error
        }
        return contents.lastSeq
    }

    private static func write(
        _ contents: CollectionIndex.Contents,
        _ vectors: VectorIndex?,
        to writer: SnapshotWriter
    ) throws {
        try writer.write(segment: entriesSegment, contentVersion: EntryTable.contentVersion) {
            sink throws(VectorSearchError) in
            try sink.append(contents.table.serialized())
        }
        if let lexical = contents.lexical {
            try writer.write(segment: wordsSegment, contentVersion: wordsVersion) { sink throws(VectorSearchError) in
                try sink.append(lexical.serialized())
            }
        }
        try vectors?.save(to: writer)
        try writer.commit()
    }

    /// Reads an index back, or nil where there is none to be trusted; blocks.
    func read(
        _ identity: CollectionIndex.Identity,
        profile: EmbeddingProfile?,
        _ searching: SearchMemory,
        _ reservation: IndexReservation?
    ) -> CollectionIndex? {
        let directory = folder(of: identity.collectionID)
        guard FileManager.default.fileExists(atPath: directory) else { return nil }
        var reader: SnapshotReader?
        do {
            let opened = try SnapshotReader(directory: directory)
            try opened.require(Self.identity(of: identity, seq: 0))
            reader = opened
            return try index(from: opened, identity, profile: profile, searching, reservation)
        } catch {
            let refusal = error as? SnapshotRefusal ?? SnapshotRefusal(error)
            refuse(refusal, of: identity.collectionID, reader)
            return nil
        }
    }

    private func index(
        from reader: SnapshotReader,
        _ identity: CollectionIndex.Identity,
        profile: EmbeddingProfile?,
        _ searching: SearchMemory,
        _ reservation: IndexReservation?
    ) throws -> CollectionIndex {
        var contents = CollectionIndex.Contents()
        contents.lastSeq = Int64(clamping: reader.identity.seq)
        contents.table = try Self.read(Self.entriesSegment) {
            try EntryTable(
                serialized: reader.read(segment: Self.entriesSegment, contentVersion: EntryTable.contentVersion)
            )
        }
        if reader.segments.contains(where: { $0.name == Self.wordsSegment }) {
            contents.lexical = try Self.read(Self.wordsSegment) {
                try LexicalIndex(
                    serialized: reader.read(segment: Self.wordsSegment, contentVersion: Self.wordsVersion)
                )
            }
        }
        contents.table.visitAll { key, _ in
            if contents.lexical?.contains(key) != true { contents.unreadable.insert(key) }
        }
        let vectors = try profile.map { profile in
            try Self.read(VectorIndex.segmentNames.first ?? "") {
                let configuration = VectorIndexConfiguration(dimension: profile.dimensions)
                let loaded = try VectorIndex.load(from: reader, configuration, memory: searching)
                if let refused = loaded.graphRefusal {
                    let refusal = SnapshotRefusal(refused, segment: VectorIndex.segmentNames.last)
                    refuse(refusal, of: identity.collectionID, reader)
                }
                return loaded.index
            }
        }
        return CollectionIndex(identity: identity, vectors: vectors, contents: contents, reservation: reservation)
    }

    private static func read<Value>(_ segment: String, _ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch {
            throw SnapshotRefusal(error, segment: segment)
        }
    }

    func folder(of collection: Identifier<MemoryCollection>) -> String {
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
}
