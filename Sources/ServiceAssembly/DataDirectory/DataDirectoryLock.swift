internal import Foundation

extension DataDirectory {
    /// Runs a body while no other process can do the same on this data directory.
    ///
    /// The kernel drops the lock with the process that holds it, however that ends, so a lock is never stale for long: a
    /// child that was being started when its parent was killed keeps it until it has become another program, so the lock
    /// of a process that is gone is waited for.
    ///
    /// - Parameters:
    ///   - clock: Times the wait, which is 5 seconds at most.
    ///   - body: What to run.
    /// - Returns: What the body returns.
    /// - Throws: ``DataDirectoryError/inUse(path:process:)`` when another process has the lock, and what the body throws.
    package func withLock<Value>(
        clock: some Clock<Duration> = ContinuousClock(),
        _ body: () async throws -> Value
    ) async throws -> Value {
        let handle = try await takeLock(clock)
        defer { try? handle.close() }
        return try await body()
    }

    private func takeLock(_ clock: some Clock<Duration>) async throws(DataDirectoryError) -> FileHandle {
        let path = file("lock")
        let handle: FileHandle
        do {
            handle = FileHandle(fileDescriptor: try FileUnsafeHandle.openOrCreate(path), closeOnDealloc: true)
        } catch {
            throw .inaccessible(path: path, reason: error.localizedDescription)
        }
        let deadline = clock.now.advanced(by: .seconds(5))
        while flock(handle.fileDescriptor, LOCK_EX | LOCK_NB) != 0 {
            let holder = Self.holder(in: handle)
            guard !Self.runs(holder), clock.now < deadline, !Task.isCancelled else {
                throw .inUse(path: self.path, process: holder)
            }
            try? await clock.sleep(for: .milliseconds(20))
        }
        try? handle.truncate(atOffset: 0)
        try? handle.write(contentsOf: Data("\(getpid())\n".utf8))
        return handle
    }

    private static func holder(in handle: FileHandle) -> String {
        try? handle.seek(toOffset: 0)
        let text = (try? handle.readToEnd()).map { String(decoding: $0, as: UTF8.self) } ?? ""
        return text.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Whether the process that wrote its identifier into the lock file is there; one that has not written yet is not.
    private static func runs(_ holder: String) -> Bool {
        guard let identifier = Int32(holder) else { return false }
        return kill(identifier, 0) == 0 || errno == EPERM
    }
}
