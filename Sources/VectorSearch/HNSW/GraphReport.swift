internal import Dispatch
import Synchronization

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

    /// Adds what was found elsewhere in the graph.
    mutating func take(_ other: GraphReport) {
        violations += other.violations.prefix(Self.told - violations.count)
        nodeCount += other.nodeCount
    }
}

extension HNSWGraph {
    private static let slotsPerStep = 4_096
    /// A bit for each remainder of 1,024 that a list's links leave: a link with a new one was not in the list before.
    private static let remainderWords = 16

    /// Looks at every link of slots below `slotCount`, on all processors, and counts what they lead to where asked; no writer
    /// may be at work.
    package func checkInvariants(slotCount: Int, countsReachable: Bool = true) -> GraphReport {
        let whole = Mutex((report: GraphReport(), highest: -1))
        let steps = (slotCount + Self.slotsPerStep - 1) / Self.slotsPerStep
        DispatchQueue.concurrentPerform(iterations: steps) { step in
            var report = GraphReport()
            let slots = step * Self.slotsPerStep..<min(slotCount, (step + 1) * Self.slotsPerStep)
            let highest = checkNodes(slots, slotCount: slotCount, &report)
            whole.withLock { whole in
                whole.report.take(report)
                whole.highest = max(whole.highest, highest)
            }
        }
        var (report, highest) = whole.withLock { $0 }
        let found = report.nodeCount
        if found != nodeCount { report.note("\(found) nodes are in the graph, its count says \(nodeCount)") }
        checkEntry(highest: highest, slotCount: slotCount, &report)
        if countsReachable, report.violations.isEmpty { report.reachableCount = countReachable(slotCount: slotCount) }
        return report
    }

    /// Checks some nodes and their links, and returns the highest level among them.
    private func checkNodes(_ slots: Range<Int>, slotCount: Int, _ report: inout GraphReport) -> Int {
        unsafe withUnsafeTemporaryAllocation(of: UInt64.self, capacity: Self.remainderWords) { remainders in
            guard let remainders = remainders.baseAddress else { return -1 }
            return unsafe checkNodes(slots, slotCount: slotCount, remainders, &report)
        }
    }

    private func checkNodes(
        _ slots: Range<Int>,
        slotCount: Int,
        _ remainders: UnsafeMutablePointer<UInt64>,
        _ report: inout GraphReport
    ) -> Int {
        let handle = unsafe self.handle
        var highest = -1
        for slot in UInt32(slots.lowerBound)..<UInt32(slots.upperBound) {
            let levels = unsafe Int(handle.head(slot).levels)
            guard levels > 0 else { continue }
            report.nodeCount += 1
            highest = max(highest, levels - 1)
            if levels > Self.highestLevel + 1 {
                report.note("slot \(slot) has \(levels) levels")
                continue
            }
            for level in 0..<levels where unsafe !areSound(slot, level: level, slotCount: slotCount, remainders) {
                note(linksOf: slot, level: level, slotCount: slotCount, &report)
            }
        }
        return highest
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

    /// Whether a list is in order: range, level, no link to the node itself, none twice, none behind the end.
    private func areSound(
        _ slot: UInt32,
        level: Int,
        slotCount: Int,
        _ remainders: UnsafeMutablePointer<UInt64>
    ) -> Bool {
        let handle = unsafe self.handle
        let links = unsafe handle.links(slot, level: level)
        let capacity = unsafe handle.capacity(level: level)
        for word in 0..<Self.remainderWords { unsafe remainders[word] = 0 }
        var place = 0
        while place < capacity, let link = unsafe links[place] {
            guard Int(link) < slotCount, link != slot else { return false }
            guard unsafe Int(handle.head(link).levels) > level else { return false }
            let word = Int(link >> 6 & 15)
            let bit: UInt64 = 1 << UInt64(link & 63)
            if unsafe remainders[word] & bit != 0 {
                for earlier in 0..<place where unsafe links[earlier] == link { return false }
            }
            unsafe remainders[word] |= bit
            place += 1
        }
        while place < capacity {
            if unsafe links[place] != nil { return false }
            place += 1
        }
        return true
    }

    /// Says what is wrong with a list.
    private func note(linksOf slot: UInt32, level: Int, slotCount: Int, _ report: inout GraphReport) {
        let links = unsafe handle.links(slot, level: level)
        var seen: Set<UInt32> = []
        var ended = false
        for place in 0..<(unsafe handle.capacity(level: level)) {
            guard let link = unsafe links[place] else {
                ended = true
                continue
            }
            if ended { report.note("slot \(slot) has a link behind the end of level \(level)") }
            if link == slot { report.note("slot \(slot) links to itself on level \(level)") }
            if !seen.insert(link).inserted { report.note("slot \(slot) links twice to \(link) on level \(level)") }
            guard Int(link) < slotCount else {
                report.note("slot \(slot) links to \(link) of \(slotCount)")
                continue
            }
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
