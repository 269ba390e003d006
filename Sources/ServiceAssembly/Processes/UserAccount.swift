internal import Foundation

/// A user of the operating system.
package struct UserAccount: Sendable, Hashable {
    /// The login name.
    package let name: String

    /// The user's number.
    package let user: UInt32

    /// The number of the user's primary group.
    package let group: UInt32

    /// Creates an account from its fields.
    package init(name: String, user: UInt32, group: UInt32) {
        self.name = name
        self.user = user
        self.group = group
    }

    /// Whether this process runs as root.
    package static var currentIsRoot: Bool { geteuid() == 0 }

    /// The number of the user that this process runs as.
    package static var currentUser: UInt32 { geteuid() }
}
