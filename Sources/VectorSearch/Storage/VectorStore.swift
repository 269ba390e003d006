import CVectorKernels
import Synchronization

/// The vectors of an index: rows, ids and marks of removal, by slot.
///
/// Slots are given out in order and never used again. A slot's row and id are written once, before `publishedCount` passes
/// it; only its live bit changes afterwards.
@safe
package final class VectorStore: Sendable {
    /// Tells this store from others; what is kept about a store keeps this and not the store alive.
    final class Identity: Sendable {}

    package let dimension: Int
    package let metric: Metric
    let identity = Identity()
    let rows: SlotMemory
    let ids: SlotMemory
    /// One bit per slot, 64 slots a record.
    let liveWords: SlotMemory

    private let publishedCount = Atomic<Int>(0)
    private let liveVectors = Atomic<Int>(0)
    private let repeatsKeys = Atomic<Bool>(false)
    /// Live slots of parts beside a key's first; the writer's alone.
    private let livePartSlots = Atomic<Int>(0)
    private let kernels: DistanceKernels

    package init(dimension: Int, metric: Metric, kernels: DistanceKernels = .best) {
        self.dimension = dimension
        self.metric = metric
        self.kernels = kernels
        rows = SlotMemory(stride: Self.rowStride(dimension: dimension))
        ids = SlotMemory(stride: MemoryLayout<UInt64>.stride)
        liveWords = SlotMemory(stride: MemoryLayout<UInt64>.stride)
    }

    /// Bytes from one row to the next: whole cache lines.
    static func rowStride(dimension: Int) -> Int { (dimension * MemoryLayout<Float>.stride + 63) & ~63 }

    /// Slots given out; all below are readable.
    package var count: Int { publishedCount.load(ordering: .acquiring) }
    /// Slots that are not marked as removed.
    package var liveCount: Int { liveVectors.load(ordering: .relaxed) }
    /// Whether a key may have more than one live slot: it has parts, or a newer slot is about to replace an older one.
    ///
    /// True for the slots below a `count` that was read before. One that reads false sees replaced slots as removed from then on,
    /// so a search asks once, after the count and before it asks which slots are live.
    package var mayRepeatKeys: Bool { repeatsKeys.load(ordering: .acquiring) }

    package var handle: UnsafeHandle {
        unsafe UnsafeHandle(
            rows: rows.handle,
            ids: ids.handle,
            liveWords: liveWords.handle,
            dimension: dimension,
            rowFloats: rows.stride / MemoryLayout<Float>.stride,
            distances: kernels.handle(for: metric)
        )
    }
}

// MARK: - Writing: one writer at a time

extension VectorStore {
    /// Makes room for slots below `slotCount`.
    func reserve(slotCount: Int) throws(VectorSearchError) {
        try rows.reserve(slotCount: slotCount)
        try ids.reserve(slotCount: slotCount)
        try liveWords.reserve(slotCount: slotCount / 64 + 1)
    }

    /// Adds a checked vector, each component times `scale`, and returns its slot.
    package func append(
        _ id: VectorID,
        _ vector: [Float],
        scale: Double,
        codes: CodeStore? = nil
    ) throws(VectorSearchError) -> UInt32 {
        unsafe try append(id, codes: codes) { row in
            if scale == 1 {
                for index in vector.indices { unsafe row[index] = vector[index] }
            } else {
                for index in vector.indices { unsafe row[index] = Float(Double(vector[index]) * scale) }
            }
        }
    }

    /// Adds a row that `fill` writes, and its code where there are codes, and returns its slot.
    func append(
        _ id: VectorID,
        isLive: Bool = true,
        codes: CodeStore? = nil,
        filledBy fill: (UnsafeMutablePointer<Float>) -> Void
    ) throws(VectorSearchError) -> UInt32 {
        let count = publishedCount.load(ordering: .relaxed)
        try reserve(slotCount: count + 1)
        try codes?.reserve(slotCount: count + 1)
        let slot = UInt32(count)
        let handle = unsafe self.handle
        unsafe fill(handle.mutableRow(slot))
        unsafe codes?.encode(handle.row(slot), as: slot)
        unsafe handle.setID(id, of: slot)
        if isLive {
            if id.part != 0 {
                livePartSlots.add(1, ordering: .relaxed)
                noteRepeatedKey()
            }
            unsafe handle.setLive(slot)
            liveVectors.add(1, ordering: .relaxed)
        }
        publishedCount.store(count + 1, ordering: .releasing)
        return slot
    }

