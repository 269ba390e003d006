#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#elseif canImport(Darwin)
internal import Darwin
#endif

/// A file mapped read-only into memory, so that all processes on the machine share one copy of it.
///
/// `@unchecked Sendable`: the address and the count never change, and the bytes are never written.
@safe
package final class MappedFile: @unchecked Sendable {
    package let count: Int
    private let base: UnsafeMutableRawPointer?

    package init(path: String) throws(SentenceEncoderError) {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Self.failure("open", path) }
        defer { close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw Self.failure("read the size of", path) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw SentenceEncoderError(.unreadableFile, "\(path) is not a regular file")
        }
        count = Int(status.st_size)
        // An empty file cannot be mapped, and has no bytes to show.
        guard count > 0 else {
            unsafe base = nil
            return
        }
        let address = unsafe mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0)
        guard let address = unsafe address, unsafe address != MAP_FAILED else { throw Self.failure("map", path) }
        unsafe base = address
    }

    deinit {
        if let base = unsafe base { unsafe munmap(base, count) }
    }

    private static func failure(_ action: String, _ path: String) -> SentenceEncoderError {
        let reason = unsafe String(cString: strerror(errno))
        return SentenceEncoderError(.unreadableFile, "cannot \(action) \(path): \(reason)")
    }

    /// Calls `body` with the bytes of a range that must lie in the file.
    @inline(__always)
    package func withBytes<R>(_ range: Range<Int>, _ body: (RawSpan) -> R) -> R {
        precondition(range.lowerBound >= 0 && range.upperBound <= count, "outside the file")
        let bytes = unsafe UnsafeRawBufferPointer(start: base, count: count)
        return body(unsafe bytes.bytes.extracting(range))
    }
}
