/// The file that names a snapshot's segments: docs/snapshot-format.md, "Manifest".
struct SnapshotManifest: Equatable {
    static let fileName = "manifest"
    static let magic = Array("MNEMEMAN".utf8)
    static let formatVersion: UInt32 = 1
    /// No manifest is longer.
    static let largestByteCount = 1 << 16
    static let largestSegmentCount = 64

    /// One segment as the manifest knows it.
    struct Segment: Equatable {
        var name: String
        /// Tells this segment's file from those of earlier snapshots.
        var serial: UInt64
        var contentVersion: UInt32
        var contentByteCount: UInt64
        var contentChecksum: UInt32

        var fileName: String { "\(name).\(serial).segment" }
    }

    var identity: SnapshotIdentity
    var segments: [Segment]

    func encoded() -> [UInt8] {
        var writer = LittleEndianWriter()
        writer.putRaw(Self.magic)
        writer.put(Self.formatVersion)
        writer.put(identity)
        writer.put(UInt16(segments.count))
        for segment in segments {
            writer.put(segment.name)
            writer.put(segment.serial)
            writer.put(segment.contentVersion)
            writer.put(segment.contentByteCount)
            writer.put(segment.contentChecksum)
        }
        writer.put(CRC32C.of(writer.bytes))
        return writer.bytes
    }

    init(identity: SnapshotIdentity, segments: [Segment]) {
        self.identity = identity
        self.segments = segments
    }

    /// Reads a manifest.
    ///
    /// - Throws: `snapshotDamaged`, `snapshotUnsupported`.
    init(_ bytes: [UInt8]) throws(VectorSearchError) {
        func damaged(_ what: String) -> VectorSearchError {
            VectorSearchError(.snapshotDamaged, "\(Self.fileName): \(what)")
        }
        guard bytes.count >= 4 else { throw damaged("it ends early") }
        var reader = LittleEndianReader(bytes.dropLast(4))
        guard reader.takeRaw(Self.magic.count) == Self.magic else { throw damaged("not a manifest") }
        var end = LittleEndianReader(bytes.suffix(4))
        guard end.take(UInt32.self) == CRC32C.of(bytes.dropLast(4)) else { throw damaged("its checksum is wrong") }
        guard let version = reader.take(UInt32.self) else { throw damaged("it ends early") }
        guard version == Self.formatVersion else {
            throw VectorSearchError(.snapshotUnsupported, "\(Self.fileName): format version \(version)")
        }
        guard let identity = reader.takeIdentity(), let count = reader.take(UInt16.self) else {
            throw damaged("it ends early")
        }
        guard count <= Self.largestSegmentCount else { throw damaged("it names \(count) segments") }
        self.identity = identity
        segments = []
        for _ in 0..<count {
            guard let name = reader.takeText(), let serial = reader.take(UInt64.self),
                let contentVersion = reader.take(UInt32.self), let contentByteCount = reader.take(UInt64.self),
                let contentChecksum = reader.take(UInt32.self)
            else { throw damaged("it ends early") }
            guard Self.isSegmentName(name), !segments.contains(where: { $0.name == name }) else {
                throw damaged("a segment's name is not allowed or comes twice")
            }
            segments.append(
                Segment(
                    name: name,
                    serial: serial,
                    contentVersion: contentVersion,
                    contentByteCount: contentByteCount,
                    contentChecksum: contentChecksum
                )
            )
        }
        guard reader.isAtEnd else { throw damaged("there is more behind its end") }
    }

    /// Whether a name may be part of a file's name: 1 to 64 of `a-z`, `0-9` and `-`.
    static func isSegmentName(_ name: String) -> Bool {
        (1...64).contains(name.utf8.count)
            && name.utf8.allSatisfy { byte in
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "-")
            }
    }
}
