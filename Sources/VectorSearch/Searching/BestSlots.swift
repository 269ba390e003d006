/// The nearest slots offered so far, at most `limit`, at most one per key where keys have parts.
///
/// Works on a scratch's `results` heap, farthest on top.
@unsafe
struct BestSlots {
    private var heap: WordHeap
    private let limit: Int
    private let onePerKey: Bool
    private let store: VectorStore.UnsafeHandle

    /// Takes over the heap; `heap` is to be put back with `finish`.
    init(_ heap: WordHeap, limit: Int, onePerKey: Bool, store: VectorStore.UnsafeHandle) {
        unsafe self.heap = unsafe heap
        unsafe self.limit = limit
        unsafe self.onePerKey = onePerKey
        unsafe self.store = unsafe store
        unsafe self.heap.removeAll()
        unsafe self.heap.reserve(additional: limit)
    }

    /// Gives the heap back, filled.
    consuming func finish() -> WordHeap { unsafe heap }

    /// Whether a slot at this distance could still enter.
    @inline(__always)
    func admits(_ ranked: RankedSlot) -> Bool {
        unsafe heap.count < limit || ranked.word < ~heap.top
    }

    /// Takes in an admitted slot.
    mutating func insert(_ ranked: RankedSlot) {
        if unsafe onePerKey, let place = unsafe placeOfKey(of: ranked.slot) {
            // The heap holds inverted words: a nearer slot is a greater word and sinks.
            if unsafe ~ranked.word > heap[place] { unsafe heap.sink(~ranked.word, at: place) }
        } else if unsafe heap.count < limit {
            unsafe heap.push(~ranked.word)
        } else {
            unsafe heap.sink(~ranked.word, at: 0)
        }
    }

    private func placeOfKey(of slot: UInt32) -> Int? {
        let key = unsafe store.id(slot).key
        for place in 0..<(unsafe heap.count) where unsafe store.id(RankedSlot(word: ~heap[place]).slot).key == key {
            return place
        }
        return nil
    }
}
