/// The segment of an index's vectors: docs/snapshot-format.md, "vectors".
enum VectorSegment {
    static let name = "vectors"
    /// Version 2 keeps rows as they lie in memory, on pages of their own, so that they are mapped; version 1 had them packed.
    static let contentVersion: UInt32 = 2
    static let headerByteCount = 64
    static let pageByteCount = 4_096

    /// Where each area of the contents begins.
    struct Layout {
        let slotCount: Int
        let rowStride: Int
        let rowsStart: Int

        var idsStart: Int { VectorSegment.headerByteCount }
        var liveStart: Int { idsStart + slotCount * 8 }
        var liveEnd: Int { liveStart + (slotCount + 63) / 64 * 8 }
        var end: Int { rowsStart + slotCount * rowStride }

        /// Lays out rows as they lie in memory or, as in version 1, packed without space.
        init(slotCount: Int, dimension: Int, isPacked: Bool = false) {
            self.slotCount = slotCount
            rowStride = isPacked ? dimension * 4 : VectorStore.rowStride(dimension: dimension)
            let liveEnd = VectorSegment.headerByteCount + slotCount * 8 + (slotCount + 63) / 64 * 8
            // Segment files have a header of one page, so that this is a page's begin in the file too.
            let page = VectorSegment.pageByteCount
            rowsStart = isPacked ? liveEnd : (liveEnd + page - 1) / page * page
        }
    }

    /// Appends the slots below the count that `liveWords` covers; those slots no longer change but for their live bits.
    static func append(
        _ store: VectorStore,
        slotCount: Int,
        liveWords: [UInt64],
        to sink: inout SegmentSink
    ) throws(VectorSearchError) {
        let layout = Layout(slotCount: slotCount, dimension: store.dimension)
        try sink.append(UInt32(store.dimension))
        try sink.append(UInt32(store.metric.rawValue))
        try sink.append(UInt64(slotCount))
        try sink.append(UInt32(layout.rowStride))
        try sink.align(to: UInt64(headerByteCount))
        let handle = unsafe store.handle
        for slot in 0..<UInt32(slotCount) { try sink.append(unsafe handle.id(slot).rawValue) }
        for word in liveWords { try sink.append(word) }
        while sink.byteCount < layout.rowsStart { try sink.append(UInt8(0)) }
        var first = 0
        while first < slotCount {
            let run = unsafe min(handle.rows.run(from: first, to: slotCount), rowsPerPiece)
            let row = unsafe UnsafeRawPointer(handle.row(UInt32(first)))
            unsafe try sink.append(UnsafeRawBufferPointer(start: row, count: run * layout.rowStride))
            first += run
        }
    }

    private static let rowsPerPiece = 512

    /// Reads a store, by mapping its rows where that is possible, files its live slots, and codes all where codes are wanted.
    ///
    /// - Throws: `snapshotForeign` for another dimension or metric, `snapshotUnsupported`, `snapshotDamaged`, `inputOutput`,
    ///   `outOfMemory`.
    static func read(
        _ segment: OpenSegment,
        _ configuration: VectorIndexConfiguration,
        isCoded: Bool
    ) throws(VectorSearchError) -> IndexContents {
        let layout = try layout(of: segment, configuration)
        let front = try segment.read(0..<layout.rowsStart)
        let contents = IndexContents(configuration)
        let store = contents.store
        if layout.rowStride == store.rows.stride {
            unsafe try store.rows.reserve(count: layout.slotCount) { address throws(VectorSearchError) in
                unsafe try segment.place(layout.rowsStart..<layout.end, at: address)
            }
        } else {
            try store.rows.fill(
                count: layout.slotCount,
                from: segment.read(layout.rowsStart..<layout.end),
                shorterStride: layout.rowStride
            )
        }
        try store.ids.fill(count: layout.slotCount, from: front[layout.idsStart..<layout.liveStart])
        try store.liveWords.fill(
            count: (layout.slotCount + 63) / 64,
            from: front[layout.liveStart..<layout.liveEnd]
        )
        let codes = isCoded ? CodeStore.trained(on: store, slotCount: layout.slotCount, configuration) : nil
        try codes?.reserve(slotCount: layout.slotCount)
        try VectorSegmentCheck(store, codes, layout).run(front: front, segment, contents.directory)
        return IndexContents(store: store, directory: contents.directory, graph: nil, codes: codes)
    }

    private static func layout(
        of segment: OpenSegment,
        _ configuration: VectorIndexConfiguration
    ) throws(VectorSearchError) -> Layout {
        let version = segment.header.contentVersion
        guard version == 1 || version == contentVersion else {
            throw VectorSearchError(.snapshotUnsupported, "\(name): content version \(version)")
        }
        guard segment.byteCount >= headerByteCount else { throw damaged("it ends early") }
        let bytes = try segment.read(0..<headerByteCount)
        var header = LittleEndianReader(bytes[...])
        guard let dimension = header.take(UInt32.self), let metric = header.take(UInt32.self),
            let slots = header.take(UInt64.self), let rowStride = header.take(UInt32.self)
        else { throw damaged("it ends early") }
        guard Int(dimension) == configuration.dimension, metric == UInt32(configuration.metric.rawValue) else {
            throw VectorSearchError(.snapshotForeign, "\(name): another dimension or metric")
        }
        // No slot takes fewer than 12 bytes, so the bound keeps the sums below from overflowing.
        guard slots <= UInt64(segment.byteCount) / 12 else { throw damaged("\(slots) slots do not fit in it") }
        let layout = Layout(slotCount: Int(slots), dimension: configuration.dimension, isPacked: version == 1)
        guard segment.byteCount == layout.end else { throw damaged("its length is wrong") }
        guard version == 1 || Int(rowStride) == layout.rowStride else { throw damaged("its rows have another stride") }
        return layout
    }

    static func damaged(_ what: String) -> VectorSearchError { VectorSearchError(.snapshotDamaged, "\(name): \(what)") }
}
