/// Writes a snapshot: named segments of bytes, and at the end the manifest that makes them the folder's snapshot.
///
/// Until `commit` returns, the folder's earlier snapshot stays whole and is what a reader gets; so it is after a crash or an
/// error. One writer at a time may work on a folder.
public final class SnapshotWriter {
    private let folder: any SnapshotFolder
    private let identity: SnapshotIdentity
    private let serial: UInt64
    private var segments: [SnapshotManifest.Segment] = []
    /// Whether the folder's manifest may name this writer's segments.
    private var isNamed = false

    /// Begins a snapshot in a folder, which is made where it is missing (its parent is not).
    ///
    /// - Throws: `invalidArgument` for an identity that is too long; `inputOutput`.
    public convenience init(directory: String, identity: SnapshotIdentity) throws(VectorSearchError) {
        try self.init(SystemFolder(directory, isCreated: true), identity: identity)
    }

    package init(_ folder: any SnapshotFolder, identity: SnapshotIdentity) throws(VectorSearchError) {
        try identity.validate()
        self.folder = folder
        self.identity = identity
        let serials = try folder.names().compactMap(Self.serial(ofFile:))
        serial = (serials.max() ?? 0) + 1
    }

    /// Writes one segment, made lasting before this returns.
    ///
    /// - Parameters:
    ///   - name: 1 to 64 of `a-z`, `0-9` and `-`; each name once.
    ///   - contentVersion: The version of the contents' own format.
    ///   - contents: Appends the contents, however long, piece by piece.
    /// - Throws: `invalidArgument` for a name; `inputOutput`; what `contents` throws.
    public func write(
        segment name: String,
        contentVersion: UInt32,
        contents: (inout SegmentSink) throws(VectorSearchError) -> Void
    ) throws(VectorSearchError) {
        guard SnapshotManifest.isSegmentName(name), !segments.contains(where: { $0.name == name }),
            segments.count < SnapshotManifest.largestSegmentCount
        else { throw VectorSearchError(.invalidArgument, "the segment name is not allowed or comes twice") }

        var segment = SnapshotManifest.Segment(
            name: name,
            serial: serial,
            contentVersion: contentVersion,
            contentByteCount: 0,
            contentChecksum: 0
        )
        let temporary = segment.fileName + Self.temporarySuffix
        let output = try folder.create(temporary)
        var sink = SegmentSink(output, offset: SegmentHeader.byteCount)
        try contents(&sink)
        (segment.contentByteCount, segment.contentChecksum) = try sink.finish()
        let header = SegmentHeader(
            name: name,
            identity: identity,
            contentVersion: contentVersion,
            contentByteCount: segment.contentByteCount,
            contentChecksum: segment.contentChecksum
        )
        try output.write(header.encoded(), at: 0)
        try output.sync()
        try folder.rename(temporary, to: segment.fileName)
        segments.append(segment)
    }

    /// Makes the segments written so far the folder's snapshot, and removes the files of earlier ones.
    ///
    /// - Throws: `inputOutput`; the earlier snapshot is then still there, or the new one is, never a mixture.
    public func commit() throws(VectorSearchError) {
        let manifest = SnapshotManifest(identity: identity, segments: segments)
        let temporary = SnapshotManifest.fileName + ".\(serial)" + Self.temporarySuffix
        try folder.sync()
        let output = try folder.create(temporary)
        try output.write(manifest.encoded(), at: 0)
        try output.sync()
        isNamed = true
        try folder.rename(temporary, to: SnapshotManifest.fileName)
        try folder.sync()
        let current = Set(segments.map(\.fileName))
        for name in try folder.names() where Self.serial(ofFile: name) != nil && !current.contains(name) {
            try folder.remove(name)
        }
    }

    /// Removes what was written of a snapshot that is not to be; the folder's earlier snapshot stays.
    ///
    /// Does nothing once `commit` may have made it the folder's snapshot.
    public func abandon() {
        guard !isNamed, let names = try? folder.names() else { return }
        for name in names where Self.serial(ofFile: name) == serial { try? folder.remove(name) }
    }

    private static let temporarySuffix = ".tmp"

    /// The serial in a name that a writer gives (`NAME.SERIAL.segment`, either with `.tmp`), nil for any other file.
    private static func serial(ofFile name: String) -> UInt64? {
        var fields = name.split(separator: ".", omittingEmptySubsequences: false)
        if fields.last == "tmp" { fields.removeLast() }
        if fields.count == 2, fields[0] == SnapshotManifest.fileName { return UInt64(fields[1]) }
        guard fields.count == 3, fields[2] == "segment" else { return nil }
        return UInt64(fields[1])
    }
}
