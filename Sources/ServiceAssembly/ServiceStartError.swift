internal import Foundation
internal import MemoryModel
internal import NIOCore
internal import PostgresDriver
internal import PostgresStorage

/// Why a process of the service could not start, and whether trying again may help.
package struct ServiceStartError: Error, Sendable, CustomStringConvertible {
    /// What the process exits with: ``ServiceExit/configuration`` where trying again is of no use.
    package let exitCode: Int32
    /// A sentence for the operator.
    package let description: String

    /// The failure that an error at start means.
    package init(_ error: any Error, configuration: ServiceConfiguration) {
        switch error {
        case let error as ConfigurationError:
            exitCode = ServiceExit.configuration
            description = error.description
        case let error as DatabaseSetupError:
            exitCode = error.code == .databaseFailure ? ServiceExit.unavailable : ServiceExit.configuration
            description = error.description
        case let error as IOError where error.errnoCode == EADDRINUSE:
            exitCode = ServiceExit.configuration
            description =
                "port \(configuration.http.port) on \(configuration.http.host) is in use: stop what listens there, "
                + "or choose another with --port"
        case is StoreError, is PostgresError:
            exitCode = ServiceExit.unavailable
            description = String(describing: error)
        default:
            exitCode = ServiceExit.failure
            description = String(describing: error)
        }
    }
}
