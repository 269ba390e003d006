/// The first page of a segment file: docs/snapshot-format.md, "Segment".
struct SegmentHeader: Equatable {
    static let magic = Array("MNEMESEG".utf8)
    static let formatVersion: UInt32 = 1
    /// Where the contents begin: a page, so that they can be mapped.
    static let byteCount = 4_096
    private static let checksumOffset = byteCount - 4

    var name: String
    var identity: SnapshotIdentity
    var contentVersion: UInt32
    var contentByteCount: UInt64
    var contentChecksum: UInt32

    func encoded() -> [UInt8] {
        var writer = LittleEndianWriter()
        writer.putRaw(Self.magic)
        writer.put(Self.formatVersion)
        writer.put(contentVersion)
        writer.put(contentByteCount)
        writer.put(contentChecksum)
        writer.put(name)
        writer.put(identity)
        writer.pad(to: Self.checksumOffset)
        writer.put(CRC32C.of(writer.bytes))
        return writer.bytes
    }

    /// Reads a header.
    ///
    /// - Throws: `snapshotDamaged`, `snapshotUnsupported`.
    init(_ bytes: [UInt8], file: String) throws(VectorSearchError) {
        func damaged(_ what: String) -> VectorSearchError { VectorSearchError(.snapshotDamaged, "\(file): \(what)") }
        guard bytes.count == Self.byteCount else { throw damaged("shorter than its header") }
        var reader = LittleEndianReader(bytes[..<Self.checksumOffset])
        guard reader.takeRaw(Self.magic.count) == Self.magic else { throw damaged("not a segment file") }
        var end = LittleEndianReader(bytes[Self.checksumOffset...])
        guard end.take(UInt32.self) == CRC32C.of(bytes[..<Self.checksumOffset]) else {
            throw damaged("the header's checksum is wrong")
        }
        guard let version = reader.take(UInt32.self) else { throw damaged("the header ends early") }
        guard version == Self.formatVersion else {
            throw VectorSearchError(.snapshotUnsupported, "\(file): format version \(version)")
        }
        guard let contentVersion = reader.take(UInt32.self), let contentByteCount = reader.take(UInt64.self),
            let contentChecksum = reader.take(UInt32.self), let name = reader.takeText(),
            let identity = reader.takeIdentity()
        else { throw damaged("the header ends early") }
        self.name = name
        self.identity = identity
        self.contentVersion = contentVersion
        self.contentByteCount = contentByteCount
        self.contentChecksum = contentChecksum
    }

    init(
        name: String,
        identity: SnapshotIdentity,
        contentVersion: UInt32,
        contentByteCount: UInt64,
        contentChecksum: UInt32
    ) {
        self.name = name
        self.identity = identity
        self.contentVersion = contentVersion
        self.contentByteCount = contentByteCount
        self.contentChecksum = contentChecksum
    }
}
