/// Adds nodes to a graph (the paper's algorithm 1, INSERT).
///
/// For each node, in this order: its level and its own links on all its levels; then the links back to it, through which
/// searches begin to meet it; then the entry point, where it lies above the old one. A search therefore never stands on a node
/// whose links are missing.
@safe
package final class HNSWWriter: @unchecked Sendable {
    // @unchecked: used by one thread at a time, first by the build that made it, then under the index's `writing` lock.

    private let graph: HNSWGraph
    private let store: VectorStore
    private let levels: LevelGenerator
    private let scratch: SearchScratch
    /// Records of `upper` given out.
    package private(set) var upperCount: Int
    private var candidates: [RankedSlot] = []
    private var selection: NeighbourSelection

    package convenience init(_ graph: HNSWGraph, store: VectorStore) {
        self.init(graph, store: store, upperCount: 0)
    }

    /// Goes on with a graph that already has `upperCount` records above the bottom.
    init(_ graph: HNSWGraph, store: VectorStore, upperCount: Int) {
        self.graph = graph
        self.store = store
        self.upperCount = upperCount
        levels = LevelGenerator(graph.parameters)
        scratch = SearchScratch(dimension: store.dimension)
        unsafe selection = NeighbourSelection(store)
    }

    /// Makes room for slots below `slotCount`, the last of which may be linked next.
    package func reserve(slotCount: Int) throws(VectorSearchError) {
        try graph.bottom.reserve(slotCount: slotCount)
        try graph.heads.reserve(slotCount: slotCount)
        try graph.upper.reserve(slotCount: upperCount + levels.level(of: UInt32(slotCount - 1)))
    }

    /// Links a published slot into the graph; `reserve` has made room for it.
    package func link(_ slot: UInt32) {
        let level = levels.level(of: slot)
        let handle = unsafe graph.handle
        let head = HNSWGraph.NodeHead(firstUpper: UInt32(upperCount), levels: UInt32(level + 1))
        unsafe handle.setHead(head, of: slot)
        upperCount += level
        if let entry = graph.entry {
            connect(slot, level: level, from: entry)
            if level > entry.level { graph.setEntry(HNSWGraph.Entry(slot: slot, level: level)) }
        } else {
            graph.setEntry(HNSWGraph.Entry(slot: slot, level: level))
        }
        graph.setNodeCount(graph.nodeCount + 1)
    }

    private func connect(_ slot: UInt32, level: Int, from entry: HNSWGraph.Entry) {
        let handle = unsafe graph.handle
        let walk = unsafe GraphWalk(
            graph,
            store,
            query: store.handle.row(slot),
            limit: Int(slot),
            scratch: scratch
        )
        let selfDistance = unsafe store.handle.distance(slot, slot)
        var nearest = unsafe walk.descend(from: walk.ranked(entry.slot), top: entry.level, bottom: level + 1)
        var current = min(level, entry.level)
        while current >= 0 {
            _ = unsafe walk.explore(
                from: nearest,
                level: current,
                effort: graph.parameters.constructionEffort,
                accepting: EverySlot(),
                budget: .max
            )
            candidates = scratch.takeResults()
            if let best = candidates.first { nearest = best }
            let limit = graph.parameters.maximumLinks
            unsafe selection.choose(candidates, limit: limit, selfDistance: selfDistance)
            unsafe writeChosen(to: handle.links(slot, level: current), capacity: handle.capacity(level: current))
            current -= 1
        }
        current = min(level, entry.level)
        while current >= 0 {
            let own = unsafe handle.links(slot, level: current)
            for place in 0..<(unsafe handle.capacity(level: current)) {
                guard let neighbour = unsafe own[place] else { break }
                linkBack(from: neighbour, to: slot, level: current)
            }
            current -= 1
        }
    }

    /// Adds a link to a neighbour's list; a full list is chosen anew among its links and the newcomer.
    private func linkBack(from neighbour: UInt32, to slot: UInt32, level: Int) {
        let handle = unsafe graph.handle
        let vectors = unsafe store.handle
        let capacity = unsafe handle.capacity(level: level)
        let links = unsafe handle.links(neighbour, level: level)
        candidates.removeAll(keepingCapacity: true)
        for place in 0..<capacity {
            guard let link = unsafe links[place] else { return unsafe links.set(place, slot) }
            unsafe scratch.slots[place] = link
            unsafe scratch.rows[place] = unsafe vectors.row(link)
        }
        unsafe scratch.slots[capacity] = slot
        unsafe scratch.rows[capacity] = unsafe vectors.row(slot)
        unsafe vectors.distances.rows(
            vectors.row(neighbour),
            scratch.rows,
            count: capacity + 1,
            vectors.dimension,
            into: scratch.distances
        )
        for index in 0...capacity {
            candidates.append(unsafe RankedSlot(distance: scratch.distances[index], slot: scratch.slots[index]))
        }
        candidates.sort()
        let selfDistance = unsafe vectors.distance(neighbour, neighbour)
        unsafe selection.choose(candidates, limit: capacity, selfDistance: selfDistance)
        unsafe writeChosen(to: links, capacity: capacity)
    }

    /// Makes what was chosen the list's links.
    private func writeChosen(to links: HNSWGraph.Links, capacity: Int) {
        let chosen = unsafe selection.chosen
        for (place, slot) in chosen.enumerated() { unsafe links.set(place, slot) }
        for place in chosen.count..<capacity { unsafe links.set(place, nil) }
    }
}
