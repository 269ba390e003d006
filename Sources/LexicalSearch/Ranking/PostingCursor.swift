/// One query term on its way through its postings.
struct PostingCursor {
    let list: PostingList
    /// Rarity times query weight, which a saturated frequency is multiplied with.
    let factor: Float
    /// The most that a document can gain.
    let bound: Float
    private(set) var position = 0
    /// The slot at the position; the highest number there is at the end.
    private(set) var slot: UInt32

    init(list: PostingList, factor: Float, bound: Float) {
        self.list = list
        self.factor = factor
        self.bound = bound
        slot = list.slots.first ?? .max
    }

    var frequencies: FieldFrequencies { list.frequencies[position] }

    mutating func advance() {
        move(to: position + 1)
    }

    /// The number of the block that the position is in.
    var block: Int { position / PostingList.blockSize }

    /// The last slot of the block that the position is in; the highest number there is at the end.
    var lastSlotOfBlock: UInt32 {
        guard position < list.slots.count else { return .max }
        return list.slots[min((block + 1) * PostingList.blockSize, list.slots.count) - 1]
    }

    mutating func seek(_ wanted: UInt32) {
        if slot < wanted { move(to: list.position(of: wanted, from: position)) }
    }

    mutating func move(to position: Int) {
        self.position = position
        slot = position < list.slots.count ? list.slots[position] : .max
    }
}
