/// The best few of many scored documents: a heap with the worst kept one on top.
struct TopMatches {
    private struct Entry {
        var slot: UInt32
        var score: Float

        /// Whether `self` ranks behind `other`: by score, then by the later slot.
        func isWorse(than other: Entry) -> Bool {
            score < other.score || (score == other.score && slot > other.slot)
        }
    }

    private let limit: Int
    private var heap: [Entry] = []

    init(limit: Int) {
        self.limit = limit
    }

    /// Documents come in that score above this; slots come in rising order, so that an equal one is too late.
    private(set) var threshold: Float = 0

    /// The slots of the kept documents, in no order.
    var slots: [UInt32] { heap.map(\.slot) }

    mutating func offer(slot: UInt32, score: Float) {
        let entry = Entry(slot: slot, score: score)
        if heap.count < limit {
            heap.append(entry)
            siftUp(from: heap.count - 1)
        } else if heap[0].isWorse(than: entry) {
            heap[0] = entry
            siftDown()
        }
        if heap.count == limit { threshold = heap[0].score }
    }

    private mutating func siftUp(from start: Int) {
        var child = start
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child].isWorse(than: heap[parent]) else { return }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    private mutating func siftDown() {
        var parent = 0
        while true {
            var worst = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count {
                if heap[child].isWorse(than: heap[worst]) { worst = child }
            }
            guard worst != parent else { return }
            heap.swapAt(parent, worst)
            parent = worst
        }
    }
}
