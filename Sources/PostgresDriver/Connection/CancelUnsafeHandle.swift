import CLibPQ

/// Owns one `PGcancel`: the address and the secret of one server process, apart from its connection.
@safe
package final class CancelUnsafeHandle: @unchecked Sendable {
    // @unchecked Sendable: libpq never writes to a PGcancel after PQgetCancel, and allows PQcancel from any thread.
    private let pointer: OpaquePointer

    package init(owning pointer: OpaquePointer) {
        unsafe self.pointer = unsafe pointer
    }

    deinit {
        unsafe PQfreeCancel(pointer)
    }

    /// Asks the server to cancel what the process runs now.
    ///
    /// Blocks until the server has taken the request.
    package func cancel() {
        // Whether it had an effect shows in the statement's own result, so the answer is not looked at.
        unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
            _ = unsafe PQcancel(pointer, buffer.baseAddress, 256)
        }
    }
}
