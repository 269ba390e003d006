/// Where one term occurs: slots in rising order with the frequencies in each, and summaries of blocks of them.
struct PostingList {
    /// Postings of one block.
    ///
    /// A search passes over a block whose best document could not come among the best.
    static let blockSize = 128

    /// What bounds the score of every document of a block.
    struct Block {
        /// The highest frequency in each field.
        var highest = FieldFrequencies()
        /// The shortest length of each own field, clamped to what a byte holds.
        var shortest = SIMD4<UInt8>(repeating: .max)
    }

    private(set) var slots: [UInt32] = []
    private(set) var frequencies: [FieldFrequencies] = []
    /// Block `n` sums up the postings from `n * blockSize` on.
    private(set) var blocks: [Block] = []
    /// The postings whose document is still there; this is the document frequency.
    var liveCount = 0
    /// What bounds the score of every document of the list.
    private(set) var whole = Block()

    /// Appends a posting; its slot must be above all slots so far.
    mutating func append(slot: UInt32, frequencies: FieldFrequencies, lengths: FieldLengths) {
        if slots.count % Self.blockSize == 0 { blocks.append(Block()) }
        slots.append(slot)
        self.frequencies.append(frequencies)
        blocks[blocks.count - 1].include(frequencies, lengths.clamped)
        whole.include(frequencies, lengths.clamped)
        liveCount += 1
    }

    mutating func reserveCapacity(_ count: Int) {
        slots.reserveCapacity(count)
        frequencies.reserveCapacity(count)
        blocks.reserveCapacity((count + Self.blockSize - 1) / Self.blockSize)
    }

    /// The first position at or after `start` whose slot is not below `slot`, found by doubling steps and then halving.
    func position(of slot: UInt32, from start: Int) -> Int {
        var low = start
        var step = 1
        while low + step < slots.count, slots[low + step] < slot {
            low += step
            step *= 2
        }
        var high = min(low + step, slots.count)
        while low < high {
            let middle = (low + high) / 2
            if slots[middle] < slot { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

extension PostingList.Block {
    mutating func include(_ frequencies: FieldFrequencies, _ lengths: SIMD4<UInt8>) {
        highest.raise(to: frequencies)
        shortest = pointwiseMin(shortest, lengths)
    }
}
