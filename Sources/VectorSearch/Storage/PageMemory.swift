#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Zero-filled memory straight from the system: reserved at once, paid for page by page when first written.
enum PageMemory {
    /// Ranges from this size on are offered to the system for huge pages, which spare most address look-ups of a graph walk.
    private static let hugePageThreshold = 8 << 20

    /// Reserves a range.
    ///
    /// - Throws: `outOfMemory` where the system refuses.
    static func reserve(byteCount: Int) throws(VectorSearchError) -> UnsafeMutableRawPointer {
        let flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE
        let address = unsafe mmap(nil, byteCount, PROT_READ | PROT_WRITE, flags, -1, 0)
        guard let address = unsafe address, unsafe address != MAP_FAILED else {
            throw VectorSearchError(.outOfMemory, "\(byteCount) bytes were refused", systemErrorNumber: errno)
        }
        #if os(Linux)
        if byteCount >= hugePageThreshold {
            // Advice only: a system without huge pages refuses it and nothing is lost.
            _ = unsafe madvise(address, byteCount, MADV_HUGEPAGE)
        }
        #endif
        return unsafe address
    }

    /// Gives a range back.
    static func release(_ address: UnsafeMutableRawPointer, byteCount: Int) {
        let status = unsafe munmap(address, byteCount)
        assert(status == 0, "a reserved range can be released")
    }
}
