/// A fixed run of float32 numbers on a cache-line boundary, all zero at first.
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
        let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
        unsafe base = memory.bindMemory(to: Float.self, capacity: count)
        unsafe base.initialize(repeating: 0, count: count)
    }

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
