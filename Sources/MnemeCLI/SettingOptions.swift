internal import ArgumentParser
internal import Foundation
internal import Logging
internal import ServiceAssembly

/// The options of every command that reads settings.
struct SettingOptions: ParsableArguments {
    @Option(help: "The folder that holds everything on disk (default: ./.mneme).")
    var dataDir: String?

    @Option(help: "The address to listen on, or to find the service at (default: 127.0.0.1).")
    var host: String?

    @Option(help: "The port to listen on, or to find the service at (default: 7474).")
    var port: String?

    @Option(help: "From which level on log lines are written (default: info).")
    var logLevel: String?

    @Option(
        help: ArgumentHelp(
            "The most memory that loaded indexes take, such as 256M (default: half of the machine's).",
            valueName: "size"
        )
    )
    var indexMemory: String?

    @Option(name: .customLong("set"), help: ArgumentHelp("Any other setting.", valueName: "key=value"))
    var others: [String] = []

    /// Reads all settings.
    func configuration(environment: [String: String]) async throws -> ServiceConfiguration {
        let arguments = try arguments()
        do {
            let sources = try await ConfigurationSources(arguments: arguments, environment: environment)
            let configuration = try await ServiceConfiguration(config: sources.reader)
            for name in sources.unknownVariables {
                FileHandle.standardError.write(Data("warning: \(name) is no setting; is it misspelt?\n".utf8))
            }
            return configuration
        } catch {
            throw CommandFailure(error)
        }
    }

    /// The settings given as options, by key.
    func arguments() throws -> [String: String] {
        var values: [String: String] = [:]
        values["dataDir"] = dataDir
        values["host"] = host
        values["port"] = port
        values["log.level"] = logLevel
        values["index.memory"] = indexMemory
        let known = Set(ServiceConfiguration.settings.map(\.key))
        for other in others {
            let parts = other.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, known.contains(String(parts[0])) else {
                throw CommandFailure("--set \(parts[0]): there is no such setting", code: ServiceExit.configuration)
            }
            values[String(parts[0])] = String(parts[1])
        }
        return values
    }

    /// What child processes inherit: the environment, with the settings given as options in it.
    func inherited(_ environment: [String: String]) throws -> [String: String] {
        let given = try arguments().map { (SettingKey.environmentName(of: $0), $1) }
        return environment.merging(given) { _, option in option }
    }
}
