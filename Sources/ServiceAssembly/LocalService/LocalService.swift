internal import CurlTransport
internal import Foundation
package import Logging
internal import Synchronization

/// A service on this machine: everything that `mneme up` runs, as supervised child processes.
package struct LocalService: Sendable {
    /// The places in the order of starting; stopping goes backwards.
    private enum Stage {
        static let postgres = 0
        static let database = 1
        static let programs = 2
        static let firstUse = 3
    }

    /// Something to do once everything runs, told where to find the service.
    package typealias FirstUse = @Sendable (Credentials) async throws -> Void

    private let configuration: ServiceConfiguration
    private let environment: [String: String]
    private let logger: Logger
    private let show: @Sendable (String) -> Void

    /// Creates a service that has not started.
    ///
    /// - Parameters:
    ///   - configuration: The settings.
    ///   - environment: What child processes inherit, settings of this run included.
    ///   - logger: Hears what happens.
    ///   - show: Shows the operator what is said once, such as the first API key.
    package init(
        configuration: ServiceConfiguration,
        environment: [String: String],
        logger: Logger,
        show: @escaping @Sendable (String) -> Void
    ) {
        self.configuration = configuration
        self.environment = environment
        self.logger = logger
        self.show = show
    }

    /// Runs the service until it is asked to stop, and leaves no process behind.
    ///
    /// - Parameters:
    ///   - requests: What the operator asks for.
    ///   - firstUse: Done once everything runs.
    ///   - stopsAfterFirstUse: Whether the service then stops; a failure of the first use is thrown.
    /// - Returns: How it ended.
    /// - Throws: ``DataDirectoryError`` or ``EmbeddedPostgresError`` when it cannot start.
    package func run(
        requests: OperatorRequests,
        firstUse: FirstUse? = nil,
        stopsAfterFirstUse: Bool = false
    ) async throws -> SupervisionOutcome {
        let directory = configuration.dataDirectory
        try directory.create()
        let (asked, input) = AsyncStream.makeStream(of: Supervisor.Request.self)
        let forwarding = Task { for await request in requests { input.yield(request) } }
        defer { forwarding.cancel() }
        let failure = Mutex<(any Error)?>(nil)
        let outcome = try await directory.withLock {
            var assignments = try await assignments()
            if let firstUse {
                assignments.append(
                    step("first use", Stage.firstUse) {
                        do {
                            guard let credentials = try Credentials.read(in: directory) else { return }
                            try await firstUse(credentials)
                        } catch {
                            failure.withLock { $0 = error }
                            logger.error("The first use failed", metadata: ["reason": "\(error)"])
                        }
                        if stopsAfterFirstUse { input.yield(.stop) }
                    }
                )
            }
            let supervisor = Supervisor(
                assignments: assignments,
                isFinal: { $0 is ConfigurationError },
                report: { $0.log(to: logger) }
            )
            return await supervisor.run(requests: asked)
        }
        if stopsAfterFirstUse, let error = failure.withLock({ $0 }) { throw error }
        return outcome
    }

    private func assignments() async throws -> [Supervisor.Assignment] {
        var assignments: [Supervisor.Assignment] = []
        var embedded: EmbeddedPostgres?
        if configuration.database.url == nil {
            let postgres = try await EmbeddedPostgres.open(
                in: configuration.dataDirectory,
                environment: environment
            ) { installation in
                logger.info("Creating the database cluster", metadata: ["postgres": "\(installation.major)"])
            }
            assignments.append(.postgres(postgres, stage: Stage.postgres))
            embedded = postgres
        }
        let secrets = try ServiceSecrets.open(in: configuration.dataDirectory, setting: configuration.secret)
        let access = try DatabaseAccess(configuration: configuration, embedded: embedded, secrets: secrets)
        assignments.append(step("database", Stage.database) { try await prepare(access, secrets) })
        let transport = try CurlTransport(
            settings: TransportSettings(addresses: AddressPolicy(trustedHosts: [configuration.http.reachableHost]))
        )
        let ready = "http://\(configuration.http.reachableHost):\(configuration.http.port)/readyz"
        assignments.append(
            .program(name: "api", stage: Stage.programs, program("api", access)) {
                let limits = TransportLimits(connectTime: .seconds(1), totalTime: .seconds(3))
                return (try? await transport.send(HTTPRequest(.get, ready), limits: limits))?.status == 200
            }
        )
        assignments.append(.program(name: "worker", stage: Stage.programs, program("worker", access)) { true })
        return assignments
    }

    private func prepare(_ access: DatabaseAccess, _ secrets: ServiceSecrets) async throws {
        try await DatabasePreparation(access: access, logger: logger).run()
        let start = FirstStart(configuration: configuration, access: access, secrets: secrets, logger: logger)
        guard let key = try await start.run() else { return }
        show(
            """
            A workspace, its administrator and an API key were made. The key is shown this once, and kept in
            \(Credentials.path(in: configuration.dataDirectory)) (only this user may read it):

                \(key)

            """
        )
    }

    private func step(
        _ name: String,
        _ stage: Int,
        _ run: @escaping @Sendable () async throws -> Void
    ) -> Supervisor.Assignment {
        Supervisor.Assignment(member: SupervisedMember(name: name, kind: .step, stage: stage), work: .step(run))
    }

    /// A command of this very program, with the same settings and the logins' addresses.
    private func program(_ command: String, _ access: DatabaseAccess) -> ProcessSpecification {
        var variables = environment.merging(access.childEnvironment()) { _, address in address }
        variables.merge(BLASTuning.variables(given: environment)) { chosen, _ in chosen }
        variables[SettingKey.environmentName(of: "dataDir")] = configuration.dataDirectory.path
        // The administrator's address stays with the supervisor.
        variables["DATABASE_URL"] = nil
        variables[SettingKey.environmentName(of: "database.url")] = nil
        return ProcessSpecification(
            executable: "/proc/self/exe",
            arguments: [command],
            environment: variables
        )
    }
}
