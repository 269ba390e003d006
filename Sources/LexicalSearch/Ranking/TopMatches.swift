/// The best few of many scored keys: a heap with the worst kept one on top.
struct TopMatches {
    struct Entry {
        var key: UInt64
        var score: Double

        /// Whether `self` ranks behind `other`: by score, then by the larger key.
        func isWorse(than other: Entry) -> Bool {
            score < other.score || (score == other.score && key > other.key)
        }
    }

    private let limit: Int
    private var heap: [Entry] = []

    init(limit: Int) {
        self.limit = limit
    }

    /// A document below this score cannot come in any more; one that equals it can, by its key.
    var threshold: Double {
        heap.count < limit ? 0 : heap[0].score
    }

    mutating func offer(key: UInt64, score: Double) {
        let entry = Entry(key: key, score: score)
        if heap.count < limit {
            heap.append(entry)
            siftUp(from: heap.count - 1)
        } else if heap[0].isWorse(than: entry) {
            heap[0] = entry
            siftDown()
        }
    }

    /// The kept entries, best first.
    func sorted() -> [Entry] {
        heap.sorted { $1.isWorse(than: $0) }
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
