/// Bytes of a header or manifest, numbers little-endian, texts behind a 16-bit length.
struct LittleEndianWriter {
    private(set) var bytes: [UInt8] = []

    mutating func put(_ value: some FixedWidthInteger & UnsignedInteger) {
        var rest = value
        for _ in 0..<(value.bitWidth / 8) {
            bytes.append(UInt8(truncatingIfNeeded: rest))
            rest >>= 8
        }
    }

    mutating func put(_ value: [UInt8]) {
        put(UInt16(value.count))
        bytes.append(contentsOf: value)
    }

    mutating func put(_ text: String) { put(Array(text.utf8)) }

    mutating func put(_ identity: SnapshotIdentity) {
        put(identity.owner)
        put(identity.profile)
        put(identity.generation)
        put(identity.epoch)
        put(identity.seq)
    }

    /// Adds bytes without a length.
    mutating func putRaw(_ value: [UInt8]) { bytes.append(contentsOf: value) }

    /// Fills with zeros up to `count` bytes.
    mutating func pad(to count: Int) {
        while bytes.count < count { bytes.append(0) }
    }
}

/// Reads what `LittleEndianWriter` wrote; nil at the first thing that is not there.
struct LittleEndianReader {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    /// Whether all bytes have been read.
    var isAtEnd: Bool { rest.isEmpty }

    mutating func takeRaw(_ count: Int) -> [UInt8]? {
        guard count <= rest.count else { return nil }
        defer { rest = rest.dropFirst(count) }
        return Array(rest.prefix(count))
    }

    mutating func take<Value: FixedWidthInteger & UnsignedInteger>(_ type: Value.Type) -> Value? {
        guard let bytes = takeRaw(Value.bitWidth / 8) else { return nil }
        return bytes.reversed().reduce(0) { $0 << 8 | Value(truncatingIfNeeded: $1) }
    }

    mutating func takeBytes() -> [UInt8]? {
        guard let count = take(UInt16.self) else { return nil }
        return takeRaw(Int(count))
    }

    mutating func takeText() -> String? {
        guard let bytes = takeBytes() else { return nil }
        return String(validating: bytes, as: UTF8.self)
    }

    mutating func takeIdentity() -> SnapshotIdentity? {
        guard let owner = takeBytes(), let profile = takeText(), let generation = take(UInt64.self),
            let epoch = takeText(), let seq = take(UInt64.self)
        else { return nil }
        return SnapshotIdentity(owner: owner, profile: profile, generation: generation, epoch: epoch, seq: seq)
    }
}
