/// One walk over a graph towards a query (the paper's algorithm 2, SEARCH-LAYER).
@unsafe
struct GraphWalk {
    let graph: HNSWGraph.UnsafeHandle
    let comparison: SlotComparison
    /// Slots from here on were published after the walk began and are passed over.
    let limit: UInt32
    let scratch: SearchScratch

    /// How a walk over a level ended.
    enum End {
        /// No slot on the frontier was nearer than the worst result.
        case complete
        /// More distances than allowed would have been computed.
        case overBudget
    }

    init(_ graph: HNSWGraph, _ comparison: SlotComparison, limit: Int, scratch: SearchScratch) {
        unsafe self.graph = graph.handle
        unsafe self.comparison = unsafe comparison
        unsafe self.limit = UInt32(limit)
        unsafe self.scratch = scratch
    }

    /// The distance of one slot.
    func ranked(_ slot: UInt32) -> RankedSlot { unsafe RankedSlot(distance: comparison.distance(slot), slot: slot) }

    /// Goes from neighbour to nearer neighbour, level by level, from `start` on `top` down to the end of level `bottom`.
    func descend(from start: RankedSlot, top: Int, bottom: Int) -> RankedSlot {
        var nearest = start
        var level = top
        while level >= bottom {
            while true {
                let count = unsafe gatherNeighbours(of: nearest.slot, level: level) { _ in true }
                let best = unsafe nearestGathered(count, orElse: nearest)
                if best.slot == nearest.slot { break }
                nearest = best
            }
            level -= 1
        }
        return nearest
    }

    /// Leaves the `effort` nearest accepted slots of a level in the scratch's results.
    ///
    /// Slots that are not accepted are stepping stones: walked over, never returned.
    func explore(
        from start: RankedSlot,
        level: Int,
        effort: Int,
        accepting filter: some SlotFilter,
        budget: Int
    ) -> End {
        var frontier = unsafe scratch.frontier
        var results = unsafe scratch.results
        unsafe frontier.removeAll()
        unsafe results.removeAll()
        unsafe results.reserve(additional: effort)
        unsafe scratch.visited.begin(count: Int(limit))
        let visited = unsafe scratch.visited
        defer {
            unsafe scratch.frontier = unsafe frontier
            unsafe scratch.results = unsafe results
        }

        _ = unsafe visited.mark(start.slot)
        unsafe frontier.push(start.word)
        if filter.accepts(start.slot) { unsafe results.push(~start.word) }
        var computed = 1
        let capacity = unsafe graph.capacity(level: level)
        while unsafe frontier.count > 0 {
            let current = unsafe RankedSlot(word: frontier.pop())
            if unsafe results.count == effort, unsafe current.word > ~results.top { break }
            if level == 0, unsafe frontier.count > 0 { unsafe prefetchLinks(RankedSlot(word: frontier.top).slot) }

            let count = unsafe gatherNeighbours(of: current.slot, level: level) { unsafe visited.mark($0) }
            computed += count
            if computed > budget { return .overBudget }
            unsafe compare(count)
            unsafe frontier.reserve(additional: capacity)
            for index in 0..<count {
                let slot = unsafe scratch.slots[index]
                let next = unsafe RankedSlot(distance: scratch.distances[index], slot: slot)
                let isFull = unsafe results.count == effort
                if isFull, unsafe next.word > ~results.top { continue }
                unsafe frontier.push(next.word)
                guard filter.accepts(slot) else { continue }
                if isFull { unsafe results.sink(~next.word, at: 0) } else { unsafe results.push(~next.word) }
            }
        }
        return .complete
    }

    /// Gathers a node's neighbours that `isWanted` in the scratch's slots, and returns how many there are.
    @inline(__always)
    func gatherNeighbours(of slot: UInt32, level: Int, where isWanted: (UInt32) -> Bool) -> Int {
        let links = unsafe graph.links(slot, level: level)
        var count = 0
        for place in 0..<(unsafe graph.capacity(level: level)) {
            guard let neighbour = unsafe links[place] else { break }
            guard unsafe neighbour < limit, isWanted(neighbour) else { continue }
            unsafe scratch.slots[count] = neighbour
            count += 1
        }
        return count
    }

    /// Computes the distances of the first `count` gathered slots.
    @inline(__always)
    func compare(_ count: Int) {
        unsafe comparison.distances(scratch.slots, count: count, into: scratch.distances)
    }

    private func nearestGathered(_ count: Int, orElse current: RankedSlot) -> RankedSlot {
        unsafe compare(count)
        var nearest = current
        for index in 0..<count {
            let ranked = unsafe RankedSlot(distance: scratch.distances[index], slot: scratch.slots[index])
            if ranked < nearest { nearest = ranked }
        }
        return nearest
    }
}
