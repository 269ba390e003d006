internal import Foundation

/// The file calls whose C interface takes pointers and for which Foundation has no equal.
enum FileUnsafeHandle {
    /// Creates a new file that only its owner may read and write, and returns its descriptor.
    static func createPrivate(_ path: String) throws -> Int32 {
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw lastError() }
        return descriptor
    }

    /// Opens a file for reading and writing, which is created when missing, and returns its descriptor.
    static func openOrCreate(_ path: String) throws -> Int32 {
        let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw lastError() }
        return descriptor
    }

    /// Renames a file in place of another, and makes the change durable.
    static func rename(_ path: String, to newPath: String) throws {
        guard unsafe Foundation.rename(path, newPath) == 0 else { throw lastError() }
        let folder = unsafe open(URL(fileURLWithPath: newPath).deletingLastPathComponent().path, O_RDONLY | O_CLOEXEC)
        guard folder >= 0 else { return }
        _ = fsync(folder)
        _ = close(folder)
    }

    /// Gives a file or folder to another user.
    static func changeOwner(of path: String, to account: UserAccount) throws {
        guard unsafe chown(path, account.user, account.group) == 0 else { throw lastError() }
    }

    /// Creates one folder with exactly these permissions; one that exists is left as it is.
    static func createFolder(_ path: String, permissions: UInt32) throws {
        if unsafe mkdir(path, permissions) == 0 {
            _ = unsafe chmod(path, permissions)
        } else if errno != EEXIST {
            throw lastError()
        }
    }

    /// The owner and permissions of a folder; nil when the path is something else, such as a link.
    static func folder(_ path: String) -> (owner: UInt32, permissions: UInt32)? {
        var status = stat()
        guard unsafe lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else { return nil }
        return (status.st_uid, status.st_mode & 0o7777)
    }

    private static func lastError() -> POSIXError {
        POSIXError(POSIXError.Code(rawValue: errno) ?? .EIO)
    }
}
