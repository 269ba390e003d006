/// Where one term occurs: slots in rising order with the frequencies in each.
struct PostingList {
    private(set) var slots: [UInt32] = []
    private(set) var frequencies: [FieldFrequencies] = []
    /// The postings whose document is still there; this is the document frequency.
    var liveCount = 0
    /// The highest frequency in each field over all postings so far: bounds what the term can give to a document.
    private(set) var highest = FieldFrequencies()

    /// Appends a posting; its slot must be above all slots so far.
    mutating func append(slot: UInt32, frequencies: FieldFrequencies) {
        slots.append(slot)
        self.frequencies.append(frequencies)
        highest.raise(to: frequencies)
        liveCount += 1
    }

    mutating func reserveCapacity(_ count: Int) {
        slots.reserveCapacity(count)
        frequencies.reserveCapacity(count)
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
