/// A binary heap of words with the least on top, in scratch memory that it owns until `deallocate`.
///
/// Ranked slots are stored as they are to have the nearest on top, and inverted (`~word`) to have the farthest.
@unsafe
struct WordHeap {
    private var words: UnsafeMutablePointer<UInt64>
    private var capacity: Int
    private(set) var count = 0

    init(capacity: Int) {
        unsafe words = .allocate(capacity: capacity)
        unsafe self.capacity = capacity
    }

    func deallocate() { unsafe words.deallocate() }

    /// Forgets all words.
    @inline(__always)
    mutating func removeAll() { unsafe count = 0 }

    /// Makes room for `additional` more words.
    @inline(__always)
    mutating func reserve(additional: Int) {
        if unsafe count + additional > capacity { unsafe grow(to: count + additional) }
    }

    @inline(never)
    private mutating func grow(to least: Int) {
        let larger = unsafe max(least, capacity * 2)
        let moved = UnsafeMutablePointer<UInt64>.allocate(capacity: larger)
        unsafe moved.update(from: words, count: count)
        unsafe words.deallocate()
        unsafe words = unsafe moved
        unsafe capacity = larger
    }

    /// The least word; the heap must not be empty.
    @inline(__always)
    var top: UInt64 { unsafe words[0] }

    /// A word by its place in the heap.
    @inline(__always)
    subscript(index: Int) -> UInt64 { unsafe words[index] }

    /// Adds a word; there must be room.
    @inline(__always)
    mutating func push(_ word: UInt64) {
        unsafe assert(count < capacity)
        var index = unsafe count
        unsafe count += 1
        while index > 0 {
            let parent = (index - 1) >> 1
            let above = unsafe words[parent]
            if above <= word { break }
            unsafe words[index] = above
            index = parent
        }
        unsafe words[index] = word
    }

    /// Takes the least word; the heap must not be empty.
    @inline(__always)
    mutating func pop() -> UInt64 {
        let least = unsafe words[0]
        unsafe count -= 1
        if unsafe count > 0 { unsafe sink(words[count], at: 0) }
        return least
    }

    /// Puts `word`, not less than the one there, in a place and restores order below it.
    @inline(__always)
    mutating func sink(_ word: UInt64, at place: Int) {
        var index = place
        while true {
            var child = 2 * index + 1
            if unsafe child >= count { break }
            if unsafe child + 1 < count, unsafe words[child + 1] < words[child] { child += 1 }
            let below = unsafe words[child]
            if word <= below { break }
            unsafe words[index] = below
            index = child
        }
        unsafe words[index] = word
    }
}

extension WordHeap {
    /// Empties a heap of inverted words into ranked slots, nearest first.
    mutating func drainFarthestFirst() -> [RankedSlot] {
        var remaining = unsafe count
        guard remaining > 0 else { return [] }
        var ranked = [RankedSlot](repeating: RankedSlot(word: 0), count: remaining)
        while remaining > 0 {
            remaining -= 1
            ranked[remaining] = unsafe RankedSlot(word: ~pop())
        }
        return ranked
    }
}
