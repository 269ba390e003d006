import Synchronization

/// Adds nodes to a graph (the paper's algorithm 1, INSERT).
///
/// For each node, in this order: its level and its own links on all its levels; then the links back to it, through which
/// searches begin to meet it; then the entry point, where it lies above the old one. A search therefore never stands on a node
/// whose links are missing.
@safe
package final class HNSWWriter: @unchecked Sendable {
    // @unchecked: used by one thread at a time, first by the build that made it, then under the index's `writing` lock.
    // Threads that link at the same time have a writer each and share `locks`.

    let graph: HNSWGraph
    let store: VectorStore
    let codes: CodeStore?
    private let levels: LevelGenerator
    let scratch: SearchScratch
    /// Set where other threads link nodes of the same graph.
    private let locks: LinkLocks?
    /// Records of `upper` given out.
    package private(set) var upperCount: Int
    var candidates: [RankedSlot] = []
    var selection: NeighbourSelection
    /// Keeps every node within reach, once the graph is built.
    private(set) var tree: ReachabilityTree?

    package convenience init(_ graph: HNSWGraph, store: VectorStore, codes: CodeStore? = nil) {
        self.init(graph, store: store, codes: codes, upperCount: 0)
    }

    /// Goes on with a graph that already has `upperCount` records above the bottom.
    init(_ graph: HNSWGraph, store: VectorStore, codes: CodeStore?, upperCount: Int, locks: LinkLocks? = nil) {
        self.graph = graph
        self.store = store
        self.codes = codes
        self.upperCount = upperCount
        self.locks = locks
        levels = LevelGenerator(graph.parameters)
        scratch = SearchScratch(dimension: store.dimension)
        unsafe selection = NeighbourSelection(store, codes: codes)
    }

    /// A writer for another thread that links placed nodes of the same graph.
    package func another(sharing locks: LinkLocks) -> HNSWWriter {
        HNSWWriter(graph, store: store, codes: codes, upperCount: 0, locks: locks)
    }

    /// Makes room for slots below `slotCount`, the last of which may be linked next.
    package func reserve(slotCount: Int) throws(VectorSearchError) {
        try reserve(slotCount: slotCount, level: levels.level(of: UInt32(slotCount - 1)))
    }

    /// The same where the last slot's level is known.
    func reserve(slotCount: Int, level: Int) throws(VectorSearchError) {
        try tree?.reserve(slotCount: slotCount)
        try graph.bottom.reserve(slotCount: slotCount)
        try graph.heads.reserve(slotCount: slotCount)
        try graph.upper.reserve(slotCount: upperCount + level)
    }

    /// Links a published slot into the graph; `reserve` has made room for it.
    package func link(_ slot: UInt32) {
        connect(slot, level: place(slot))
        tree?.attach(slot, by: self)
    }

    /// Brings every node linked so far within reach of the entry point, and keeps it there from now on.
    func keepReachable(slotCount: Int) throws(VectorSearchError) {
        let tree = try ReachabilityTree(graph, slotCount: slotCount)
        self.tree = tree
        tree.grow(by: self)
    }

    /// Nodes near a slot's vector, nearest first.
    func nodes(near slot: UInt32) -> [UInt32] {
        guard let entry = graph.entry else { return [] }
        let comparison = unsafe SlotComparison(store.handle, codes?.handle, slot: slot, memory: scratch.comparison)
        let walk = unsafe GraphWalk(graph, comparison, limit: store.count, scratch: scratch)
        let start = unsafe walk.descend(from: walk.ranked(entry.slot), top: entry.level, bottom: 1)
        return scratch.takePool(unsafe walk.closest(from: start, level: 0, effort: 64)).map(\.slot)
    }

    /// Gives a slot its levels and the records for them, without links; returns its highest level.
    @discardableResult
    package func place(_ slot: UInt32) -> Int { place(slot, level: levels.level(of: slot)) }

    /// The same with a level that is known.
    @discardableResult
    func place(_ slot: UInt32, level: Int) -> Int {
        let head = HNSWGraph.NodeHead(firstUpper: UInt32(upperCount), levels: UInt32(level + 1))
        unsafe graph.handle.setHead(head, of: slot)
        upperCount += level
        return level
    }

    /// Links a placed slot, while other threads may link others.
    func connect(_ slot: UInt32) {
        let level = unsafe Int(graph.handle.head(slot).levels) - 1
        guard let locks, level > graph.entry?.level ?? -1 else { return connect(slot, level: level) }
        locks.entry.withLock { _ in connect(slot, level: level) }
    }

    private func connect(_ slot: UInt32, level: Int) {
        if let entry = graph.entry {
            connect(slot, level: level, from: entry)
            if level > entry.level { graph.setEntry(HNSWGraph.Entry(slot: slot, level: level)) }
        } else {
            graph.setEntry(HNSWGraph.Entry(slot: slot, level: level))
        }
        graph.addNode()
    }

    private func connect(_ slot: UInt32, level: Int, from entry: HNSWGraph.Entry) {
        let handle = unsafe graph.handle
        let limit = walkLimit(linking: slot)
        let comparison = unsafe SlotComparison(store.handle, codes?.handle, slot: slot, memory: scratch.comparison)
        let walk = unsafe GraphWalk(graph, comparison, limit: limit, scratch: scratch)
        let selfDistance = unsafe comparison.distance(slot)
        var nearest = unsafe walk.descend(from: walk.ranked(entry.slot), top: entry.level, bottom: level + 1)
        var current = min(level, entry.level)
        while current >= 0 {
            let effort = graph.parameters.constructionEffort
            if unsafe effort <= GraphWalk.largestPool {
                candidates = scratch.takePool(unsafe walk.closest(from: nearest, level: current, effort: effort))
            } else {
                _ = unsafe walk.explore(
                    from: nearest,
                    level: current,
                    effort: effort,
                    accepting: EverySlot(),
                    budget: .max
                )
                candidates = scratch.takeResults()
            }
            if let best = candidates.first { nearest = best }
            candidates.removeAll { $0.slot == slot }
            let limit = graph.parameters.maximumLinks
            unsafe selection.choose(candidates, limit: limit, selfDistance: selfDistance)
            let links = unsafe handle.links(slot, level: current)
            unsafe write(selection.chosen, to: links, capacity: handle.capacity(level: current))
            current -= 1
        }
        current = min(level, entry.level)
        while current >= 0 {
            let own = unsafe handle.links(slot, level: current)
            for place in 0..<(unsafe handle.capacity(level: current)) {
                guard let neighbour = unsafe own[place] else { break }
                if let locks {
                    locks.withLock(of: neighbour) { linkBack(from: neighbour, to: slot, level: current) }
                } else {
                    linkBack(from: neighbour, to: slot, level: current)
                }
            }
            current -= 1
        }
    }

    /// Where the slots end that a walk for a slot's neighbours may meet: before the slot itself, or, where other threads link
    /// theirs meanwhile, with the store's, which all were placed before any was linked.
    package func walkLimit(linking slot: UInt32) -> Int { locks == nil ? Int(slot) : store.count }

    /// Adds a link to a neighbour's list; a full list is chosen anew among its links and the newcomer.
    func linkBack(from neighbour: UInt32, to slot: UInt32, level: Int) {
        let handle = unsafe graph.handle
        let capacity = unsafe handle.capacity(level: level)
        let links = unsafe handle.links(neighbour, level: level)
        candidates.removeAll(keepingCapacity: true)
        for place in 0..<capacity {
            guard let link = unsafe links[place] else { return unsafe links.set(place, slot) }
            if link == slot { return }
            unsafe scratch.slots[place] = link
        }
        unsafe scratch.slots[capacity] = slot
        let comparison = unsafe SlotComparison(store.handle, codes?.handle, slot: neighbour, memory: scratch.comparison)
        unsafe comparison.distances(scratch.slots, count: capacity + 1, into: scratch.distances)
        for index in 0...capacity {
            candidates.append(unsafe RankedSlot(distance: scratch.distances[index], slot: scratch.slots[index]))
        }
        candidates.sort()
        let selfDistance = unsafe comparison.distance(neighbour)
        unsafe selection.choose(candidates, limit: capacity, selfDistance: selfDistance)
        var chosen = unsafe selection.chosen
        if level == 0, let tree {
            tree.keepChildren(of: neighbour, in: &chosen, from: candidates.map(\.slot))
        }
        unsafe write(chosen, to: links, capacity: capacity)
    }

    /// Makes what was chosen a list's links.
    func write(_ chosen: [UInt32], to links: HNSWGraph.Links, capacity: Int) {
        for (place, slot) in chosen.enumerated() { unsafe links.set(place, slot) }
        for place in chosen.count..<capacity { unsafe links.set(place, nil) }
    }
}
