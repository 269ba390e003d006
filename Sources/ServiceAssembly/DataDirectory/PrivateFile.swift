internal import Foundation

/// Small files that only their owner may read, such as passwords and keys.
package enum PrivateFile {
    /// Writes a file so that, whatever happens, either the old or the new content is there, and never readable by others.
    package static func write(_ content: String, to path: String) throws(DataDirectoryError) {
        let temporary = "\(path).\(getpid()).new"
        do {
            try? FileManager.default.removeItem(atPath: temporary)
            let descriptor = try FileUnsafeHandle.createPrivate(temporary)
            let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
            try handle.write(contentsOf: Data(content.utf8))
            try handle.synchronize()
            try handle.close()
            try FileUnsafeHandle.rename(temporary, to: path)
        } catch {
            try? FileManager.default.removeItem(atPath: temporary)
            throw .inaccessible(path: path, reason: error.localizedDescription)
        }
    }

    /// The file's content, or nil when there is no such file.
    package static func read(_ path: String) throws(DataDirectoryError) -> String? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        do {
            return String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
        } catch {
            throw .inaccessible(path: path, reason: error.localizedDescription)
        }
    }
}
