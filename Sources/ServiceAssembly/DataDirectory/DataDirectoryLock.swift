internal import Foundation

extension DataDirectory {
    /// Runs a body while no other process can do the same on this data directory.
    ///
    /// The kernel drops the lock with the process that holds it, however that ends, so a lock is never stale.
    ///
    /// - Throws: ``DataDirectoryError/inUse(path:process:)`` when another process has the lock, and what the body throws.
    package func withLock<Value>(_ body: () async throws -> Value) async throws -> Value {
        let handle = try takeLock()
        defer { try? handle.close() }
        return try await body()
    }

    private func takeLock() throws(DataDirectoryError) -> FileHandle {
        let path = file("lock")
        let handle: FileHandle
        do {
            handle = FileHandle(fileDescriptor: try FileUnsafeHandle.openOrCreate(path), closeOnDealloc: true)
        } catch {
            throw .inaccessible(path: path, reason: error.localizedDescription)
        }
        guard flock(handle.fileDescriptor, LOCK_EX | LOCK_NB) == 0 else {
            let holder = (try? handle.readToEnd()).map { String(decoding: $0, as: UTF8.self) } ?? ""
            throw .inUse(path: self.path, process: holder.trimmingCharacters(in: .whitespacesAndNewlines))
        }
        try? handle.truncate(atOffset: 0)
        try? handle.write(contentsOf: Data("\(getpid())\n".utf8))
        return handle
    }
}
