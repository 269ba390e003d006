import CVectorKernels

/// A CRC32C (Castagnoli) over bytes that come piece by piece.
package struct CRC32C {
    package private(set) var value: UInt32 = 0

    package init() {}

    mutating func add(_ bytes: UnsafeRawBufferPointer) {
        value = unsafe cvk_crc32c(value, bytes.baseAddress, bytes.count)
    }

    package static func of(_ bytes: some Collection<UInt8>) -> UInt32 {
        let array = Array(bytes)
        var checksum = CRC32C()
        unsafe array.withUnsafeBytes { unsafe checksum.add($0) }
        return checksum.value
    }

    /// Adds `byteCount` bytes whose own checksum was taken apart, perhaps by another thread.
    package mutating func add(checksum: UInt32, byteCount: Int) {
        value = Self.product(Self.powerOfX(8 * UInt64(byteCount)), value) ^ checksum
    }

    // A checksum is a polynomial over GF(2) modulo the CRC's, its highest power in the lowest bit. Bytes that follow multiply it by
    // a power of x.
    private static let polynomial: UInt32 = 0x82F6_3B78
    private static let one: UInt32 = 1 << 31

    private static func product(_ a: UInt32, _ b: UInt32) -> UInt32 {
        var shifted = b
        var sum: UInt32 = 0
        var bit = one
        while bit != 0 {
            if a & bit != 0 { sum ^= shifted }
            shifted = shifted & 1 == 0 ? shifted >> 1 : shifted >> 1 ^ polynomial
            bit >>= 1
        }
        return sum
    }

    private static func powerOfX(_ exponent: UInt64) -> UInt32 {
        var rest = exponent
        var square = one >> 1
        var power = one
        while rest != 0 {
            if rest & 1 == 1 { power = product(power, square) }
            square = product(square, square)
            rest >>= 1
        }
        return power
    }
}
