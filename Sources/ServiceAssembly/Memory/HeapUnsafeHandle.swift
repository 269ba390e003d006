#if canImport(Glibc)
internal import Glibc
#endif

/// The C library's heap.
@safe
enum HeapUnsafeHandle {
    #if canImport(Glibc)
    private typealias Trim = @convention(c) (Int) -> CInt

    /// Swift's overlay does not name it.
    private static let trimFunction: Trim? = {
        // Safe: the symbol, where it exists, is this function in every version of the library.
        guard let symbol = unsafe dlsym(dlopen(nil, RTLD_LAZY), "malloc_trim") else { return nil }
        return unsafe unsafeBitCast(symbol, to: Trim.self)
    }()

    /// Gives whole pages of freed memory back to the system; blocks for some milliseconds.
    static func trim() { _ = trimFunction?(0) }
    #else
    /// Does nothing: this C library gives memory back by itself.
    static func trim() {}
    #endif
}
