/// A slot and its distance in one word that orders by distance, then by slot.
package struct RankedSlot: Comparable, Sendable {
    package let word: UInt64

    @inline(__always)
    package init(distance: Float, slot: UInt32) {
        // Turned so that unsigned order is numeric order: the sign bit flipped, and every other bit too where it was set.
        let bits = distance.bitPattern
        let ordered = bits ^ (UInt32(bitPattern: Int32(bitPattern: bits) >> 31) | 0x8000_0000)
        word = UInt64(ordered) << 32 | UInt64(slot)
    }

    @inline(__always)
    init(word: UInt64) { self.word = word }

    @inline(__always)
    package var slot: UInt32 { UInt32(truncatingIfNeeded: word) }

    @inline(__always)
    package var distance: Float {
        let ordered = UInt32(truncatingIfNeeded: word >> 32)
        let mask = UInt32(bitPattern: ~(Int32(bitPattern: ordered) >> 31)) | 0x8000_0000
        return Float(bitPattern: ordered ^ mask)
    }

    @inline(__always)
    package static func < (a: RankedSlot, b: RankedSlot) -> Bool { a.word < b.word }
}
