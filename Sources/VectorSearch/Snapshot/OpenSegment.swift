/// A segment's file whose header fits the manifest; its contents are yet to be read and summed.
struct OpenSegment {
    let input: any SnapshotInput
    let header: SegmentHeader
    let file: String

    /// Length of the contents: exactly what the file holds behind its header.
    var byteCount: Int { input.byteCount - SegmentHeader.byteCount }

    /// Reads bytes of the contents; the caller has bounded the range by `byteCount`.
    func read(_ range: Range<Int>) throws(VectorSearchError) -> [UInt8] {
        var failure: VectorSearchError?
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: range.count) { buffer, initialized in
            let part = unsafe UnsafeMutableRawBufferPointer(
                rebasing: UnsafeMutableRawBufferPointer(buffer)[..<range.count]
            )
            do throws(VectorSearchError) {
                unsafe try input.read(into: part, at: SegmentHeader.byteCount + range.lowerBound)
                initialized = range.count
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return bytes
    }

    /// Puts bytes of the contents at an address, by mapping the file where that is possible, else by reading it.
    func place(_ range: Range<Int>, at address: UnsafeMutableRawPointer) throws(VectorSearchError) {
        let offset = SegmentHeader.byteCount + range.lowerBound
        if unsafe try input.map(byteCount: range.count, at: offset, to: address) { return }
        unsafe try input.read(
            into: UnsafeMutableRawBufferPointer(start: address, count: range.count),
            at: offset
        )
    }

    /// Holds a checksum of the whole contents against the header's.
    func require(_ checksum: CRC32C) throws(VectorSearchError) {
        guard checksum.value == header.contentChecksum else {
            throw VectorSearchError(.snapshotDamaged, "\(file): the contents' checksum is wrong")
        }
    }
}
