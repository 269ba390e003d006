/// The slots of one store whose keys a filter allows, removed ones among them; one bit a slot.
///
/// A slot's id never changes, so a set stays right for the slots that it covers.
@safe
final class SlotSet: @unchecked Sendable {
    // @unchecked: the memory is filled before the set is shared and not changed afterwards.

    /// Slots below were asked about.
    let slotCount: Int
    /// How many of these are in the set.
    let count: Int
    private let words: UnsafeMutablePointer<UInt64>
    private let wordCount: Int

    /// Asks a store's slots below `slotCount`; those that `earlier` covers are taken from it.
    init(_ filter: KeyFilter, of store: VectorStore, slotCount: Int, earlier: SlotSet? = nil) {
        let known = earlier?.slotCount ?? 0
        self.slotCount = slotCount
        wordCount = (slotCount + 63) / 64
        unsafe words = Self.cleared(wordCount)
        if let earlier { unsafe words.update(from: earlier.words, count: earlier.wordCount) }
        let found = unsafe filter.mark(known..<slotCount, of: store.handle, in: words)
        count = (earlier?.count ?? 0) + found
    }

    /// Takes slots that were looked up in the store's directory.
    ///
    /// The directory may not yet know the last slot, which a writer is just adding; the filter is asked about it.
    init(_ filter: KeyFilter, of store: VectorStore, slotCount: Int, filed slots: [UInt32]) {
        self.slotCount = slotCount
        wordCount = (slotCount + 63) / 64
        unsafe words = Self.cleared(wordCount)
        let last = max(0, slotCount - 1)
        var found = 0
        for slot in slots where Int(slot) < last {
            unsafe words[Int(slot) >> 6] |= 1 << UInt64(slot & 63)
            found += 1
        }
        count = unsafe found + filter.mark(last..<slotCount, of: store.handle, in: words)
    }

    deinit { unsafe words.deallocate() }

    private static func cleared(_ count: Int) -> UnsafeMutablePointer<UInt64> {
        let words = UnsafeMutablePointer<UInt64>.allocate(capacity: count)
        unsafe words.initialize(repeating: 0, count: count)
        return unsafe words
    }

    var handle: UnsafeHandle { unsafe UnsafeHandle(words: words, wordCount: wordCount) }

    /// Reads bits without checks; valid while its `SlotSet` lives.
    @unsafe
    struct UnsafeHandle {
        let words: UnsafePointer<UInt64>
        let wordCount: Int

        init(words: UnsafePointer<UInt64>, wordCount: Int) {
            unsafe self.words = unsafe words
            unsafe self.wordCount = wordCount
        }

        /// Whether a slot that the set covers is in it.
        @inline(__always)
        func contains(_ slot: UInt32) -> Bool { unsafe words[Int(slot >> 6)] >> UInt64(slot & 63) & 1 == 1 }
    }
}

extension KeyFilter {
    /// Sets the bits of those slots of a range whose keys are allowed, and returns how many there are.
    fileprivate func mark(
        _ slots: Range<Int>,
        of store: VectorStore.UnsafeHandle,
        in words: UnsafeMutablePointer<UInt64>
    ) -> Int {
        guard case .bitmap(let first, let bitmap) = form else {
            return unsafe Self.mark(slots, of: store, in: words) { allows($0) }
        }
        return unsafe bitmap.withUnsafeBufferPointer { bitmap in
            unsafe Self.mark(slots, of: store, in: words) { key in
                let place = key &- first
                return unsafe place >> 6 < UInt64(bitmap.count) && bitmap[Int(place >> 6)] >> (place & 63) & 1 == 1
            }
        }
    }

    @inline(__always)
    private static func mark(
        _ slots: Range<Int>,
        of store: VectorStore.UnsafeHandle,
        in words: UnsafeMutablePointer<UInt64>,
        where allows: (UInt64) -> Bool
    ) -> Int {
        var count = 0
        var slot = slots.lowerBound
        while slot < slots.upperBound {
            // A word's slots lie behind one another in memory: segments begin at multiples of 64.
            let end = min(slots.upperBound, (slot | 63) + 1)
            let ids = unsafe store.ids.record(UInt32(slot)).assumingMemoryBound(to: UInt64.self)
            var word: UInt64 = 0
            for index in 0..<(end - slot) where allows(unsafe ids[index] >> 8) {
                word |= 1 << UInt64((slot + index) & 63)
            }
            unsafe words[slot >> 6] |= word
            count += word.nonzeroBitCount
            slot = end
        }
        return count
    }
}
