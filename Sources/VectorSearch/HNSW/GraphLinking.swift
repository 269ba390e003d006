internal import Dispatch
import Synchronization

/// Links ranges of slots into a graph, on one thread or several.
struct GraphLinking {
    let store: VectorStore
    let writer: HNSWWriter
    let threads: Int

    /// Fewer slots than this are not worth a second thread.
    private static let leastForThreads = 1_000

    /// Links the live slots of a range that follows on the slots linked so far.
    func link(_ slots: Range<Int>, shouldContinue: () -> Bool) throws(VectorSearchError) {
        var live: [UInt32] = []
        for slot in slots where unsafe store.handle.isLive(UInt32(slot)) {
            try writer.reserve(slotCount: slot + 1)
            live.append(UInt32(slot))
            writer.place(UInt32(slot))
        }
        if threads == 1 || live.count < Self.leastForThreads {
            try linkInOrder(live[...], shouldContinue)
        } else {
            // The first nodes meet a graph that is all but empty, in which threads would not see each other's nodes.
            let first = Self.leastForThreads / 4
            try linkInOrder(live[..<first], shouldContinue)
            try linkAtOnce(live[first...], shouldContinue)
        }
    }

    private func linkInOrder(_ slots: ArraySlice<UInt32>, _ shouldContinue: () -> Bool) throws(VectorSearchError) {
        for (index, slot) in slots.enumerated() {
            if index % 64 == 0, !shouldContinue() { throw cancelled() }
            writer.connect(slot)
        }
    }

    /// Links on `threads` threads; the calling one links too, and alone asks whether to go on.
    private func linkAtOnce(_ slots: ArraySlice<UInt32>, _ shouldContinue: () -> Bool) throws(VectorSearchError) {
        let queue = SlotQueue(slots)
        let locks = LinkLocks()
        let group = DispatchGroup()
        for _ in 1..<threads {
            let helper = writer.another(sharing: locks)
            DispatchQueue.global(qos: .utility).async(group: group) {
                while let slot = queue.next() { helper.connect(slot) }
            }
        }
        let own = writer.another(sharing: locks)
        var linked = 0
        while let slot = queue.next() {
            if linked % 64 == 0, !shouldContinue() {
                queue.end()
                break
            }
            own.connect(slot)
            linked += 1
        }
        group.wait()
        if queue.isEnded { throw cancelled() }
    }

    private func cancelled() -> VectorSearchError { VectorSearchError(.cancelled, "the caller ended the build") }
}

/// Slots that several threads take one after another.
private final class SlotQueue: Sendable {
    private let slots: [UInt32]
    private let place = Atomic<Int>(0)
    private let ended = Atomic<Bool>(false)

    init(_ slots: ArraySlice<UInt32>) { self.slots = Array(slots) }

    /// The next slot; nil where none is left or the work was ended.
    func next() -> UInt32? {
        let place = place.add(1, ordering: .relaxed).oldValue
        return place < slots.count && !isEnded ? slots[place] : nil
    }

    var isEnded: Bool { ended.load(ordering: .relaxed) }

    func end() { ended.store(true, ordering: .relaxed) }
}
