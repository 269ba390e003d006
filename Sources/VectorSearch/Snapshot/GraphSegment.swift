/// The segment of an index's graph: docs/snapshot-format.md, "graph".
enum GraphSegment {
    static let name = "graph"
    /// Version 2 keeps how far walks look for a share of the true neighbours; version 1 did not.
    static let contentVersion: UInt32 = 2
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
        let calibration = graph.calibration
        writer.put(UInt32(calibration.points.count))
        writer.put(UInt64(calibration.vectorCount))
        writer.pad(to: headerByteCount)
        var bytes = writer.bytes
        let areas = areas(parameters, slotCount: slotCount, upperCount: upperCount)
        bytes.reserveCapacity(areas.end + calibration.points.count * CalibrationRecord.byteCount)
        for (memory, count) in [(graph.heads, slotCount), (graph.bottom, slotCount), (graph.upper, upperCount)] {
            let handle = unsafe memory.handle
            for record in 0..<UInt32(count) {
                unsafe bytes.append(
                    contentsOf: UnsafeRawBufferPointer(start: handle.record(record), count: memory.stride)
                )
            }
        }
        bytes += CalibrationRecord.encoded(calibration)
        return bytes
    }

    /// Reads a graph over a store, checks every link, and returns it with its writer.
    ///
    /// - Throws: `snapshotForeign` for other parameters or another store, `snapshotUnsupported`, `snapshotDamaged`, `inputOutput`,
    ///   `outOfMemory`.
    static func read(
        _ segment: OpenSegment,
        over store: VectorStore,
        codes: CodeStore?,
        _ parameters: GraphParameters
    ) throws(VectorSearchError) -> (HNSWGraph, HNSWWriter) {
        let version = segment.header.contentVersion
        guard version == 1 || version == contentVersion else {
            throw VectorSearchError(.snapshotUnsupported, "\(name): content version \(version)")
        }
        guard segment.byteCount >= headerByteCount else { throw damaged("it ends early") }
        var reading = SegmentReading(segment)
        let front = try Front(reading.take(headerByteCount))
        guard front.slots == UInt64(store.count), front.seed == parameters.seed,
            front.maximumLinks == UInt32(parameters.maximumLinks)
        else {
            throw VectorSearchError(.snapshotForeign, "\(name): other parameters, or other vectors")
        }
        guard front.nodes <= front.slots, front.uppers <= UInt64(segment.byteCount) / 4,
            front.points <= CalibrationRecord.mostPoints, version > 1 || front.points == 0
        else { throw damaged("its counts do not fit in it") }
        let upperCount = Int(front.uppers)
        let areas = areas(parameters, slotCount: store.count, upperCount: upperCount)
        let pointBytes = Int(front.points) * CalibrationRecord.byteCount
        guard segment.byteCount == areas.end + pointBytes else { throw damaged("its length is wrong") }

        let graph = HNSWGraph(parameters: parameters)
        for (memory, count) in [(graph.heads, store.count), (graph.bottom, store.count), (graph.upper, upperCount)] {
            unsafe try memory.reserve(count: count) { address throws(VectorSearchError) in
                unsafe try reading.take(count * memory.stride, to: address)
            }
        }
        let points = try reading.take(pointBytes)
        try reading.finish()
        try checkHeads(of: graph, slotCount: store.count, upperCount: front.uppers)
        if front.entrySlot != noEntry {
            guard UInt64(front.entrySlot) < front.slots, front.entryLevel <= HNSWGraph.highestLevel else {
                throw damaged("its entry point is out of range")
            }
            graph.setEntry(HNSWGraph.Entry(slot: front.entrySlot, level: Int(front.entryLevel)))
        }
        graph.setNodeCount(Int(front.nodes))
        if front.points > 0 {
            guard let calibration = CalibrationRecord.decoded(points, vectorCount: front.measuredVectors) else {
                throw damaged("its calibration is not in order")
            }
            graph.setCalibration(calibration)
        }
        var report = graph.checkInvariants(slotCount: store.count, countsReachable: false)
        for slot in 0..<UInt32(store.count)
        where unsafe store.handle.isLive(slot) && graph.handle.head(slot).levels == 0 {
            report.note("live slot \(slot) is not in it")
        }
        if let violation = report.violations.first { throw damaged(violation) }
        return (graph, HNSWWriter(graph, store: store, codes: codes, upperCount: upperCount))
    }

    /// The header's fields.
    private struct Front {
        let slots: UInt64
        let nodes: UInt64
        let uppers: UInt64
        let seed: UInt64
        let maximumLinks: UInt32
        let entrySlot: UInt32
        let entryLevel: UInt32
        /// Places of the calibration, 0 in version 1.
        let points: UInt32
        let measuredVectors: UInt64

        init(_ bytes: [UInt8]) throws(VectorSearchError) {
            var header = LittleEndianReader(bytes[...])
            guard let slots = header.take(UInt64.self), let nodes = header.take(UInt64.self),
                let uppers = header.take(UInt64.self), let seed = header.take(UInt64.self),
                let maximumLinks = header.take(UInt32.self), let entrySlot = header.take(UInt32.self),
                let entryLevel = header.take(UInt32.self), let points = header.take(UInt32.self),
                let measuredVectors = header.take(UInt64.self)
            else { throw GraphSegment.damaged("it ends early") }
            self.slots = slots
            self.nodes = nodes
            self.uppers = uppers
            self.seed = seed
            self.maximumLinks = maximumLinks
            self.entrySlot = entrySlot
            self.entryLevel = entryLevel
            self.points = points
            self.measuredVectors = measuredVectors
        }
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
