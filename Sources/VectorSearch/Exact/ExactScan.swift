/// Compares a query with every vector, or with every match of a filter.
@unsafe
struct ExactScan {
    let store: VectorStore.UnsafeHandle
    let metric: Metric
    let scratch: SearchScratch
    let onePerKey: Bool

    init(of store: VectorStore, scratch: SearchScratch) {
        unsafe self.store = store.handle
        unsafe metric = store.metric
        unsafe self.scratch = scratch
        unsafe onePerKey = store.mayRepeatKeys
    }

    /// Leaves the best `limit` of the live slots below `count` in the scratch's results.
    func scanAll(count: Int, limit: Int) {
        guard unsafe metric != .euclidean else {
            // |a - b|^2 from dot products loses its digits where a is near b, so each row is subtracted.
            return unsafe scan(slotsBelow: count, accepting: LiveSlots(store: store), limit: limit)
        }
        var best = unsafe BestSlots(scratch.results, limit: limit, onePerKey: onePerKey, store: store)
        var first = 0
        while first < count {
            let run = unsafe min(store.rows.run(from: first, to: count), SearchScratch.batch)
            unsafe BLAS.negativeDots(
                rows: store.row(UInt32(first)),
                rowCount: run,
                rowStride: store.rowFloats,
                dimension: store.dimension,
                query: scratch.query,
                products: scratch.distances
            )
            for index in 0..<run {
                let slot = UInt32(first + index)
                let ranked = unsafe RankedSlot(distance: scratch.distances[index], slot: slot)
                if unsafe best.admits(ranked), unsafe store.isLive(slot) { unsafe best.insert(ranked) }
            }
            first += run
        }
        unsafe scratch.results = unsafe best.finish()
    }

    /// Leaves the best `limit` of the accepted slots below `count` in the scratch's results.
    func scan(slotsBelow count: Int, accepting filter: some SlotFilter, limit: Int) {
        var best = unsafe BestSlots(scratch.results, limit: limit, onePerKey: onePerKey, store: store)
        var gathered = 0
        for slot in 0..<UInt32(count) where filter.accepts(slot) {
            unsafe scratch.slots[gathered] = slot
            gathered += 1
            if gathered == SearchScratch.batch {
                unsafe compare(gathered, into: &best)
                gathered = 0
            }
        }
        unsafe compare(gathered, into: &best)
        unsafe scratch.results = unsafe best.finish()
    }

    /// Leaves the best `limit` of those of `slots` that are accepted in the scratch's results.
    func scan(_ slots: [UInt32], accepting filter: some SlotFilter, limit: Int) {
        var best = unsafe BestSlots(scratch.results, limit: limit, onePerKey: onePerKey, store: store)
        var gathered = 0
        for slot in slots where filter.accepts(slot) {
            unsafe scratch.slots[gathered] = slot
            gathered += 1
            if gathered == SearchScratch.batch {
                unsafe compare(gathered, into: &best)
                gathered = 0
            }
        }
        unsafe compare(gathered, into: &best)
        unsafe scratch.results = unsafe best.finish()
    }

    /// Offers the first `count` gathered slots.
    private func compare(_ count: Int, into best: inout BestSlots) {
        for index in 0..<count { unsafe scratch.rows[index] = unsafe store.row(scratch.slots[index]) }
        unsafe store.distances.rows(
            scratch.query,
            scratch.rows,
            count: count,
            store.dimension,
            into: scratch.distances
        )
        for index in 0..<count {
            let ranked = unsafe RankedSlot(distance: scratch.distances[index], slot: scratch.slots[index])
            if unsafe best.admits(ranked) { unsafe best.insert(ranked) }
        }
    }
}
