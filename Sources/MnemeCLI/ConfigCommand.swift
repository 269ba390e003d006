internal import ArgumentParser
internal import Foundation
internal import ServiceAssembly

/// `mneme config`: what is in effect, secrets masked.
struct ConfigCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "Print the settings in effect; secrets are masked.",
        discussion: "Exits with 0 where all can be used, and with 2 and the key at fault otherwise."
    )

    @Flag(help: "Fail as well on variables that look like settings and are none.")
    var check = false

    @Flag(help: "Print JSON.")
    var json = false

    @OptionGroup var settings: SettingOptions

    func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        // Reads everything at once, rules over several settings included.
        _ = try await settings.configuration(environment: environment)
        let effective: [EffectiveSetting]
        let unknown: [String]
        do {
            let sources = try await ConfigurationSources(
                arguments: try settings.arguments(),
                environment: environment
            )
            effective = try await ServiceConfiguration.effectiveSettings(sources.reader)
            unknown = sources.unknownVariables
        } catch {
            throw CommandFailure(error)
        }
        if json {
            try Printing.json(effective)
        } else {
            for setting in effective {
                Printing.line("\(setting.key) = \(setting.text ?? "")\(setting.isDefault ? "" : "  (set)")")
            }
        }
        if check, !unknown.isEmpty { throw ExitCode(ServiceExit.configuration) }
    }
}
