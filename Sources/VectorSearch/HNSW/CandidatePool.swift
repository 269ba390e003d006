package import CVectorKernels

/// The nearest candidates of a walk, sorted, each with a mark of whether its neighbours were looked at.
///
/// A word is a ranked slot with its slot shifted by one bit for the mark; slots stay below 2^31.
@unsafe
package struct CandidatePool {
    private static let best = unsafe cvk_pool_kernels_best().pointee.take

    private var pool: cvk_pool
    private let takeFunction: cvk_pool_take

    /// An empty pool in memory for `capacity + CVK_POOL_SLACK` words.
    package init(_ words: UnsafeMutablePointer<UInt64>, capacity: Int, take: cvk_pool_take? = nil) {
        unsafe pool = unsafe cvk_pool(words: words, count: 0, capacity: capacity)
        unsafe takeFunction = unsafe take ?? Self.best
    }

    /// Candidates in the pool.
    @inline(__always)
    package var count: Int { unsafe pool.count }

    @inline(__always)
    private var words: UnsafeMutablePointer<UInt64> { unsafe pool.words }

    /// The candidate that a word stands for.
    @inline(__always)
    package static func ranked(_ word: UInt64) -> RankedSlot {
        RankedSlot(word: word & 0xFFFF_FFFF_0000_0000 | (word & 0xFFFF_FFFF) >> 1)
    }

    /// The distance of the candidate at a place.
    @inline(__always)
    package func distance(_ place: Int) -> Float { unsafe Self.ranked(words[place]).distance }

    /// Marks the candidate at a place as expanded and returns its slot; nil where it was.
    @inline(__always)
    package func expand(_ place: Int) -> UInt32? {
        let word = unsafe words[place]
        guard word & 1 == 0 else { return nil }
        unsafe words[place] = word | 1
        return UInt32(truncatingIfNeeded: word) >> 1
    }

    /// The nearest candidate from a place on that is yet to be expanded.
    @inline(__always)
    package func firstUnexpanded(from place: Int) -> UInt32? {
        var place = place
        while unsafe place < count {
            let word = unsafe words[place]
            if word & 1 == 0 { return UInt32(truncatingIfNeeded: word) >> 1 }
            place += 1
        }
        return nil
    }

    /// Takes in candidates that lie no farther than `reach`, none of which was offered before, and returns the least place
    /// that one took; nil where none is among the nearest.
    @inline(__always)
    package mutating func take(
        _ slots: UnsafePointer<UInt32>,
        _ distances: UnsafePointer<Float>,
        count: Int,
        reach: Float = .infinity
    ) -> Int? {
        let place = unsafe takeFunction(&pool, slots, distances, count, reach)
        return place < 0 ? nil : place
    }

    /// Takes in a candidate that was not offered before and returns its place, nil where it is not among the nearest.
    @inline(__always)
    package mutating func insert(_ ranked: RankedSlot) -> Int? {
        var slot = ranked.slot
        var distance = ranked.distance
        return unsafe take(&slot, &distance, count: 1)
    }
}
