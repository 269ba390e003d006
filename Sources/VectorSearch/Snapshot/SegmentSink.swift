/// Takes in the contents of a segment piece by piece.
public struct SegmentSink: ~Copyable {
    private static let bufferByteCount = 1 << 20

    private let output: any SnapshotOutput
    private var offset: Int
    private var written: UInt64 = 0
    private var checksum = CRC32C()
    private var buffer: [UInt8] = []

    init(_ output: any SnapshotOutput, offset: Int) {
        self.output = output
        self.offset = offset
        buffer.reserveCapacity(Self.bufferByteCount)
    }

    /// Bytes appended so far.
    public var byteCount: UInt64 { written + UInt64(buffer.count) }

    /// Appends a number, little-endian.
    public mutating func append(_ value: some FixedWidthInteger) throws(VectorSearchError) {
        var littleEndian = value.littleEndian
        unsafe try withUnsafeBytes(of: &littleEndian) { bytes throws(VectorSearchError) in unsafe try append(bytes) }
    }

    /// Appends bytes.
    public mutating func append(_ bytes: [UInt8]) throws(VectorSearchError) {
        unsafe try bytes.span.bytes.withUnsafeBytes { bytes throws(VectorSearchError) in unsafe try append(bytes) }
    }

    /// Appends zeros up to a multiple of `alignment` bytes.
    mutating func align(to alignment: UInt64) throws(VectorSearchError) {
        while byteCount % alignment != 0 { try append(UInt8(0)) }
    }

    mutating func append(_ bytes: UnsafeRawBufferPointer) throws(VectorSearchError) {
        if buffer.count + bytes.count > Self.bufferByteCount { try flush() }
        if bytes.count > Self.bufferByteCount {
            unsafe try write(bytes)
        } else {
            unsafe buffer.append(contentsOf: bytes)
        }
    }

    /// Writes what is left and returns length and checksum of the whole.
    consuming func finish() throws(VectorSearchError) -> (byteCount: UInt64, checksum: UInt32) {
        try flush()
        return (written, checksum.value)
    }

    private mutating func flush() throws(VectorSearchError) {
        let full = buffer
        buffer.removeAll(keepingCapacity: true)
        unsafe try full.span.bytes.withUnsafeBytes { bytes throws(VectorSearchError) in unsafe try write(bytes) }
    }

    private mutating func write(_ bytes: UnsafeRawBufferPointer) throws(VectorSearchError) {
        unsafe checksum.add(bytes)
        unsafe try output.write(bytes, at: offset)
        offset += bytes.count
        written += UInt64(bytes.count)
    }
}
