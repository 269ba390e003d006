internal import ArgumentParser
internal import Foundation
internal import ServiceAssembly

/// The program's entry: parses, runs the command, and turns every failure into one message and an exit code.
@main
enum Mneme {
    static func main() async {
        do {
            var command = try MnemeCommand.parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch let failure as CommandFailure {
            end(failure.message, code: failure.code)
        } catch {
            // Help and version are errors to the parser, and none to the user.
            let code = MnemeCommand.exitCode(for: error)
            guard code != .validationFailure else {
                end(MnemeCommand.fullMessage(for: error), code: ServiceExit.configuration)
            }
            MnemeCommand.exit(withError: error)
        }
    }

    private static func end(_ message: String, code: Int32) -> Never {
        FileHandle.standardError.write(Data("\(message)\n".utf8))
        exit(code)
    }
}
