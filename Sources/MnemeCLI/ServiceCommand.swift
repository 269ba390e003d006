internal import Foundation
internal import Logging
internal import ServiceAssembly

/// What the commands that run next to the database have in common.
struct ServiceCommand {
    let configuration: ServiceConfiguration
    let access: DatabaseAccess
    let secrets: ServiceSecrets
    let logger: Logger

    /// Reads settings, finds the database, and runs the command.
    static func run(
        _ settings: SettingOptions,
        _ body: (ServiceCommand) async throws -> Void
    ) async throws {
        let environment = ProcessInfo.processInfo.environment
        let configuration = try await settings.configuration(environment: environment)
        do {
            let (access, secrets) = try await LocalDatabase.access(
                configuration: configuration,
                environment: environment
            )
            let logger = Logger.standardError(label: "mneme", level: configuration.logLevel)
            try await body(
                ServiceCommand(configuration: configuration, access: access, secrets: secrets, logger: logger)
            )
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw CommandFailure(ServiceStartError(error, configuration: configuration))
        }
    }
}

extension Logger {
    /// A log on standard error, from a level on.
    static func standardError(label: String, level: Logger.Level) -> Logger {
        var logger = Logger(label: label) { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = level
        return logger
    }

    /// Makes every logger of this process write to standard error, from a level on.
    static func writeToStandardError(from level: Logger.Level) {
        LoggingSystem.bootstrap { label in
            var handler = StreamLogHandler.standardError(label: label)
            handler.logLevel = level
            return handler
        }
    }
}
