/// The segment of an index's vectors: docs/snapshot-format.md, "vectors".
enum VectorSegment {
    static let name = "vectors"
    static let contentVersion: UInt32 = 1
    static let headerByteCount = 64

    /// Appends the slots below the count that `liveWords` covers; those slots no longer change but for their live bits.
    static func append(
        _ store: VectorStore,
        slotCount: Int,
        liveWords: [UInt64],
        to sink: inout SegmentSink
    ) throws(VectorSearchError) {
        try sink.append(UInt32(store.dimension))
        try sink.append(UInt32(store.metric.rawValue))
        try sink.append(UInt64(slotCount))
        try sink.align(to: UInt64(headerByteCount))
        let handle = unsafe store.handle
        for slot in 0..<UInt32(slotCount) { try sink.append(unsafe handle.id(slot).rawValue) }
        for word in liveWords { try sink.append(word) }
        for slot in 0..<UInt32(slotCount) {
            unsafe try sink.append(UnsafeRawBufferPointer(start: handle.row(slot), count: store.dimension * 4))
        }
    }

    /// Reads a store and files its live slots.
    ///
    /// - Throws: `snapshotForeign` for another dimension or metric, `snapshotDamaged`, `outOfMemory`.
    static func read(
        _ bytes: [UInt8],
        _ configuration: VectorIndexConfiguration
    ) throws(VectorSearchError) -> IndexContents {
        func damaged(_ what: String) -> VectorSearchError { VectorSearchError(.snapshotDamaged, "\(name): \(what)") }
        var header = LittleEndianReader(bytes.prefix(headerByteCount))
        guard bytes.count >= headerByteCount, let dimension = header.take(UInt32.self),
            let metric = header.take(UInt32.self), let slots = header.take(UInt64.self)
        else { throw damaged("it ends early") }
        guard Int(dimension) == configuration.dimension, metric == UInt32(configuration.metric.rawValue) else {
            throw VectorSearchError(.snapshotForeign, "\(name): another dimension or metric")
        }
        // No slot takes fewer than 12 bytes, so the bound keeps the sum below from overflowing.
        guard slots <= UInt64(bytes.count) / 12 else { throw damaged("\(slots) slots do not fit in it") }
        let slotCount = Int(slots)
        let wordCount = (slotCount + 63) / 64
        let rowByteCount = configuration.dimension * 4
        let idsEnd = headerByteCount + slotCount * 8
        let rowsStart = idsEnd + wordCount * 8
        guard bytes.count == rowsStart + slotCount * rowByteCount else { throw damaged("its length is wrong") }

        let contents = IndexContents(configuration)
        let store = contents.store
        try store.reserve(slotCount: slotCount)
        contents.directory.reserve(slotCount: slotCount)
        unsafe try bytes.span.bytes.withUnsafeBytes { bytes throws(VectorSearchError) in
            for slot in 0..<slotCount {
                let id = unsafe VectorID(
                    rawValue: UInt64(
                        littleEndian: bytes.loadUnaligned(fromByteOffset: headerByteCount + slot * 8, as: UInt64.self)
                    )
                )
                let word = unsafe UInt64(
                    littleEndian: bytes.loadUnaligned(fromByteOffset: idsEnd + slot / 64 * 8, as: UInt64.self)
                )
                _ = unsafe try store.append(id, isLive: word >> UInt64(slot & 63) & 1 == 1) { row in
                    let start = unsafe bytes.baseAddress.unsafelyUnwrapped + rowsStart + slot * rowByteCount
                    unsafe UnsafeMutableRawPointer(row).copyMemory(from: start, byteCount: rowByteCount)
                }
            }
        }
        try check(contents)
        return contents
    }

    /// Rows are finite (and of length 1 where the metric wants it), and no id is live twice.
    private static func check(_ contents: IndexContents) throws(VectorSearchError) {
        let store = contents.store
        let handle = unsafe store.handle
        for slot in 0..<UInt32(store.count) {
            let square = unsafe handle.distance(slot, slot)
            guard square.isFinite, store.metric != .cosine || abs(square + 1) < 1e-3 else {
                throw VectorSearchError(.snapshotDamaged, "\(name): the vector of slot \(slot) is not valid")
            }
            guard unsafe handle.isLive(slot) else { continue }
            guard contents.directory.file(slot, under: unsafe handle.id(slot)) == nil else {
                throw VectorSearchError(.snapshotDamaged, "\(name): an id is live twice")
            }
        }
    }
}
