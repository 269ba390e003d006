#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// A pipe that ends another thread's `poll`.
@safe
package final class WakeupUnsafeHandle: Sendable {
    /// The end to poll for reading.
    package let readEnd: Int32
    private let writeEnd: Int32

    /// Opens the pipe; both ends are non-blocking and closed on exec.
    package init() throws(PostgresError) {
        var ends: [Int32] = [-1, -1]
        guard unsafe pipe(&ends) == 0 else {
            throw PostgresError(.connectionFailed, "the system gave no pipe (errno \(errno))")
        }
        (readEnd, writeEnd) = (ends[0], ends[1])
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
    }

    deinit {
        close(readEnd)
        close(writeEnd)
    }

    /// Makes the read end readable.
    package func signal() {
        var byte: UInt8 = 1
        // A full pipe is readable already.
        _ = unsafe write(writeEnd, &byte, 1)
    }

    /// Makes the read end unreadable again.
    package func drain() {
        var bytes = [UInt8](repeating: 0, count: 64)
        while unsafe read(readEnd, &bytes, bytes.count) == bytes.count {}
    }
}
