internal import LexicalSearch
internal import MemoryModel

extension EntryFacts {
    /// Where a message stands among those said before and after it in its thread or fork; nil for an item.
    var sequencePlace: SequencePlace? {
        guard authorType != nil, let threadID, let position else { return nil }
        var sequence = Self.mixed(threadID.high ^ Self.mixed(threadID.low))
        if let forkID { sequence = Self.mixed(sequence ^ forkID.high ^ Self.mixed(forkID.low)) }
        return SequencePlace(sequence: sequence, position: position)
    }

    /// Spreads the bits of a number, so that ids that were made one after the other have nothing in common (SplitMix64).
    private static func mixed(_ value: UInt64) -> UInt64 {
        var value = value &+ 0x9E37_79B9_7F4A_7C15
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }
}
