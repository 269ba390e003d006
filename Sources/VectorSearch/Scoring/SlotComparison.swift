import CVectorKernels

/// A query and what it is compared with: the slots' codes where there are some, else their rows.
@unsafe
struct SlotComparison {
    let store: VectorStore.UnsafeHandle
    let codes: CodeStore.UnsafeHandle?
    let memory: SlotComparisonMemory
    /// The query where rows are compared.
    private(set) var row: UnsafePointer<Float>

    /// Compares with `query`; the code form of it is already in `memory` where there are codes.
    init(
        _ store: VectorStore.UnsafeHandle,
        _ codes: CodeStore.UnsafeHandle?,
        query: UnsafePointer<Float>,
        memory: SlotComparisonMemory
    ) {
        unsafe self.store = unsafe store
        unsafe self.codes = unsafe codes
        unsafe self.memory = unsafe memory
        unsafe row = unsafe query
    }

    /// Compares with a slot's vector.
    init(
        _ store: VectorStore.UnsafeHandle,
        _ codes: CodeStore.UnsafeHandle?,
        slot: UInt32,
        memory: SlotComparisonMemory
    ) {
        unsafe self.init(store, codes, query: store.row(slot), memory: memory)
        unsafe codes?.setQuery(slot, in: memory.query)
    }

    /// Takes a slot's vector as the query from now on.
    mutating func setQuery(_ slot: UInt32) {
        if let codes = unsafe codes {
            unsafe codes.setQuery(slot, in: memory.query)
        } else {
            unsafe row = unsafe store.row(slot)
        }
    }

    /// Writes the distances of `count` slots, at most `SearchScratch.batch`; less is nearer.
    @inline(__always)
    func distances(
        _ slots: UnsafePointer<UInt32>,
        count: Int,
        into distances: UnsafeMutablePointer<Float>
    ) {
        if let codes = unsafe codes {
            unsafe codes.function(memory.query.query, codes.kernelRecords, slots, count, distances)
        } else {
            for index in 0..<count { unsafe memory.rows[index] = unsafe store.row(slots[index]) }
            unsafe store.distances.rows(row, memory.rows, count: count, store.dimension, into: distances)
        }
    }

    /// The distance of one slot.
    func distance(_ slot: UInt32) -> Float {
        if let codes = unsafe codes {
            var distance: Float = 0
            var slot = slot
            unsafe codes.function(memory.query.query, codes.kernelRecords, &slot, 1, &distance)
            return distance
        }
        return unsafe store.distances.pair(row, store.row(slot), store.dimension)
    }
}

/// Working memory of comparisons; owned until `deallocate`.
@unsafe
struct SlotComparisonMemory {
    let query: CodeQueryMemory
    let rows: UnsafeMutablePointer<UnsafePointer<Float>>

    init(dimension: Int, batch: Int) {
        unsafe query = CodeQueryMemory(dimension: dimension)
        unsafe rows = .allocate(capacity: batch)
    }

    func deallocate() {
        unsafe query.deallocate()
        unsafe rows.deallocate()
    }
}
