import CVectorKernels

extension GraphWalk {
    /// Most candidates that a sorted pool keeps faster than heaps do.
    static let largestPool = 512

    /// Leaves the `effort` nearest slots of a level that a walk meets in the scratch's pool, nearest first, and returns how
    /// many there are; removed slots count like others.
    ///
    /// One sorted list is frontier and result at once (Fu et al. 2019, algorithm 1): for few candidates an insertion moves
    /// less memory than two heaps touch.
    ///
    /// With patience the walk ends once the next candidate lies too far beyond the results so far, however many are kept.
    func closest(from start: RankedSlot, level: Int, effort: Int, patience: WalkPatience? = nil) -> Int {
        unsafe scratch.reservePool(effort)
        unsafe scratch.visited.begin(count: Int(limit))
        let visited = unsafe scratch.visited
        let slots = unsafe scratch.slots
        let distances = unsafe scratch.distances
        var pool = unsafe CandidatePool(scratch.pool, capacity: effort)
        _ = unsafe visited.mark(start.slot)
        _ = unsafe pool.insert(start)
        let capacity = unsafe graph.capacity(level: level)
        var place = 0
        var reach = Float.infinity
        while unsafe place < pool.count {
            if unsafe pool.distance(place) > reach { break }
            guard let current = unsafe pool.expand(place) else {
                place += 1
                continue
            }
            let links = unsafe graph.links(current, level: level)
            var count = 0
            for index in 0..<capacity {
                guard let neighbour = unsafe links[index] else { break }
                guard unsafe neighbour < limit else { continue }
                // Whether it was met is a matter of chance: written always and kept or not, without a branch.
                unsafe slots[count] = neighbour
                count &+= unsafe visited.mark(neighbour) ? 1 : 0
            }
            if level == 0, let next = unsafe pool.firstUnexpanded(from: place + 1) { unsafe prefetchLinks(next) }
            unsafe comparison.distances(slots, count: count, into: distances)
            let least = unsafe pool.take(slots, distances, count: count, reach: reach)
            place = min(place + 1, least ?? .max)
            if let patience, unsafe pool.count >= patience.results {
                reach = unsafe patience.reach(beyond: pool.distance(patience.results - 1))
            }
        }
        return unsafe pool.count
    }

    /// Fetches a node's bottom links, the whole list: the walk stands on it next.
    @inline(__always)
    func prefetchLinks(_ slot: UInt32) {
        let record = unsafe UnsafeRawPointer(graph.bottom.record(slot))
        var offset = 0
        while unsafe offset < graph.capacity(level: 0) * MemoryLayout<UInt32>.stride {
            unsafe cvk_prefetch(record + offset)
            offset += 64
        }
    }
}
