/// A tree of bottom links that leads from the entry point to every node: links that a writer never drops.
///
/// The choice of neighbours alone may drop the last link to a node, which no walk would find again. Each node therefore has a
/// parent, whose list keeps the link to it. Belongs to the graph's writer.
@safe
final class ReachabilityTree {
    private let graph: HNSWGraph
    /// By slot: the parent's slot + 1; a root has itself, a slot outside the tree 0.
    private let parents = SlotMemory(stride: MemoryLayout<UInt32>.stride)

    /// Slots below have a parent's record.
    private var slotCount: UInt32 = 0

    /// Makes a tree without nodes, with room for slots below `slotCount`.
    init(_ graph: HNSWGraph, slotCount: Int) throws(VectorSearchError) {
        self.graph = graph
        try reserve(slotCount: slotCount)
    }

    /// Makes room for slots below `slotCount`.
    func reserve(slotCount: Int) throws(VectorSearchError) {
        try parents.reserve(slotCount: slotCount)
        self.slotCount = max(self.slotCount, UInt32(slotCount))
    }

    private func parentWord(_ slot: UInt32) -> UnsafeMutablePointer<UInt32> {
        unsafe parents.handle.record(slot).assumingMemoryBound(to: UInt32.self)
    }

    func contains(_ slot: UInt32) -> Bool { unsafe parentWord(slot).pointee != 0 }

    private func isChild(_ slot: UInt32, of node: UInt32) -> Bool {
        unsafe parentWord(slot).pointee == node + 1 && slot != node
    }

    private func setParent(_ node: UInt32, of slot: UInt32) { unsafe parentWord(slot).pointee = node + 1 }

    private var capacity: Int { unsafe graph.handle.capacity(level: 0) }

    private func bottomLinks(_ slot: UInt32) -> [UInt32] {
        let links = unsafe graph.handle.links(slot, level: 0)
        return (0..<capacity).compactMap { unsafe links[$0] }
    }
}

// MARK: - Keeping

extension ReachabilityTree {
    /// Puts a node's children back among the links chosen for it, in place of the last of the others; `links` are those it had.
    func keepChildren(of node: UInt32, in chosen: inout [UInt32], from links: [UInt32]) {
        for link in links where isChild(link, of: node) && !chosen.contains(link) {
            if chosen.count < capacity {
                chosen.append(link)
            } else if let place = chosen.lastIndex(where: { !isChild($0, of: node) }) {
                chosen[place] = link
            }
        }
    }

    /// Gives a node that was just linked its parent: a neighbour that links back to it, or where none does, one that will.
    func attach(_ slot: UInt32, by writer: HNSWWriter) {
        guard let entry = graph.entry, entry.slot != slot else { return grow(by: writer) }
        let neighbours = bottomLinks(slot).filter(contains)
        for neighbour in neighbours where bottomLinks(neighbour).contains(slot) {
            if childCount(of: neighbour) < capacity / 2 { return setParent(neighbour, of: slot) }
        }
        hang(slot, under: neighbours, by: writer)
    }

    /// Has one of the candidates link to a slot, or one of the nodes near it, or the root.
    private func hang(_ slot: UInt32, under candidates: [UInt32], by writer: HNSWWriter) {
        // A node half of whose links are children chooses the other half freely; more only where nobody else can.
        for candidate in candidates where hold(slot, by: candidate, besides: capacity / 2, writer) { return }
        let others = writer.nodes(near: slot).filter { contains($0) && $0 != slot }
        for candidate in others where hold(slot, by: candidate, besides: capacity / 2, writer) { return }
        guard let root = graph.entry?.slot else { return }
        let all = candidates + others + [root]
        for candidate in all where hold(slot, by: candidate, besides: capacity, writer) { return }
        insert(slot, below: all[0])
    }

    /// Has a node with less than `most` children link to a slot, and choose its other links anew where there is no room; false
    /// where it has more.
    private func hold(_ slot: UInt32, by node: UInt32, besides most: Int, _ writer: HNSWWriter) -> Bool {
        guard childCount(of: node) < most else { return false }
        setParent(node, of: slot)
        writer.linkBack(from: node, to: slot, level: 0)
        return true
    }

    private func childCount(of node: UInt32) -> Int { bottomLinks(node).count { isChild($0, of: node) } }

    /// Puts a slot between a node, all of whose links are children, and one of these.
    private func insert(_ slot: UInt32, below node: UInt32) {
        let place = capacity - 1
        guard let child = bottomLinks(node).last else { return }
        let own = bottomLinks(slot)
        if !own.contains(child) {
            let free = own.count < capacity ? own.count : own.lastIndex { !isChild($0, of: slot) }
            unsafe graph.handle.links(slot, level: 0).set(free ?? place, child)
        }
        setParent(slot, of: child)
        unsafe graph.handle.links(node, level: 0).set(place, slot)
        setParent(node, of: slot)
    }
}

// MARK: - Growing

extension ReachabilityTree {
    /// Grows the tree anew from the entry point, and links nodes that no link leads to.
    func grow(by writer: HNSWWriter) {
        guard let entry = graph.entry else { return }
        for slot in 0..<slotCount { unsafe parentWord(slot).pointee = 0 }
        setParent(entry.slot, of: entry.slot)
        var queue = [entry.slot]
        spread(&queue)
        for slot in 0..<slotCount where !contains(slot) && isNode(slot) {
            hang(slot, under: bottomLinks(slot).filter(contains), by: writer)
            queue = [slot]
            spread(&queue)
        }
    }

    /// Takes in whatever links lead to from the queue's nodes.
    private func spread(_ queue: inout [UInt32]) {
        let handle = unsafe graph.handle
        let capacity = capacity
        var next = 0
        while next < queue.count {
            let node = queue[next]
            next += 1
            let links = unsafe handle.links(node, level: 0)
            for place in 0..<capacity {
                guard let link = unsafe links[place] else { break }
                guard !contains(link) else { continue }
                setParent(node, of: link)
                queue.append(link)
            }
        }
    }

    private func isNode(_ slot: UInt32) -> Bool { unsafe graph.handle.head(slot).levels > 0 }
}
