/// Reads a segment's contents from their beginning and sums them on the way.
///
/// What was read counts only once `finish` has found the checksum right.
struct SegmentReading {
    /// Bytes that are summed while they are still in the processor's cache.
    private static let pieceByteCount = 1 << 18

    private let segment: OpenSegment
    private var offset = 0
    private var checksum = CRC32C()

    init(_ segment: OpenSegment) { self.segment = segment }

    /// Bytes yet to be read.
    var remaining: Int { segment.byteCount - offset }

    /// Reads the next bytes; the caller has bounded their count by `remaining`.
    mutating func take(_ count: Int) throws(VectorSearchError) -> [UInt8] {
        var failure: VectorSearchError?
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            guard let start = buffer.baseAddress else { return }
            do throws(VectorSearchError) {
                unsafe try take(count, to: UnsafeMutableRawPointer(start))
                initialized = count
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return bytes
    }

    /// Reads the next bytes to an address.
    mutating func take(_ count: Int, to address: UnsafeMutableRawPointer) throws(VectorSearchError) {
        var done = 0
        while done < count {
            let piece = unsafe UnsafeMutableRawBufferPointer(
                start: address + done,
                count: min(Self.pieceByteCount, count - done)
            )
            unsafe try segment.input.read(into: piece, at: SegmentHeader.byteCount + offset)
            unsafe checksum.add(UnsafeRawBufferPointer(piece))
            offset += piece.count
            done += piece.count
        }
    }

    /// Holds the sum of all that was read, which is everything, against the header's.
    func finish() throws(VectorSearchError) { try segment.require(checksum) }
}
