extension ExactScan {
    /// Leaves the best `limit` of a set's live members in the scratch's results, by their vectors.
    func scan(_ members: SlotSet, limit: Int) {
        unsafe scan(members, limit: limit, onePerKey: onePerKey) { slots, count, distances in
            for index in 0..<count { unsafe scratch.rows[index] = unsafe store.row(slots[index]) }
            unsafe store.distances.rows(scratch.query, scratch.rows, count: count, store.dimension, into: distances)
        }
    }

    /// Leaves the best `limit` of a set's live members in the scratch's results, by what `comparison` compares;
    /// a key may come more than once.
    func scan(_ members: SlotSet, comparing comparison: SlotComparison, limit: Int) {
        unsafe scan(members, limit: limit, onePerKey: false) { slots, count, distances in
            unsafe comparison.distances(slots, count: count, into: distances)
        }
    }

    @inline(__always)
    private func scan(
        _ members: SlotSet,
        limit: Int,
        onePerKey: Bool,
        comparing compare: (UnsafePointer<UInt32>, Int, UnsafeMutablePointer<Float>) -> Void
    ) {
        var best = unsafe BestSlots(scratch.results, limit: limit, onePerKey: onePerKey, store: store)
        let handle = unsafe members.handle
        defer { withExtendedLifetime(members) {} }
        let slots = unsafe scratch.slots
        let distances = unsafe scratch.distances
        var gathered = 0
        var word = 0
        var live: UInt64 = 0
        while true {
            while gathered < SearchScratch.batch {
                if live == 0 {
                    guard unsafe word < handle.wordCount else { break }
                    live = unsafe handle.words[word]
                    if live != 0 { unsafe live &= store.liveWord(UInt32(word * 64)) }
                    word += 1
                    continue
                }
                unsafe slots[gathered] = UInt32((word - 1) * 64 + live.trailingZeroBitCount)
                live &= live - 1
                gathered += 1
            }
            guard gathered > 0 else { break }
            unsafe compare(slots, gathered, distances)
            for index in 0..<gathered {
                let ranked = unsafe RankedSlot(distance: distances[index], slot: slots[index])
                if unsafe best.admits(ranked) { unsafe best.insert(ranked) }
            }
            gathered = 0
        }
        unsafe scratch.results = unsafe best.finish()
    }
}
