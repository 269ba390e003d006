import CVectorKernels

/// One walk over a level that keeps its nearest candidates in a sorted pool, hop by hop.
///
/// One sorted list is frontier and result at once (Fu et al. 2019, algorithm 1): for few candidates an insertion moves less memory
/// than two heaps touch. Removed slots count like others.
///
/// A hop has two halves, each of which begins where memory was asked for at the end of the other, so that several walks can go
/// by turns in one thread.
@unsafe
struct PoolWalk {
    private let walk: GraphWalk
    private let visited: VisitedMarks
    private var pool: CandidatePool
    private let patience: WalkPatience?
    private let level: Int
    private var place = 0
    private var reach = Float.infinity
    private var gathered = 0

    /// Begins at a slot.
    ///
    /// With patience the walk ends once the next candidate lies too far beyond the results so far, however
    /// many are kept.
    init(_ walk: GraphWalk, from start: RankedSlot, level: Int, effort: Int, patience: WalkPatience?) {
        unsafe self.walk = unsafe walk
        unsafe self.level = level
        unsafe self.patience = patience
        let scratch = unsafe walk.scratch
        scratch.reservePool(effort)
        unsafe scratch.visited.begin(count: Int(walk.limit))
        unsafe visited = unsafe scratch.visited
        unsafe pool = unsafe CandidatePool(scratch.pool, capacity: effort)
        _ = unsafe visited.mark(start.slot)
        _ = unsafe pool.insert(start)
    }

    /// Candidates kept, nearest first, in the scratch's pool.
    var count: Int { unsafe pool.count }

    /// Gathers the neighbours of the nearest candidate that was not walked on; false where the walk has ended.
    @inline(__always)
    mutating func gather() -> Bool {
        while unsafe place < pool.count {
            if unsafe pool.distance(place) > reach { return false }
            guard let current = unsafe pool.expand(place) else {
                unsafe place += 1
                continue
            }
            let slots = unsafe walk.scratch.slots
            let links = unsafe walk.graph.links(current, level: level)
            var count = 0
            for index in 0..<(unsafe walk.graph.capacity(level: level)) {
                guard let neighbour = unsafe links[index] else { break }
                guard unsafe neighbour < walk.limit else { continue }
                // Whether it was met is a matter of chance: written always and kept or not, without a branch.
                unsafe slots[count] = neighbour
                count &+= unsafe visited.mark(neighbour) ? 1 : 0
            }
            unsafe gathered = count
            return true
        }
        return false
    }

    /// Compares what was gathered and takes in what lies near enough.
    @inline(__always)
    mutating func compare() {
        let scratch = unsafe walk.scratch
        unsafe walk.compare(gathered)
        let least = unsafe pool.take(scratch.slots, scratch.distances, count: gathered, reach: reach)
        unsafe place = min(place + 1, least ?? .max)
        if let patience = unsafe patience, unsafe pool.count >= patience.results {
            unsafe reach = unsafe patience.reach(beyond: pool.distance(patience.results - 1))
        }
    }

    /// Walks to the end and returns how many candidates it keeps.
    mutating func run() -> Int {
        while unsafe gather() {
            unsafe prefetchFollowing()
            unsafe compare()
        }
        return unsafe count
    }

    /// Fetches the links of the candidate after the present one, which as a rule is walked on next.
    @inline(__always)
    func prefetchFollowing() {
        guard unsafe level == 0, let next = unsafe pool.firstUnexpanded(from: place + 1) else { return }
        unsafe walk.prefetchLinks(next)
    }

    /// Fetches the links of the candidate that is walked on next.
    @inline(__always)
    func prefetchNext() {
        if let next = unsafe pool.firstUnexpanded(from: place) { unsafe walk.prefetchLinks(next) }
    }

    /// Fetches what the first of the gathered are compared by.
    @inline(__always)
    func prefetchGathered(_ most: Int) {
        unsafe walk.comparison.prefetch(walk.scratch.slots, count: min(most, gathered))
    }
}

extension GraphWalk {
    /// Most candidates that a sorted pool keeps faster than heaps do.
    static let largestPool = 512

    /// Leaves the `effort` nearest slots of a level that a walk meets in the scratch's pool, nearest first, and returns how
    /// many there are.
    func closest(from start: RankedSlot, level: Int, effort: Int, patience: WalkPatience? = nil) -> Int {
        var walk = unsafe PoolWalk(self, from: start, level: level, effort: effort, patience: patience)
        return unsafe walk.run()
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
