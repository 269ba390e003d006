internal import Foundation

/// Keeps two supervisors off one data directory.
///
/// The kernel drops the lock with the process that holds it, however that ends, so a lock is never stale.
package struct DataDirectoryLock: ~Copyable {
    private let handle: FileHandle

    /// Takes the lock.
    ///
    /// - Throws: ``DataDirectoryError/inUse(path:process:)`` when another process has it.
    package init(_ directory: DataDirectory) throws(DataDirectoryError) {
        let path = directory.file("lock")
        do {
            handle = FileHandle(fileDescriptor: try FileUnsafeHandle.openOrCreate(path), closeOnDealloc: true)
        } catch {
            throw .inaccessible(path: path, reason: error.localizedDescription)
        }
        guard flock(handle.fileDescriptor, LOCK_EX | LOCK_NB) == 0 else {
            let holder = (try? handle.readToEnd()).map { String(decoding: $0, as: UTF8.self) } ?? ""
            throw .inUse(path: directory.path, process: holder.trimmingCharacters(in: .whitespacesAndNewlines))
        }
        try? handle.truncate(atOffset: 0)
        try? handle.write(contentsOf: Data("\(getpid())\n".utf8))
    }

    deinit { try? handle.close() }
}
