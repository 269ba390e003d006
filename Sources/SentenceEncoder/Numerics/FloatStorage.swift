#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#endif

/// A fixed run of float32 numbers on a cache-line boundary, or on a large page if it is long; all zero at first.
///
/// The one owner of float memory in this target; everything else sees it through `Matrix`, which checks bounds.
/// `@unchecked Sendable`: written by one owner at a time, the loader before the weights are shared, or the one call
/// that has borrowed the workspace.
@safe
package final class FloatStorage: @unchecked Sendable {
    package let count: Int
    private let base: UnsafeMutablePointer<Float>

    package init(count: Int) {
        self.count = count
        let bytes = max(1, count) * MemoryLayout<Float>.stride
        let isLarge = bytes >= Self.largePage
        let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: isLarge ? Self.largePage : 64)
        #if os(Linux)
        // Every query reads the weights from end to end; on large pages that takes fewer page table walks. Only
        // advice, so a refusal changes nothing.
        if isLarge { _ = unsafe madvise(memory, bytes, MADV_HUGEPAGE) }
        #endif
        unsafe base = memory.bindMemory(to: Float.self, capacity: count)
        unsafe base.initialize(repeating: 0, count: count)
    }

    /// Bytes of a large page on x86-64 and arm64.
    private static let largePage = 2 << 20

    deinit {
        unsafe base.deallocate()
    }

    /// The address of number `offset`, of which the caller uses at most `length` numbers, while the storage lives.
    @inline(__always)
    func address(_ offset: Int, length: Int) -> UnsafeMutablePointer<Float> {
        precondition(offset >= 0 && length >= 0 && offset <= count && length <= count - offset, "outside the storage")
        return unsafe base + offset
    }
}