    /// Publishes slots whose rows, ids and live bits were written already, into a store that has none.
    func publish(slotCount: Int, liveCount: Int, livePartCount: Int) {
        livePartSlots.store(livePartCount, ordering: .relaxed)
        if livePartCount > 0 { noteRepeatedKey() }
        liveVectors.store(liveCount, ordering: .relaxed)
        publishedCount.store(slotCount, ordering: .releasing)
    }

    /// The live bits of the slots below `slotCount`.
    func copyLiveWords(slotCount: Int) -> [UInt64] {
        let handle = unsafe self.handle
        return stride(from: 0, to: slotCount, by: 64).map { unsafe handle.liveWord(UInt32($0)) }
    }

    /// Has searches look for repeated keys from the next append on.
    func noteRepeatedKey() { repeatsKeys.store(true, ordering: .relaxed) }

    /// Ends that where no key has parts any more, after the writer removed what it replaced.
    func settleRepeatedKeys() {
        guard repeatsKeys.load(ordering: .relaxed), livePartSlots.load(ordering: .relaxed) == 0 else { return }
        repeatsKeys.store(false, ordering: .releasing)
    }

    /// Marks a live slot as removed.
    func markRemoved(_ slot: UInt32) {
        unsafe handle.clearLive(slot)
        if unsafe handle.id(slot).part != 0 { livePartSlots.subtract(1, ordering: .relaxed) }
        liveVectors.subtract(1, ordering: .relaxed)
    }
}

extension VectorStore {
    /// Reads slots without checks; valid while its `VectorStore` lives.
    @unsafe
    package struct UnsafeHandle {
        let rows: SlotMemory.UnsafeHandle
        let ids: SlotMemory.UnsafeHandle
        let liveWords: SlotMemory.UnsafeHandle
        let dimension: Int
        /// Floats from one row to the next.
        let rowFloats: Int
        let distances: DistanceKernels.UnsafeHandle

        @inline(__always)
        func row(_ slot: UInt32) -> UnsafePointer<Float> {
            unsafe UnsafePointer(rows.record(slot).assumingMemoryBound(to: Float.self))
        }

        @inline(__always)
        func id(_ slot: UInt32) -> VectorID {
            unsafe VectorID(rawValue: ids.record(slot).assumingMemoryBound(to: UInt64.self).pointee)
        }

        @inline(__always)
        func isLive(_ slot: UInt32) -> Bool {
            unsafe liveWord(slot) >> UInt64(slot & 63) & 1 == 1
        }

        /// The live bits of the 64 slots that `slot` is one of.
        @inline(__always)
        func liveWord(_ slot: UInt32) -> UInt64 { unsafe liveBits(slot).pointee.load(ordering: .relaxed) }

        /// The distance of two slots' vectors; less is nearer.
        @inline(__always)
        func distance(_ a: UInt32, _ b: UInt32) -> Float { unsafe distances.pair(row(a), row(b), dimension) }

        func mutableRow(_ slot: UInt32) -> UnsafeMutablePointer<Float> {
            unsafe rows.record(slot).assumingMemoryBound(to: Float.self)
        }

        func setID(_ id: VectorID, of slot: UInt32) {
            unsafe ids.record(slot).assumingMemoryBound(to: UInt64.self).pointee = id.rawValue
        }

        func setLive(_ slot: UInt32) {
            unsafe liveBits(slot).pointee.bitwiseOr(1 << UInt64(slot & 63), ordering: .relaxed)
        }

        func clearLive(_ slot: UInt32) {
            unsafe liveBits(slot).pointee.bitwiseAnd(~(1 << UInt64(slot & 63)), ordering: .relaxed)
        }

        @inline(__always)
        private func liveBits(_ slot: UInt32) -> UnsafeMutablePointer<Atomic<UInt64>> {
            unsafe liveWords.record(slot >> 6).assumingMemoryBound(to: Atomic<UInt64>.self)
        }
    }
}
