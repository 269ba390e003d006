internal import ArgumentParser
internal import Logging
internal import ServiceAssembly

/// `mneme worker`: embeds what was written, and erases what is to go.
struct WorkerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "worker",
        abstract: "Embed what was written, and erase what is to go.",
        discussion: "`mneme up` runs this; by itself it needs a prepared database (`mneme migrate up`)."
    )

    @OptionGroup var settings: SettingOptions

    func run() async throws {
        try await ServiceCommand.run(settings) { service in
            Logger.writeToStandardError(from: service.configuration.logLevel)
            try await WorkerProcess(
                configuration: service.configuration,
                access: service.access,
                secrets: service.secrets,
                logger: Logger(label: "mneme.worker")
            ).run()
        }
    }
}
