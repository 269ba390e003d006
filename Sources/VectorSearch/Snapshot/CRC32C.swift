import CVectorKernels

/// A CRC32C (Castagnoli) over bytes that come piece by piece.
struct CRC32C {
    private(set) var value: UInt32 = 0

    mutating func add(_ bytes: UnsafeRawBufferPointer) {
        value = unsafe cvk_crc32c(value, bytes.baseAddress, bytes.count)
    }

    static func of(_ bytes: some Collection<UInt8>) -> UInt32 {
        let array = Array(bytes)
        var checksum = CRC32C()
        unsafe array.withUnsafeBytes { unsafe checksum.add($0) }
        return checksum.value
    }
}
