package import Logging

/// A service on this machine: everything that `mneme up` runs, as supervised child processes.
package struct LocalService: Sendable {
    /// The places in the order of starting; stopping goes backwards.
    private enum Stage {
        static let postgres = 0
    }

    private let configuration: ServiceConfiguration
    private let environment: [String: String]
    private let logger: Logger

    /// Creates a service that has not started.
    package init(configuration: ServiceConfiguration, environment: [String: String], logger: Logger) {
        self.configuration = configuration
        self.environment = environment
        self.logger = logger
    }

    /// Runs the service until it is asked to stop, and leaves no process behind.
    ///
    /// - Throws: ``DataDirectoryError`` or ``EmbeddedPostgresError`` when it cannot start.
    package func run(requests: OperatorRequests) async throws -> SupervisionOutcome {
        let directory = configuration.dataDirectory
        try directory.create()
        return try await directory.withLock {
            let supervisor = Supervisor(
                assignments: try await assignments(),
                isFinal: { $0 is ConfigurationError },
                report: { $0.log(to: logger) }
            )
            return await supervisor.run(requests: requests)
        }
    }

    private func assignments() async throws -> [Supervisor.Assignment] {
        var assignments: [Supervisor.Assignment] = []
        if configuration.database.url == nil {
            let postgres = try await EmbeddedPostgres.open(
                in: configuration.dataDirectory,
                environment: environment
            ) { installation in
                logger.info("Creating the database cluster", metadata: ["postgres": "\(installation.major)"])
            }
            assignments.append(.postgres(postgres, stage: Stage.postgres))
        }
        return assignments
    }
}
