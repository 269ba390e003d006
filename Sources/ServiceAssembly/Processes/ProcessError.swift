internal import Foundation

/// A process that could not be started or waited for.
package struct ProcessError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What failed.
    package enum Code: Sendable, Hashable {
        /// The program is not there or cannot be executed.
        case notExecutable
        /// The folder to start in is not there or not open to the process's user.
        case workingDirectory
        /// The process may not become the user asked for.
        case user
        /// The system has no room for another process, or the caller was ending.
        case resources
    }

    /// What failed.
    package let code: Code

    /// The program.
    package let executable: String

    /// The system's error number.
    package let systemError: Int32

    package var description: String {
        let what =
            switch code {
            case .notExecutable: "cannot execute \(executable)"
            case .workingDirectory: "cannot enter the working directory of \(executable)"
            case .user: "cannot change the user for \(executable)"
            case .resources: "cannot start \(executable)"
            }
        return
            "\(what) (\(POSIXError.Code(rawValue: systemError).map { POSIXError($0).localizedDescription } ?? "error \(systemError)"))"
    }
}
