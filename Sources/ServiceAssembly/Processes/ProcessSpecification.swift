/// What to start, and how.
package struct ProcessSpecification: Sendable {
    /// Where an output of the process goes.
    package enum Output: Sendable, Hashable {
        /// To the same place as this process's.
        case inherited
        /// Nowhere.
        case discarded
        /// To an open descriptor of this process, which stays open until the start has returned.
        case descriptor(Int32)
    }

    /// The program's path.
    package var executable: String

    /// The arguments, without the program's own name.
    package var arguments: [String]

    /// The whole environment.
    package var environment: [String: String]

    /// The folder to start in; this process's when nil.
    package var workingDirectory: String?

    /// Where it reads from; an open descriptor of this process, or nothing to read when nil.
    package var standardInput: Int32?

    /// Where its standard output goes.
    package var standardOutput: Output = .inherited

    /// Where its standard error goes.
    package var standardError: Output = .inherited

    /// The user to become; root alone can.
    package var account: UserAccount?

    /// What the process is sent when this one dies without stopping it, on Linux.
    package var parentDeathSignal: ProcessSignal

    /// Creates a specification with inherited outputs and nothing to read.
    package init(
        executable: String,
        arguments: [String],
        environment: [String: String],
        workingDirectory: String? = nil,
        account: UserAccount? = nil,
        parentDeathSignal: ProcessSignal = .kill
    ) {
        self.executable = executable
        self.arguments = arguments
        self.environment = environment
        self.workingDirectory = workingDirectory
        self.account = account
        self.parentDeathSignal = parentDeathSignal
    }
}
