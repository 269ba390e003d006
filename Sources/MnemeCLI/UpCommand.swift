internal import ArgumentParser
internal import Foundation
internal import Logging
internal import ServiceAssembly

/// `mneme up`: everything on this machine, until it is stopped.
struct UpCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "up",
        abstract: "Run the whole service on this machine.",
        discussion: """
            Starts a Postgres of its own, unless DATABASE_URL names another, and keeps everything running. Stop it with \
            Ctrl-C or SIGTERM; a second time stops it at once.
            """
    )

    @OptionGroup var settings: SettingOptions

    func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        let configuration = try await settings.configuration(environment: environment)
        var logger = Logger(label: "mneme") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = configuration.logLevel
        let service = LocalService(configuration: configuration, environment: environment, logger: logger)
        let outcome: SupervisionOutcome
        do {
            outcome = try await service.run(requests: OperatorRequests(hasTerminal: isatty(STDIN_FILENO) == 1))
        } catch {
            throw CommandFailure(error)
        }
        if case .failed(let member, let failure) = outcome {
            let code = failure.isFinal ? ServiceExit.configuration : ServiceExit.failure
            throw CommandFailure("\(member): \(failure.message)", code: code)
        }
    }
}
