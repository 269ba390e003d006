internal import ArgumentParser
internal import Logging
internal import ServiceAssembly

/// `mneme api`: answers requests over HTTP.
struct APICommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "api",
        abstract: "Answer requests over HTTP.",
        discussion: "`mneme up` runs this; by itself it needs a prepared database (`mneme migrate up`)."
    )

    @OptionGroup var settings: SettingOptions

    func run() async throws {
        try await ServiceCommand.run(settings) { service in
            Logger.writeToStandardError(from: service.configuration.logLevel)
            try await APIProcess(
                configuration: service.configuration,
                access: service.access,
                secrets: service.secrets,
                logger: Logger(label: "mneme.api")
            ).run()
        }
    }
}
