/// Compares several queries with every vector, block by block, with one matrix product a block.
@safe
final class ExactBatch {
    /// Queries of one batch at most.
    static let queryLimit = 64
    private static let rowsPerBlock = 256

    private let store: VectorStore
    private let queryCount: Int
    /// The queries as compared, one behind another.
    private let queries: UnsafeMutablePointer<Float>
    private let products: UnsafeMutablePointer<Float>

    init(_ store: VectorStore, vectors: ArraySlice<[Float]>, scales: ArraySlice<Double>) {
        self.store = store
        queryCount = vectors.count
        unsafe queries = .allocate(capacity: vectors.count * store.dimension)
        unsafe products = .allocate(capacity: vectors.count * Self.rowsPerBlock)
        for (query, (vector, scale)) in zip(vectors, scales).enumerated() {
            for (index, component) in vector.enumerated() {
                unsafe queries[query * store.dimension + index] = Float(Double(component) * scale)
            }
        }
    }

    deinit {
        unsafe queries.deallocate()
        unsafe products.deallocate()
    }

    /// For each query the best `limit` live slots of distinct keys, nearest first.
    func best(_ limit: Int) -> [[RankedSlot]] {
        let count = store.count
        let handle = unsafe store.handle
        let onePerKey = store.mayRepeatKeys
        var best: [BestSlots] = unsafe []
        for _ in 0..<queryCount {
            unsafe best.append(
                BestSlots(WordHeap(capacity: limit), limit: limit, onePerKey: onePerKey, store: handle)
            )
        }
        var first = 0
        while first < count {
            let run = unsafe min(handle.rows.run(from: first, to: count), Self.rowsPerBlock)
            unsafe BLAS.negativeDots(
                rows: handle.row(UInt32(first)),
                rowCount: run,
                rowStride: handle.rowFloats,
                dimension: store.dimension,
                queries: queries,
                queryCount: queryCount,
                queryStride: store.dimension,
                products: products
            )
            for query in 0..<queryCount {
                for index in 0..<run {
                    let slot = UInt32(first + index)
                    let ranked = unsafe RankedSlot(distance: products[query * run + index], slot: slot)
                    if unsafe best[query].admits(ranked), unsafe handle.isLive(slot) {
                        unsafe best[query].insert(ranked)
                    }
                }
            }
            first += run
        }
        return unsafe best.map { best in
            var heap = unsafe best.finish()
            defer { unsafe heap.deallocate() }
            return unsafe heap.drainFarthestFirst()
        }
    }
}
