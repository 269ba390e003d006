internal import Hummingbird
package import Logging
internal import MemoryAPI
internal import MemoryModel
internal import Metrics
internal import PostgresDriver
internal import PostgresStorage
internal import ServiceLifecycle
internal import UnixSignals

/// `mneme api`: answers requests, with indexes in memory that follow the feed.
package struct APIProcess: Sendable {
    private let configuration: ServiceConfiguration
    private let access: DatabaseAccess
    private let secrets: ServiceSecrets
    private let logger: Logger

    /// Makes a process that has not started.
    package init(
        configuration: ServiceConfiguration,
        access: DatabaseAccess,
        secrets: ServiceSecrets,
        logger: Logger
    ) {
        self.configuration = configuration
        self.access = access
        self.secrets = secrets
        self.logger = logger
    }

    /// Serves until asked to stop, then answers what is under way and writes snapshots.
    package func run() async throws {
        let metrics = PrometheusMetrics()
        MetricsSystem.bootstrap(metrics)
        let app = try access.pool(of: .app, logger: logger)
        let indexer = try access.pool(of: .indexer, logger: logger)
        let deadline = ContinuousClock.now.advanced(by: .seconds(30))
        try await StartupChecks.verify(app, as: .app, deadline: deadline)
        try await StartupChecks.verify(indexer, as: .indexer, deadline: deadline)
        try await StartupChecks.verifyConnections(total: access.connectionTotal, app, deadline: deadline)

        let clock = SystemClock()
        let identifiers = IdentifierGenerator(clock: clock)
        let store = try await PostgresMemoryStore.open(
            pool: app,
            clock: clock,
            identifiers: identifiers,
            tiers: configuration.limits.tiers,
            deadline: deadline
        )
        let composition = try APIComposition(
            ports: APIComposition.Ports(
                store: store,
                feed: PostgresFeedReader(pool: indexer),
                credentials: PostgresCredentialStore(pool: app),
                rateLimits: PostgresRateLimitStore(pool: app),
                embedding: try EmbeddingAssembly(configuration: configuration, logger: logger),
                erasures: PostgresErasureFeed(pool: app),
                keySet: try configuration.tokens.map { try KeySetSources.source(named: $0.keySet) },
                clock: clock,
                identifiers: identifiers
            ),
            configuration: configuration,
            secrets: secrets,
            node: try NodeIdentity.open(in: configuration.dataDirectory, identifiers: identifiers),
            readiness: [database(app)],
            metrics: metrics,
            logger: logger
        )
        try await serve(composition)
    }

    /// Runs the application with its background work: the application stops first, so that what it has caused is
    /// still written.
    private func serve(_ composition: APIComposition) async throws {
        let logger = logger
        let application = composition.api.application { channel in
            logger.info("Listening", metadata: ["address": "\(channel.localAddress?.description ?? "")"])
        }
        // Services stop in reverse order: first `/readyz` says no, then a while later requests are no longer taken.
        let drain = DrainStep(delay: configuration.http.drainDelay) { composition.api.beginDraining() }
        let services: [any Service] = composition.background.map { BackgroundWork($0) } + [application, drain]
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: services.map { .init(service: $0) },
                gracefulShutdownSignals: [.sigterm, .sigint],
                logger: logger
            )
        )
        try await group.run()
    }

    private func database(_ pool: PostgresPool) -> ReadinessCheck {
        ReadinessCheck("database") {
            let deadline = ContinuousClock.now.advanced(by: .seconds(2))
            return (try? await StartupChecks.verify(pool, as: .app, deadline: deadline)) != nil
        }
    }
}
