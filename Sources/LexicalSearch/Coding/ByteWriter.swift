/// Builds a byte form: fixed-width little-endian integers, LEB128 varints, terms that share a prefix with the one before.
struct ByteWriter {
    private(set) var bytes: [UInt8] = []

    mutating func append(byte: UInt8) {
        bytes.append(byte)
    }

    mutating func append(fixed32 value: UInt32) {
        for shift in [0, 8, 16, 24] as [UInt32] {
            bytes.append(UInt8(truncatingIfNeeded: value >> shift))
        }
    }

    mutating func append(fixed64 value: UInt64) {
        append(fixed32: UInt32(truncatingIfNeeded: value))
        append(fixed32: UInt32(truncatingIfNeeded: value >> 32))
    }

    mutating func append(varint value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    mutating func append(term: [UInt8], after previous: [UInt8]) {
        var shared = 0
        while shared < min(term.count, previous.count), term[shared] == previous[shared] { shared += 1 }
        append(varint: UInt64(shared))
        append(varint: UInt64(term.count - shared))
        bytes.append(contentsOf: term[shared...])
    }
}
