/// The Castagnoli checksum (RFC 3720, appendix B.4) that closes an index segment.
package enum CRC32C {
    /// The checksum of `count` leading bytes.
    package static func checksum(_ bytes: [UInt8], count: Int) -> UInt32 {
        var value = UInt32.max
        for byte in bytes[..<count] {
            value = table[Int(UInt8(truncatingIfNeeded: value) ^ byte)] ^ value >> 8
        }
        return ~value
    }

    private static let table: [UInt32] = (0..<256).map { index in
        var value = UInt32(index)
        for _ in 0..<8 {
            value = value & 1 == 1 ? value >> 1 ^ 0x82F6_3B78 : value >> 1
        }
        return value
    }
}
