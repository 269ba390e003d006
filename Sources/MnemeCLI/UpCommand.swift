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

    @Flag(help: "Import the sample workspace once, and show an answered query and a search.")
    var sample = false

    @Flag(help: "Do what --sample does, verify the answers, stop, and exit 0 if all is well.")
    var check = false

    @Option(help: "The folder with the sample workspace.")
    var data = "data"

    @OptionGroup var settings: SettingOptions

    func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        let configuration = try await settings.configuration(environment: environment)
        let service = LocalService(
            configuration: configuration,
            environment: try settings.inherited(environment),
            logger: .standardError(label: "mneme", level: configuration.logLevel),
            show: { Printing.line($0) }
        )
        let outcome: SupervisionOutcome
        do {
            outcome = try await service.run(
                requests: OperatorRequests(hasTerminal: isatty(STDIN_FILENO) == 1),
                firstUse: sample || check ? firstUse(configuration) : nil,
                stopsAfterFirstUse: check
            )
        } catch {
            throw CommandFailure(error)
        }
        if case .failed(let member, let failure) = outcome {
            let code = failure.isFinal ? ServiceExit.configuration : ServiceExit.failure
            throw CommandFailure("\(member): \(failure.message)", code: code)
        }
    }

    private func firstUse(_ configuration: ServiceConfiguration) -> LocalService.FirstUse {
        let data = data
        let check = check
        return { credentials in
            let run = SampleRun(
                client: try ServiceClient(credentials: credentials),
                dataFolder: data,
                credentialsPath: Credentials.path(in: configuration.dataDirectory),
                output: { Printing.line($0) },
                progress: ProgressBar.onStandardError("Sample"),
                isTerminal: Printing.isTerminal
            )
            try await run.run(check: check)
        }
    }
}
