internal import Foundation

/// A file that takes its name only once it is whole, and that only its owner may read: it holds memories.
package struct ExportFile: Sendable {
    private let path: String
    private let partial: String
    private let handle: FileHandle

    /// Starts a file.
    package init(path: String) throws(ExchangeError) {
        self.path = path
        partial = "\(path).\(getpid()).partial"
        do {
            try? FileManager.default.removeItem(atPath: partial)
            handle = FileHandle(fileDescriptor: try FileUnsafeHandle.createPrivate(partial), closeOnDealloc: true)
        } catch {
            throw ExchangeError(.file, file: path, "cannot be written: \(error.localizedDescription)")
        }
    }

    /// Adds bytes.
    package func write(_ bytes: [UInt8]) throws(ExchangeError) {
        do {
            try handle.write(contentsOf: Data(bytes))
        } catch {
            throw ExchangeError(.file, file: path, "cannot be written: \(error.localizedDescription)")
        }
    }

    /// Makes the file durable and gives it its name.
    package func finish() throws(ExchangeError) {
        do {
            try handle.synchronize()
            try handle.close()
            try FileUnsafeHandle.rename(partial, to: path)
        } catch {
            throw ExchangeError(.file, file: path, "cannot be written: \(error.localizedDescription)")
        }
    }

    /// Removes what was written.
    package func discard() {
        try? FileManager.default.removeItem(atPath: partial)
    }
}
