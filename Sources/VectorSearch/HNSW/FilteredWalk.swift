/// Walks over the bottom level under a filter. Removed slots count like others: who takes the results leaves them out.
extension GraphWalk {
    /// Matches met from one node after which no further stepping stone is tried.
    ///
    /// With less, walks end early; with more, they compare much that another node would have led to.
    private static let enough = 16
    /// Most neighbours without a match whose own neighbours are looked at, from one node.
    private static let mostStones = 16

    /// Leaves the `effort` nearest members that a walk meets in the scratch's pool, nearest first, and returns how many there
    /// are; nil where it compared more than `budget`.
    ///
    /// Only members are compared and walked on. From each of them, neighbours that are none are stepping stones: their
    /// neighbours are looked at in their place (the two-hop expansion of ACORN, Patel et al. 2024).
    func closestMembers(from start: RankedSlot, effort: Int, of filter: some SlotFilter, budget: Int) -> Int? {
        unsafe scratch.reservePool(effort)
        unsafe scratch.visited.begin(count: Int(limit))
        let visited = unsafe scratch.visited
        var pool = unsafe CandidatePool(scratch.pool, capacity: effort)
        _ = unsafe visited.mark(start.slot)
        if filter.accepts(start.slot) { _ = unsafe pool.insert(start) }
        var compared = 0
        var place = 0
        var next: UInt32? = start.slot
        if unsafe pool.count > 0 { next = unsafe pool.expand(0) }
        while let current = next {
            let count = unsafe gatherMembers(near: current, of: filter, visited)
            compared += count
            if compared > budget { return nil }
            if let following = unsafe pool.firstUnexpanded(from: place) { unsafe prefetchLinks(following) }
            unsafe compare(count)
            place = min(place, unsafe pool.take(scratch.slots, scratch.distances, count: count) ?? place)
            next = nil
            while next == nil, unsafe place < pool.count {
                next = unsafe pool.expand(place)
                place += 1
            }
        }
        return unsafe pool.count
    }

    /// Gathers members about a node that were not met before in the scratch's slots, and returns how many there are.
    @inline(__always)
    private func gatherMembers(near node: UInt32, of filter: some SlotFilter, _ visited: VisitedMarks) -> Int {
        let slots = unsafe scratch.slots
        let stones = unsafe scratch.stones
        let capacity = unsafe graph.capacity(level: 0)
        var count = 0
        var stoneCount = 0
        let links = unsafe graph.links(node, level: 0)
        for place in 0..<capacity {
            guard let neighbour = unsafe links[place] else { break }
            guard unsafe neighbour < limit, unsafe visited.mark(neighbour) else { continue }
            if filter.accepts(neighbour) {
                unsafe slots[count] = neighbour
                count += 1
            } else if unsafe stoneCount < Self.mostStones {
                unsafe stones[stoneCount] = neighbour
                unsafe prefetchLinks(neighbour)
                stoneCount += 1
            }
        }
        var stone = 0
        while stone < stoneCount, unsafe count < Self.enough {
            let links = unsafe graph.links(stones[stone], level: 0)
            // Without branches: whether a neighbour is a member cannot be foreseen.
            var end = count
            for place in 0..<capacity {
                guard let neighbour = unsafe links[place] else { break }
                unsafe slots[end] = neighbour
                end += unsafe neighbour < limit && filter.accepts(neighbour) ? 1 : 0
            }
            for place in count..<end {
                let member = unsafe slots[place]
                guard unsafe visited.mark(member) else { continue }
                unsafe slots[count] = member
                count += 1
            }
            stone += 1
        }
        return count
    }

    /// As `closestMembers`, for filters that many nodes about the query pass: every node is compared and walked on, and
    /// members alone are kept.
    ///
    /// The walk ends when no node is nearer that was not walked on, up to the `effort`-th member; `width` nodes wait at most.
    func closestAmongAll(
        from start: RankedSlot,
        effort: Int,
        of filter: some SlotFilter,
        width: Int,
        budget: Int
    ) -> Int? {
        unsafe scratch.reservePool(effort)
        unsafe scratch.reserveSteps(width)
        unsafe scratch.visited.begin(count: Int(limit))
        let visited = unsafe scratch.visited
        var members = unsafe CandidatePool(scratch.pool, capacity: effort)
        var steps = unsafe CandidatePool(scratch.steps, capacity: width)
        _ = unsafe visited.mark(start.slot)
        _ = unsafe steps.insert(start)
        if filter.accepts(start.slot) { _ = unsafe members.insert(start) }
        var compared = 1
        var place = 0
        while unsafe place < steps.count {
            // Marks of expansion are a word's last bit, and do not matter to this.
            if unsafe members.count == effort, unsafe scratch.steps[place] > scratch.pool[effort - 1] { break }
            guard let current = unsafe steps.expand(place) else {
                place += 1
                continue
            }
            let count = unsafe gatherNeighbours(of: current, level: 0) { unsafe visited.mark($0) }
            compared += count
            if compared > budget { return nil }
            if let following = unsafe steps.firstUnexpanded(from: place + 1) { unsafe prefetchLinks(following) }
            unsafe compare(count)
            place = min(place + 1, unsafe steps.take(scratch.slots, scratch.distances, count: count) ?? .max)
            var kept = 0
            for index in 0..<count where unsafe filter.accepts(scratch.slots[index]) {
                unsafe scratch.slots[kept] = unsafe scratch.slots[index]
                unsafe scratch.distances[kept] = unsafe scratch.distances[index]
                kept += 1
            }
            _ = unsafe members.take(scratch.slots, scratch.distances, count: kept)
        }
        return unsafe members.count
    }

    /// The share of members among the neighbours of a node and theirs: how a filter treats what lies near the query.
    func memberShare(about node: UInt32, of filter: some SlotFilter) -> Double {
        let stones = unsafe scratch.stones
        let capacity = unsafe graph.capacity(level: 0)
        let own = unsafe gatherNeighbours(of: node, level: 0) { _ in true }
        unsafe stones.update(from: scratch.slots, count: own)
        for index in 0..<own { unsafe prefetchLinks(stones[index]) }
        var met = own
        var members = 0
        for index in 0..<own {
            members += unsafe filter.accepts(stones[index]) ? 1 : 0
            let links = unsafe graph.links(stones[index], level: 0)
            for place in 0..<capacity {
                guard let neighbour = unsafe links[place] else { break }
                guard unsafe neighbour < limit else { continue }
                met += 1
                members += filter.accepts(neighbour) ? 1 : 0
            }
        }
        return met == 0 ? 1 : Double(members) / Double(met)
    }
}
