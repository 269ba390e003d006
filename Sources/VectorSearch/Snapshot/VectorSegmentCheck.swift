internal import Dispatch
import Synchronization

/// Checks a store whose memory was filled from a segment, codes it, and publishes it; on all processors.
@safe
struct VectorSegmentCheck {
    private let store: VectorStore
    private let codes: CodeStore?
    private let layout: VectorSegment.Layout

    /// Slots that one step sums, checks and codes.
    private static let slotsPerStep = 2_048
    /// Of these, as many as stay in a processor's cache from one to the other.
    private static let cachedBytes = 48 << 10

    private struct Findings {
        /// By step: the checksum of its rows' bytes as they are in the file.
        var checksums: [UInt32]
        var faultySlot: Int?
        var isLiveTwice = false
    }

    /// Codes go to `codes`, which has room for them.
    init(_ store: VectorStore, _ codes: CodeStore?, _ layout: VectorSegment.Layout) {
        self.store = store
        self.codes = codes
        self.layout = layout
    }

    /// Takes the checksum of everything, looks at every row, and files the live slots.
    ///
    /// - Throws: `snapshotDamaged`.
    func run(front: [UInt8], _ segment: OpenSegment, _ directory: KeyDirectory) throws(VectorSearchError) {
        let slotCount = layout.slotCount
        try checkLiveWords()
        let steps = (slotCount + Self.slotsPerStep - 1) / Self.slotsPerStep
        let findings = Mutex(Findings(checksums: Array(repeating: 0, count: steps)))
        // One more step than there are rows for files the keys.
        DispatchQueue.concurrentPerform(iterations: steps + 1) { step in
            guard step > 0 else {
                let isSound = directory.fileAll(slotCount: slotCount)
                return findings.withLock { $0.isLiveTwice = !isSound }
            }
            let slots = (step - 1) * Self.slotsPerStep..<min(slotCount, step * Self.slotsPerStep)
            var checksum = CRC32C()
            var faulty: Int?
            let slotsAtOnce = max(1, Self.cachedBytes / layout.rowStride)
            for first in stride(from: slots.lowerBound, to: slots.upperBound, by: slotsAtOnce) {
                let cached = first..<min(slots.upperBound, first + slotsAtOnce)
                add(cached, to: &checksum)
                faulty = faulty ?? faultySlot(in: cached)
                if let codes { codes.encodeAll(of: store, in: cached) }
            }
            findings.withLock { findings in
                findings.checksums[step - 1] = checksum.value
                if let faulty { findings.faultySlot = min(faulty, findings.faultySlot ?? .max) }
            }
        }
        let found = findings.withLock { $0 }
        var whole = CRC32C()
        unsafe front.withUnsafeBytes { unsafe whole.add($0) }
        for (step, checksum) in found.checksums.enumerated() {
            let count = min(slotCount, (step + 1) * Self.slotsPerStep) - step * Self.slotsPerStep
            whole.add(checksum: checksum, byteCount: count * layout.rowStride)
        }
        try segment.require(whole)
        if let slot = found.faultySlot { throw VectorSegment.damaged("the vector of slot \(slot) is not valid") }
        if found.isLiveTwice { throw VectorSegment.damaged("an id is live twice") }
        publish()
    }

    /// No slot is live that does not exist.
    private func checkLiveWords() throws(VectorSearchError) {
        guard layout.slotCount % 64 != 0 else { return }
        let last = unsafe store.handle.liveWord(UInt32(layout.slotCount - 1))
        guard last >> UInt64(layout.slotCount % 64) == 0 else {
            throw VectorSegment.damaged("a slot behind the last is live")
        }
    }

    private func add(_ slots: Range<Int>, to checksum: inout CRC32C) {
        let handle = unsafe store.handle
        var first = slots.lowerBound
        let isWhole = layout.rowStride == store.rows.stride
        while first < slots.upperBound {
            let run = isWhole ? unsafe handle.rows.run(from: first, to: slots.upperBound) : 1
            let row = unsafe UnsafeRawPointer(handle.row(UInt32(first)))
            unsafe checksum.add(UnsafeRawBufferPointer(start: row, count: run * layout.rowStride))
            first += run
        }
    }

    /// The first slot whose row is not finite, or not of length 1 where the metric wants it.
    private func faultySlot(in slots: Range<Int>) -> Int? {
        let handle = unsafe store.handle
        return slots.first { slot in
            let square = unsafe handle.distance(UInt32(slot), UInt32(slot))
            return !square.isFinite || (store.metric == .cosine && abs(square + 1) >= 1e-3)
        }
    }

    private func publish() {
        let handle = unsafe store.handle
        var live = 0
        var liveParts = 0
        for slot in 0..<UInt32(layout.slotCount) where unsafe handle.isLive(slot) {
            live += 1
            if unsafe handle.id(slot).part != 0 { liveParts += 1 }
        }
        store.publish(slotCount: layout.slotCount, liveCount: live, livePartCount: liveParts)
    }
}
