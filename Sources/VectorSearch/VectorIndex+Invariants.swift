import Synchronization

extension VectorIndex {
    /// Whether a key may have more than one vector.
    package var mayRepeatKeys: Bool { contents.store.mayRepeatKeys }

    /// Checks store, directory and graph against each other; writers wait meanwhile.
    package func checkInvariants() -> GraphReport {
        writing.withLock { writer in
            let contents = writer.contents
            let store = contents.store
            var report = contents.graph?.checkInvariants(slotCount: store.count) ?? GraphReport()
            let lost = report.nodeCount - report.reachableCount
            if writer.keepsReachable, report.violations.isEmpty, lost > 0 {
                report.note("\(lost) nodes are out of the entry point's reach")
            }
            let handle = unsafe store.handle
            let live = (0..<UInt32(store.count)).filter { unsafe handle.isLive($0) }
            if live.count != store.liveCount {
                report.note("\(live.count) slots are live, the count says \(store.liveCount)")
            }
            if contents.directory.allSlots != live { report.note("the directory's slots are not the live slots") }
            if store.mayRepeatKeys != live.contains(where: { unsafe handle.id($0).part != 0 }) {
                report.note("keys may repeat by the store's word, or they do, but not both")
            }
            let ids = Set(live.map { unsafe handle.id($0) })
            if ids.count != live.count { report.note("an id has two live slots") }
            if Set(ids.map(\.key)).count != contents.directory.count {
                report.note("the directory's keys are not the live slots' keys")
            }
            if let graph = contents.graph {
                for slot in live where unsafe graph.handle.head(slot).levels == 0 {
                    report.note("live slot \(slot) is not in the graph")
                }
            }
            return report
        }
    }
}
