/// Records of one size, numbered by slot, in segments that never move.
///
/// The first segment holds 1,024 records and each further one as many as all before it, so 22 segments hold every slot
/// number, a record is found with one table look-up, and a reader's pointer stays good while the writer adds segments.
@safe
final class SlotMemory: @unchecked Sendable {
    // @unchecked: only the index's one writer adds segments (under the index's `writing` lock or before the index is
    // shared). A reader enters a segment through a slot number that was published with release ordering after it.

    static let segmentCount = 22
    static let largestSlotCount = 1 << 31
    private static let firstSegmentBits = 10

    /// Bytes from one record to the next.
    let stride: Int
    /// Per segment: its address less the distance of its first slot, so that `base + slot * stride` is the record.
    private let bases: UnsafeMutablePointer<UInt>
    /// Segments reserved so far; writer only.
    private var reserved = 0
    /// How many of these lie in one range, which is then released at once.
    private var joined = 0

    init(stride: Int) {
        self.stride = stride
        unsafe bases = .allocate(capacity: Self.segmentCount)
        unsafe bases.initialize(repeating: 0, count: Self.segmentCount)
    }

    deinit {
        if joined > 0, let address = unsafe UnsafeMutableRawPointer(bitPattern: bases[0]) {
            let end = Self.slots(ofSegment: joined - 1).upperBound
            unsafe PageMemory.release(address, byteCount: end * stride)
        }
        for segment in joined..<reserved {
            let range = Self.slots(ofSegment: segment)
            let base = unsafe bases[segment] &+ UInt(range.lowerBound * stride)
            guard let address = unsafe UnsafeMutableRawPointer(bitPattern: base) else { continue }
            unsafe PageMemory.release(address, byteCount: range.count * stride)
        }
        unsafe bases.deallocate()
    }

    /// The slots that one segment holds.
    static func slots(ofSegment segment: Int) -> Range<Int> {
        guard segment > 0 else { return 0..<(1 << firstSegmentBits) }
        return (1 << (firstSegmentBits + segment - 1))..<(1 << (firstSegmentBits + segment))
    }

    /// Makes the slots below `slotCount` usable; they read as zero until written.
    ///
    /// - Throws: `full` or `outOfMemory`.
    func reserve(slotCount: Int) throws(VectorSearchError) {
        guard slotCount <= Self.largestSlotCount else {
            throw VectorSearchError(.full, "an index holds at most \(Self.largestSlotCount) vectors")
        }
        while reserved < Self.segmentCount, Self.slots(ofSegment: reserved).lowerBound < slotCount {
            let range = Self.slots(ofSegment: reserved)
            let address = unsafe try PageMemory.reserve(byteCount: range.count * stride)
            unsafe bases[reserved] = UInt(bitPattern: address) &- UInt(range.lowerBound * stride)
            reserved += 1
        }
    }

    /// Reserves `count` records in one range, which `place` fills from its beginning; only as the first that is done.
    ///
    /// What lies in the last page behind the records may be overwritten with zeros.
    func reserve(
        count: Int,
        placedBy place: (UnsafeMutableRawPointer) throws(VectorSearchError) -> Void
    ) throws(VectorSearchError) {
        precondition(reserved == 0, "the first records are placed")
        guard count > 0 else { return }
        guard count <= Self.largestSlotCount else { return try reserve(slotCount: count) }
        var last = 0
        while Self.slots(ofSegment: last).upperBound < count { last += 1 }
        let byteCount = Self.slots(ofSegment: last).upperBound * stride
        let address = unsafe try PageMemory.reserve(byteCount: byteCount)
        do throws(VectorSearchError) {
            unsafe try place(address)
        } catch {
            unsafe PageMemory.release(address, byteCount: byteCount)
            throw error
        }
        // Every segment's address less the distance of its first slot is the range's.
        for segment in 0...last { unsafe bases[segment] = UInt(bitPattern: address) }
        reserved = last + 1
        joined = reserved
    }

    /// Reserves `count` records and fills them from bytes, one record behind another.
    func fill(count: Int, from bytes: ArraySlice<UInt8>) throws(VectorSearchError) {
        precondition(bytes.count == count * stride, "the bytes are whole records")
        try reserve(slotCount: count)
        let handle = unsafe self.handle
        unsafe bytes.withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress else { return }
            var first = 0
            while first < count {
                let run = unsafe handle.run(from: first, to: count)
                unsafe handle.record(UInt32(first)).copyMemory(from: start + first * stride, byteCount: run * stride)
                first += run
            }
        }
    }

    /// The same from records that are shorter by some bytes, which stay zero.
    func fill(count: Int, from bytes: [UInt8], shorterStride: Int) throws(VectorSearchError) {
        precondition(bytes.count == count * shorterStride && shorterStride <= stride, "the bytes are whole records")
        try reserve(slotCount: count)
        let handle = unsafe self.handle
        unsafe bytes.withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress else { return }
            for slot in 0..<count {
                let record = unsafe start + slot * shorterStride
                unsafe handle.record(UInt32(slot)).copyMemory(from: record, byteCount: shorterStride)
            }
        }
    }

    var handle: UnsafeHandle { unsafe UnsafeHandle(bases: bases, stride: UInt(stride)) }

    /// Finds records without checks; valid while its `SlotMemory` lives.
    @unsafe
    struct UnsafeHandle {
        let bases: UnsafeMutablePointer<UInt>
        let stride: UInt

        init(bases: UnsafeMutablePointer<UInt>, stride: UInt) {
            unsafe self.bases = unsafe bases
            unsafe self.stride = stride
        }

        /// The record of a slot that was reserved.
        @inline(__always)
        func record(_ slot: UInt32) -> UnsafeMutableRawPointer {
            let segment = 22 - (slot | 512).leadingZeroBitCount
            let address = unsafe bases[segment] &+ UInt(slot) &* stride
            return unsafe UnsafeMutableRawPointer(bitPattern: address).unsafelyUnwrapped
        }

        /// How many of the slots `first..<end` lie behind one another in memory, beginning with `first`.
        func run(from first: Int, to end: Int) -> Int {
            let segment = 22 - (UInt32(truncatingIfNeeded: first) | 512).leadingZeroBitCount
            return min(end, SlotMemory.slots(ofSegment: segment).upperBound) - first
        }
    }
}
