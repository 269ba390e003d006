/// Makes a graph over some of another graph's slots, under new numbers, without building it anew.
///
/// Links are taken over. Where a node's links lead to slots that are left out, it chooses anew among its other neighbours and
/// those of the slots left out (as FreshDiskANN does, Singh et al. 2021), so that paths through these are bridged.
@safe
struct GraphCopy {
    /// Neighbours that a node chooses among, at most; fits the scratch's batch.
    private static let mostCandidates = 200
    /// Slots left out whose neighbours are looked at, for one node.
    private static let mostBridges = 64
    private static let leftOut = UInt32.max

    private let source: HNSWGraph
    private let writer: HNSWWriter
    /// The new number of each of the source's slots.
    private let numbers: [UInt32]
    /// By old number: the last list for which the slot was seen.
    private var seen: [UInt32]
    private var list: UInt32 = 0
    private var candidates: [UInt32] = []
    private var bridges: [UInt32] = []

    /// Copies slots below `slotCount` of a source; links from there on are passed over.
    ///
    /// The writer is of the new graph, over a store that holds the kept slots' vectors in the order of their old numbers.
    init(_ source: HNSWGraph, to writer: HNSWWriter, keptSlots: [UInt32], slotCount: Int) {
        self.source = source
        self.writer = writer
        var numbers = [UInt32](repeating: Self.leftOut, count: slotCount)
        for (number, slot) in keptSlots.enumerated() { numbers[Int(slot)] = UInt32(number) }
        self.numbers = numbers
        seen = [UInt32](repeating: 0, count: slotCount)
    }

    /// Gives a kept slot the levels it had; all must have them before links are copied.
    func place(_ slot: UInt32) throws(VectorSearchError) {
        let level = max(0, unsafe Int(source.handle.head(slot).levels) - 1)
        try writer.reserve(slotCount: Int(numbers[Int(slot)]) + 1, level: level)
        writer.place(numbers[Int(slot)], level: level)
    }

    /// Copies a kept slot's links.
    mutating func copyLinks(of slot: UInt32) {
        let number = numbers[Int(slot)]
        let levels = unsafe writer.graph.handle.head(number).levels
        for level in 0..<Int(levels) {
            gather(slot, level: level)
            writer.setLinks(of: number, level: level, among: candidates, areChosen: bridges.isEmpty)
        }
    }

    /// Gathers the new numbers of a slot's kept neighbours, and of those beyond neighbours that are left out.
    private mutating func gather(_ slot: UInt32, level: Int) {
        let handle = unsafe source.handle
        let capacity = unsafe handle.capacity(level: level)
        list += 1
        seen[Int(slot)] = list
        candidates.removeAll(keepingCapacity: true)
        bridges.removeAll(keepingCapacity: true)
        // A slot that is not in the source's graph yet has no levels and no links.
        guard unsafe Int(handle.head(slot).levels) > level else { return }
        var node = slot
        var next = 0
        while true {
            let links = unsafe handle.links(node, level: level)
            for place in 0..<capacity {
                guard let link = unsafe links[place] else { break }
                guard Int(link) < seen.count, seen[Int(link)] != list else { continue }
                seen[Int(link)] = list
                let number = numbers[Int(link)]
                if number != Self.leftOut {
                    candidates.append(number)
                } else if bridges.count < Self.mostBridges {
                    bridges.append(link)
                }
            }
            guard next < bridges.count, candidates.count + capacity <= Self.mostCandidates else { return }
            node = bridges[next]
            next += 1
        }
    }
}

extension HNSWWriter {
    /// Gives a placed node its links of one level: all candidates, or the best of them.
    func setLinks(of slot: UInt32, level: Int, among slots: [UInt32], areChosen: Bool) {
        let handle = unsafe graph.handle
        let capacity = unsafe handle.capacity(level: level)
        let links = unsafe handle.links(slot, level: level)
        if areChosen || slots.count <= capacity {
            return unsafe write(Array(slots.prefix(capacity)), to: links, capacity: capacity)
        }
        let comparison = unsafe SlotComparison(store.handle, codes?.handle, slot: slot, memory: scratch.comparison)
        for (index, slot) in slots.enumerated() { unsafe scratch.slots[index] = slot }
        unsafe comparison.distances(scratch.slots, count: slots.count, into: scratch.distances)
        candidates.removeAll(keepingCapacity: true)
        for index in slots.indices {
            candidates.append(unsafe RankedSlot(distance: scratch.distances[index], slot: slots[index]))
        }
        candidates.sort()
        let selfDistance = unsafe comparison.distance(slot)
        unsafe selection.choose(candidates, limit: capacity, selfDistance: selfDistance)
        unsafe write(selection.chosen, to: links, capacity: capacity)
    }
}
