import CVectorKernels

extension GraphWalk {
    /// Most candidates that a sorted pool keeps faster than heaps do.
    static let largestPool = 512

    /// Leaves the `effort` nearest slots of a level that a walk meets in the scratch's pool, nearest first, and returns how
    /// many there are; removed slots count like others.
    ///
    /// One sorted list is frontier and result at once (Fu et al. 2019, algorithm 1): for few candidates an insertion moves
    /// less memory than two heaps touch.
    func closest(from start: RankedSlot, level: Int, effort: Int) -> Int {
        unsafe scratch.reservePool(effort)
        unsafe scratch.visited.begin(count: Int(limit))
        let visited = unsafe scratch.visited
        let slots = unsafe scratch.slots
        let distances = unsafe scratch.distances
        var pool = unsafe CandidatePool(scratch.pool, capacity: effort)
        _ = unsafe visited.mark(start.slot)
        _ = unsafe pool.insert(start)
        var place = 0
        while unsafe place < pool.count {
            guard let current = unsafe pool.expand(place) else {
                place += 1
                continue
            }
            let links = unsafe graph.links(current, level: level)
            var count = 0
            for index in 0..<(unsafe graph.capacity(level: level)) {
                guard let neighbour = unsafe links[index] else { break }
                guard unsafe neighbour < limit, unsafe visited.mark(neighbour) else { continue }
                unsafe slots[count] = neighbour
                count += 1
            }
            if level == 0, let next = unsafe pool.firstUnexpanded(from: place + 1) {
                unsafe cvk_prefetch(graph.bottom.record(next))
            }
            unsafe comparison.distances(slots, count: count, into: distances)
            var least = place + 1
            for index in 0..<count {
                let ranked = unsafe RankedSlot(distance: distances[index], slot: slots[index])
                if let inserted = unsafe pool.insert(ranked) { least = min(least, inserted) }
            }
            place = least
        }
        return unsafe pool.count
    }
}

/// The nearest candidates of a walk, sorted, each with a mark of whether its neighbours were looked at.
///
/// A word is a ranked slot with its slot shifted by one bit for the mark; slots stay below 2^31.
@unsafe
struct CandidatePool {
    private let words: UnsafeMutablePointer<UInt64>
    private let capacity: Int
    private(set) var count = 0

    init(_ words: UnsafeMutablePointer<UInt64>, capacity: Int) {
        unsafe self.words = unsafe words
        unsafe self.capacity = capacity
    }

    /// The candidate that a word stands for.
    @inline(__always)
    static func ranked(_ word: UInt64) -> RankedSlot {
        RankedSlot(word: word & 0xFFFF_FFFF_0000_0000 | (word & 0xFFFF_FFFF) >> 1)
    }

    /// Marks the candidate at a place as expanded and returns its slot; nil where it was.
    @inline(__always)
    func expand(_ place: Int) -> UInt32? {
        let word = unsafe words[place]
        guard word & 1 == 0 else { return nil }
        unsafe words[place] = word | 1
        return UInt32(truncatingIfNeeded: word) >> 1
    }

    /// The nearest candidate from a place on that is yet to be expanded.
    @inline(__always)
    func firstUnexpanded(from place: Int) -> UInt32? {
        var place = place
        while unsafe place < count {
            let word = unsafe words[place]
            if word & 1 == 0 { return UInt32(truncatingIfNeeded: word) >> 1 }
            place += 1
        }
        return nil
    }

    /// Takes in a candidate and returns its place, nil where it is not among the nearest.
    @inline(__always)
    mutating func insert(_ ranked: RankedSlot) -> Int? {
        let word = ranked.word & 0xFFFF_FFFF_0000_0000 | (ranked.word & 0xFFFF_FFFF) << 1
        if unsafe count == capacity {
            guard unsafe word < words[count - 1] else { return nil }
        } else {
            unsafe count += 1
        }
        // The last word falls out, or was not there.
        var low = 0
        var high = unsafe count - 1
        while low < high {
            let middle = (low + high) >> 1
            if unsafe words[middle] < word { low = middle + 1 } else { high = middle }
        }
        unsafe (words + low + 1).update(from: words + low, count: count - 1 - low)
        unsafe words[low] = word
        return low
    }
}
