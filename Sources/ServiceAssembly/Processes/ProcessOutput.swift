internal import Foundation

/// How a short process ended, and what it printed.
package struct ProcessOutput: Sendable {
    /// How it ended.
    package let exit: ExitReason

    /// Its standard output and standard error together.
    package let text: String

    /// Runs a process to its end.
    ///
    /// Meant for programs that print little: all of it is kept in memory.
    package static func run(_ specification: ProcessSpecification) async throws(ProcessError) -> ProcessOutput {
        let pipe = Pipe()
        var specification = specification
        specification.standardOutput = .descriptor(pipe.fileHandleForWriting.fileDescriptor)
        specification.standardError = .descriptor(pipe.fileHandleForWriting.fileDescriptor)
        defer { try? pipe.fileHandleForWriting.close() }
        let child = try await ChildProcess.start(specification)
        try? pipe.fileHandleForWriting.close()
        let bytes = await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(returning: (try? pipe.fileHandleForReading.readToEnd()) ?? Data())
            }
        }
        return ProcessOutput(exit: await child.exit(), text: String(decoding: bytes, as: UTF8.self))
    }
}
