internal import Foundation

/// Reads the system's user database, whose C interface hands out pointers.
enum AccountsUnsafeHandle {
    /// The account with this login name, if there is one.
    static func account(named name: String) -> UserAccount? {
        var entry = unsafe passwd()
        var found: UnsafeMutablePointer<passwd>? = nil
        return unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 16_384) { buffer in
            guard let start = buffer.baseAddress else { return nil }
            let status = unsafe getpwnam_r(name, &entry, start, buffer.count, &found)
            guard status == 0, unsafe found != nil else { return nil }
            return unsafe UserAccount(name: name, user: entry.pw_uid, group: entry.pw_gid)
        }
    }
}
