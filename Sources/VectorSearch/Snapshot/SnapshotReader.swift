/// Reads a snapshot: its identity, and the segments it names, each checked whole before a byte of it is handed out.
public final class SnapshotReader: Sendable {
    /// A segment as the manifest describes it.
    public struct Segment: Sendable, Equatable {
        /// The name it was written under.
        public let name: String
        /// The version of the contents' own format.
        public let contentVersion: UInt32
        /// Length of the contents.
        public let byteCount: UInt64
    }

    /// The name of the file that makes a folder a snapshot.
    public static let manifestName = SnapshotManifest.fileName

    private let folder: any SnapshotFolder
    private let manifest: SnapshotManifest

    /// Opens the folder's snapshot.
    ///
    /// - Throws: `snapshotMissing`, `snapshotDamaged`, `snapshotUnsupported`, `inputOutput`.
    public convenience init(directory: String) throws(VectorSearchError) {
        try self.init(SystemFolder(directory, isCreated: false))
    }

    package init(_ folder: any SnapshotFolder) throws(VectorSearchError) {
        self.folder = folder
        let input = try folder.open(SnapshotManifest.fileName)
        guard input.byteCount <= SnapshotManifest.largestByteCount else {
            throw VectorSearchError(.snapshotDamaged, "\(SnapshotManifest.fileName): it is too long")
        }
        manifest = try SnapshotManifest(input.read(input.byteCount, at: 0))
    }

    /// What the snapshot is of.
    public var identity: SnapshotIdentity { manifest.identity }

    /// The segments that the manifest names.
    public var segments: [Segment] {
        manifest.segments.map {
            Segment(name: $0.name, contentVersion: $0.contentVersion, byteCount: $0.contentByteCount)
        }
    }

    /// Makes sure that the snapshot is of `expected`; its `seq` may be any.
    ///
    /// - Throws: `snapshotForeign`, which names the field that differs.
    public func require(_ expected: SnapshotIdentity) throws(VectorSearchError) {
        if let field = identity.differingField(from: expected) {
            throw VectorSearchError(.snapshotForeign, "the snapshot is of another \(field)")
        }
    }

    /// Reads a segment.
    ///
    /// - Returns: The contents, of the length and checksum that both manifest and segment state.
    /// - Throws: `snapshotMissing`, `snapshotDamaged`, `snapshotUnsupported`, `snapshotForeign`, `inputOutput`.
    public func read(segment name: String) throws(VectorSearchError) -> [UInt8] {
        var reading = SegmentReading(try open(segment: name))
        let bytes = try reading.take(reading.remaining)
        try reading.finish()
        return bytes
    }

    /// Opens a segment's file and checks its header, but not its contents.
    ///
    /// - Throws: as `read(segment:)`.
    func open(segment name: String) throws(VectorSearchError) -> OpenSegment {
        let segment = try described(name)
        let file = segment.fileName
        let input = try folder.open(file)
        guard input.byteCount >= SegmentHeader.byteCount else {
            throw VectorSearchError(.snapshotDamaged, "\(file): shorter than its header")
        }
        let header = try SegmentHeader(input.read(SegmentHeader.byteCount, at: 0), file: file)
        guard header.identity == identity, header.name == name else {
            throw VectorSearchError(.snapshotForeign, "\(file): it belongs to another snapshot")
        }
        guard header.contentVersion == segment.contentVersion,
            header.contentByteCount == segment.contentByteCount,
            header.contentChecksum == segment.contentChecksum,
            header.contentByteCount == UInt64(input.byteCount - SegmentHeader.byteCount)
        else { throw VectorSearchError(.snapshotDamaged, "\(file): length or checksum is not the manifest's") }
        return OpenSegment(input: input, header: header, file: file)
    }

    /// Gives a segment's file the suffix `.refused`, for people to look at; the snapshot lacks it from then on.
    ///
    /// - Throws: `snapshotMissing`, `inputOutput`.
    public func setAside(segment name: String) throws(VectorSearchError) {
        let file = try described(name).fileName
        try folder.rename(file, to: file + ".refused")
    }

    private func described(_ name: String) throws(VectorSearchError) -> SnapshotManifest.Segment {
        guard let segment = manifest.segments.first(where: { $0.name == name }) else {
            throw VectorSearchError(.snapshotMissing, "the snapshot has no such segment")
        }
        return segment
    }
}
