/// What a walk over a whole graph found; `violations` is empty for a sound one.
package struct GraphReport: Sendable {
    /// Rules that are broken, in words; at most some dozens.
    package var violations: [String] = []
    /// Nodes on the bottom level.
    package var nodeCount = 0
    /// Of these, the nodes that the entry point leads to along bottom links.
    package var reachableCount = 0

    /// Most violations told.
    private static let told = 50

    mutating func note(_ violation: @autoclosure () -> String) {
        if violations.count < Self.told { violations.append(violation()) }
    }
}

extension HNSWGraph {
    /// Walks over every link of slots below `slotCount`, and counts what they lead to where asked; no writer may be at work.
    package func checkInvariants(slotCount: Int, countsReachable: Bool = true) -> GraphReport {
        var report = GraphReport()
        var lists = LinkLists(slotCount: slotCount)
        var highest = -1
        for slot in 0..<UInt32(slotCount) {
            let levels = unsafe Int(handle.head(slot).levels)
            guard levels > 0 else { continue }
            report.nodeCount += 1
            highest = max(highest, levels - 1)
            if levels > Self.highestLevel + 1 {
                report.note("slot \(slot) has \(levels) levels")
                continue
            }
            for level in 0..<levels { checkLinks(of: slot, level: level, &lists, &report) }
        }
        let found = report.nodeCount
        if found != nodeCount { report.note("\(found) nodes are in the graph, its count says \(nodeCount)") }
        checkEntry(highest: highest, slotCount: slotCount, &report)
        if countsReachable, report.violations.isEmpty { report.reachableCount = countReachable(slotCount: slotCount) }
        return report
    }

    private func checkEntry(highest: Int, slotCount: Int, _ report: inout GraphReport) {
        guard let entry else {
            if highest >= 0 { report.note("there are nodes and no entry point") }
            return
        }
        guard Int(entry.slot) < slotCount else { return report.note("the entry point is slot \(entry.slot)") }
        let level = unsafe Int(handle.head(entry.slot).levels) - 1
        if level != entry.level { report.note("the entry point's level is \(level), not \(entry.level)") }
        if level != highest { report.note("the entry point's level is \(level), the highest \(highest)") }
    }

    /// Degree, range, level, no link to itself, none twice, none behind the end.
    private func checkLinks(of slot: UInt32, level: Int, _ lists: inout LinkLists, _ report: inout GraphReport) {
        let links = unsafe handle.links(slot, level: level)
        var ended = false
        lists.begin()
        for place in 0..<(unsafe handle.capacity(level: level)) {
            guard let link = unsafe links[place] else {
                ended = true
                continue
            }
            if ended { report.note("slot \(slot) has a link behind the end of level \(level)") }
            if link == slot { report.note("slot \(slot) links to itself on level \(level)") }
            guard Int(link) < lists.slotCount else {
                report.note("slot \(slot) links to \(link) of \(lists.slotCount)")
                continue
            }
            if !lists.isFirst(link) { report.note("slot \(slot) links twice to \(link) on level \(level)") }
            if unsafe Int(handle.head(link).levels) <= level {
                report.note("slot \(slot) links on level \(level) to \(link), which is not there")
            }
        }
    }

    private func countReachable(slotCount: Int) -> Int {
        guard let entry else { return 0 }
        var met = [Bool](repeating: false, count: slotCount)
        met[Int(entry.slot)] = true
        var waiting = [entry.slot]
        var count = 0
        while let slot = waiting.popLast() {
            count += 1
            let links = unsafe handle.links(slot, level: 0)
            for place in 0..<(unsafe handle.capacity(level: 0)) {
                guard let link = unsafe links[place] else { break }
                guard !met[Int(link)] else { continue }
                met[Int(link)] = true
                waiting.append(link)
            }
        }
        return count
    }
}

/// Tells links that come twice in a list, for many lists one after another.
private struct LinkLists {
    /// By slot: the last list it was in.
    private var last: [UInt32]
    private var list: UInt32 = 0

    init(slotCount: Int) { last = [UInt32](repeating: 0, count: slotCount) }

    var slotCount: Int { last.count }

    mutating func begin() { list += 1 }

    mutating func isFirst(_ link: UInt32) -> Bool {
        defer { last[Int(link)] = list }
        return last[Int(link)] != list
    }
}
