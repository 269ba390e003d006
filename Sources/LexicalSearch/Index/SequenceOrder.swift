/// Where a document stands among those that follow one another, such as the turns of a conversation.
public struct SequencePlace: Sendable, Hashable {
    /// Which sequence; documents of different sequences are never neighbours.
    public let sequence: UInt64
    /// The place in it; the next higher one present is the next neighbour, whatever lies between.
    public let position: Int64

    /// A place in a sequence.
    public init(sequence: UInt64, position: Int64) {
        self.sequence = sequence
        self.position = position
    }
}

/// Which slots follow one another: an ordered list of slots for each sequence, and for each slot the links to its neighbours.
///
/// Neighbours' words are looked up through the links when a document is scored, so that none is stored twice and a change
/// of one document needs no change of another.
struct SequenceOrder {
    /// Stands for no slot.
    static let none = UInt32.max

    /// The slots of one sequence by place; equal places in order of slots.
    fileprivate struct Members {
        var positions: [Int64] = []
        var slots: [UInt32] = []

        /// Where a slot stands or belongs.
        func index(of position: Int64, slot: UInt32) -> Int {
            var low = 0
            var high = positions.count
            while low < high {
                let middle = (low + high) / 2
                if (positions[middle], slots[middle]) < (position, slot) { low = middle + 1 } else { high = middle }
            }
            return low
        }
    }

    private(set) var places: [SequencePlace?] = []
    private var previous: [UInt32] = []
    private var next: [UInt32] = []
    private var sequences: [UInt64: Members] = [:]

    /// Bytes of its tables, and of the members' lists, by estimate.
    var byteCount: Int {
        let perSlot = MemoryLayout<SequencePlace?>.stride + 2 * MemoryLayout<UInt32>.stride
        return places.capacity * perSlot + sequences.byteCount + sequences.count * 96
            + (sequences.isEmpty ? 0 : places.count * 18)
    }

    mutating func reserveCapacity(_ count: Int) {
        places.reserveCapacity(count)
        previous.reserveCapacity(count)
        next.reserveCapacity(count)
    }

    /// Files the next slot.
    mutating func append(_ place: SequencePlace?) {
        let slot = UInt32(places.count)
        places.append(place)
        previous.append(Self.none)
        next.append(Self.none)
        guard let place else { return }
        let (before, after) = sequences[place.sequence, default: Members()].insert(place.position, slot)
        link(before, slot)
        link(slot, after)
    }

    /// Takes a slot out of its sequence; what stood around it becomes neighbours.
    mutating func remove(_ slot: UInt32) {
        guard let place = places[Int(slot)] else { return }
        places[Int(slot)] = nil
        link(previous[Int(slot)], next[Int(slot)])
        previous[Int(slot)] = Self.none
        next[Int(slot)] = Self.none
        sequences[place.sequence]?.remove(place.position, slot)
        if sequences[place.sequence]?.slots.isEmpty == true { sequences[place.sequence] = nil }
    }

    /// The slot before, or `none`.
    func slot(before slot: UInt32) -> UInt32 { slot == Self.none ? slot : previous[Int(slot)] }

    /// The slot after, or `none`.
    func slot(after slot: UInt32) -> UInt32 { slot == Self.none ? slot : next[Int(slot)] }

    private mutating func link(_ first: UInt32, _ second: UInt32) {
        if first != Self.none { next[Int(first)] = second }
        if second != Self.none { previous[Int(second)] = first }
    }

    /// Fails a precondition where links and lists contradict each other.
    func checkInvariants() {
        var filed = 0
        for (sequence, members) in sequences {
            precondition(members.slots.count == members.positions.count, "a member lacks its position")
            for (index, slot) in members.slots.enumerated() {
                let place = SequencePlace(sequence: sequence, position: members.positions[index])
                precondition(places[Int(slot)] == place, "a member is filed elsewhere")
                precondition(members.index(of: place.position, slot: slot) == index, "members are out of order")
                precondition(previous[Int(slot)] == (index == 0 ? Self.none : members.slots[index - 1]), "a wrong link")
                let last = index == members.slots.count - 1
                precondition(next[Int(slot)] == (last ? Self.none : members.slots[index + 1]), "a wrong link")
            }
            filed += members.slots.count
        }
        precondition(places.count(where: { $0 != nil }) == filed, "a place is not filed")
    }
}

extension SequenceOrder.Members {
    /// Files a slot and returns those around it.
    fileprivate mutating func insert(_ position: Int64, _ slot: UInt32) -> (before: UInt32, after: UInt32) {
        // Mostly the newest comes last.
        if positions.last.map({ $0 <= position }) ?? true {
            let before = slots.last ?? SequenceOrder.none
            positions.append(position)
            slots.append(slot)
            return (before, SequenceOrder.none)
        }
        let index = index(of: position, slot: slot)
        let around = (index > 0 ? slots[index - 1] : SequenceOrder.none, slots[index])
        positions.insert(position, at: index)
        slots.insert(slot, at: index)
        return around
    }

    fileprivate mutating func remove(_ position: Int64, _ slot: UInt32) {
        let index = index(of: position, slot: slot)
        guard index < slots.count, slots[index] == slot else { return }
        positions.remove(at: index)
        slots.remove(at: index)
    }
}
