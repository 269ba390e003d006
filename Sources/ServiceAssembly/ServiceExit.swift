/// The exit codes of `mneme`, for scripts and for the supervisor.
package enum ServiceExit {
    /// All went well.
    package static let success: Int32 = 0

    /// The command failed.
    package static let failure: Int32 = 1

    /// Arguments or settings are wrong; trying again is of no use.
    package static let configuration: Int32 = 2

    /// Something that the command needs, such as the database or the running service, is not there.
    package static let unavailable: Int32 = 3
}
