/// The segment of an index's graph: docs/snapshot-format.md, "graph".
enum GraphSegment {
    static let name = "graph"
    static let contentVersion: UInt32 = 1
    static let headerByteCount = 64
    private static let noEntry = UInt32.max

    /// The graph as bytes; no writer may be at work.
    static func encoded(_ graph: HNSWGraph, slotCount: Int, upperCount: Int) -> [UInt8] {
        let parameters = graph.parameters
        var writer = LittleEndianWriter()
        writer.put(UInt64(slotCount))
        writer.put(UInt64(graph.nodeCount))
        writer.put(UInt64(upperCount))
        writer.put(parameters.seed)
        writer.put(UInt32(parameters.maximumLinks))
        writer.put(graph.entry?.slot ?? noEntry)
        writer.put(UInt32(graph.entry?.level ?? 0))
        writer.pad(to: headerByteCount)
        var bytes = writer.bytes
        let areas = areas(parameters, slotCount: slotCount, upperCount: upperCount)
        bytes.reserveCapacity(areas.end)
        for (memory, count) in [(graph.heads, slotCount), (graph.bottom, slotCount), (graph.upper, upperCount)] {
            let handle = unsafe memory.handle
            for record in 0..<UInt32(count) {
                unsafe bytes.append(
                    contentsOf: UnsafeRawBufferPointer(start: handle.record(record), count: memory.stride)
                )
            }
        }
        return bytes
    }

    /// Reads a graph over a store, checks every link, and returns it with its writer.
    ///
    /// - Throws: `snapshotForeign` for other parameters or another store, `snapshotDamaged`, `outOfMemory`.
    static func read(
        _ bytes: [UInt8],
        over store: VectorStore,
        codes: CodeStore?,
        _ parameters: GraphParameters
    ) throws(VectorSearchError) -> (HNSWGraph, HNSWWriter) {
        var header = LittleEndianReader(bytes.prefix(headerByteCount))
        guard bytes.count >= headerByteCount, let slots = header.take(UInt64.self),
            let nodes = header.take(UInt64.self),
            let uppers = header.take(UInt64.self), let seed = header.take(UInt64.self),
            let maximumLinks = header.take(UInt32.self), let entrySlot = header.take(UInt32.self),
            let entryLevel = header.take(UInt32.self)
        else { throw damaged("it ends early") }
        guard slots == UInt64(store.count), seed == parameters.seed, maximumLinks == UInt32(parameters.maximumLinks)
        else {
            throw VectorSearchError(.snapshotForeign, "\(name): other parameters, or other vectors")
        }
        guard nodes <= slots, uppers <= UInt64(bytes.count) / 4 else { throw damaged("its counts do not fit in it") }
        let areas = areas(parameters, slotCount: store.count, upperCount: Int(uppers))
        guard bytes.count == areas.end else { throw damaged("its length is wrong") }

        let graph = HNSWGraph(parameters: parameters)
        try graph.heads.fill(count: store.count, from: bytes[headerByteCount..<areas.bottom])
        try graph.bottom.fill(count: store.count, from: bytes[areas.bottom..<areas.upper])
        try graph.upper.fill(count: Int(uppers), from: bytes[areas.upper..<areas.end])
        try checkHeads(of: graph, slotCount: store.count, upperCount: uppers)
        if entrySlot != noEntry {
            guard UInt64(entrySlot) < slots, entryLevel <= HNSWGraph.highestLevel else {
                throw damaged("its entry point is out of range")
            }
            graph.setEntry(HNSWGraph.Entry(slot: entrySlot, level: Int(entryLevel)))
        }
        graph.setNodeCount(Int(nodes))
        var report = graph.checkInvariants(slotCount: store.count, countsReachable: false)
        for slot in 0..<UInt32(store.count)
        where unsafe store.handle.isLive(slot) && graph.handle.head(slot).levels == 0 {
            report.note("live slot \(slot) is not in it")
        }
        if let violation = report.violations.first { throw damaged(violation) }
        return (graph, HNSWWriter(graph, store: store, codes: codes, upperCount: Int(uppers)))
    }

    /// Where each area behind the header begins.
    private static func areas(
        _ parameters: GraphParameters,
        slotCount: Int,
        upperCount: Int
    ) -> (bottom: Int, upper: Int, end: Int) {
        let bottom = headerByteCount + slotCount * 8
        let upper = bottom + slotCount * parameters.maximumLinks * 8
        return (bottom, upper, upper + upperCount * parameters.maximumLinks * 4)
    }

    /// Each node's upper records lie among those there are, so that its links can be looked at.
    private static func checkHeads(
        of graph: HNSWGraph,
        slotCount: Int,
        upperCount: UInt64
    ) throws(VectorSearchError) {
        for slot in 0..<UInt32(slotCount) {
            let head = unsafe graph.handle.head(slot)
            guard head.levels <= HNSWGraph.highestLevel + 1,
                head.levels <= 1 || UInt64(head.firstUpper) + UInt64(head.levels - 1) <= upperCount
            else { throw damaged("slot \(slot) has levels out of range") }
        }
    }

    private static func damaged(_ what: String) -> VectorSearchError {
        VectorSearchError(.snapshotDamaged, "\(name): \(what)")
    }
}
