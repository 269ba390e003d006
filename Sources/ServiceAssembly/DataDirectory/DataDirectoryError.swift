/// Why a data directory cannot be used.
package enum DataDirectoryError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Another running process has it.
    case inUse(path: String, process: String)

    /// A file or folder of it cannot be created, read or written.
    case inaccessible(path: String, reason: String)

    package var description: String {
        switch self {
        case .inUse(let path, let process):
            "the data directory \(path) is in use by another mneme\(process.isEmpty ? "" : " (process \(process))"): "
                + "stop that one first, or give this one another --data-dir"
        case .inaccessible(let path, let reason):
            "cannot use \(path): \(reason)"
        }
    }
}
