internal import AccessControl
internal import Hummingbird
package import Logging
internal import MemoryAPI
internal import MemoryEngine
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
            deadline: deadline
        )
        let embedding = try EmbeddingAssembly(configuration: configuration, logger: logger)
        let executor = SearchExecutor()
        let indexes = indexes(feed: PostgresFeedReader(pool: indexer), store: store, executor: executor)
        let contexts = contexts(store, indexes, executor, embedding, identifiers, clock)
        let credentials = PostgresCredentialStore(pool: app)
        let authenticator = Authenticator(store: credentials, pepper: secrets.pepper)
        let collections = CollectionService(identifiers: identifiers, profile: embedding.profile)
        let items = ItemService(identifiers: identifiers, collections: collections)
        let services = APIServices(
            store: store,
            authenticator: authenticator,
            issuer: KeyIssuer(pepper: secrets.pepper),
            identifiers: identifiers,
            collections: collections,
            items: items,
            conversations: ConversationService(identifiers: identifiers, items: items),
            contexts: contexts,
            messageSearch: MessageSearch(store: store, executor: executor),
            indexes: indexes,
            readiness: [database(app)],
            metrics: metrics,
            exposition: { metrics.exposition() },
            logger: logger
        )
        try await serve(
            try APIService(services: services, configuration: apiConfiguration),
            alongside: [
                BackgroundWork { await contexts.run() },
                BackgroundWork { await indexes.run() },
                BackgroundWork { await authenticator.run() },
            ]
        )
    }

    /// Runs the application with its background work: the application stops first, so that what it has caused is
    /// still written.
    private func serve(_ api: APIService, alongside background: [any Service]) async throws {
        let logger = logger
        let application = api.application { channel in
            logger.info("Listening", metadata: ["address": "\(channel.localAddress?.description ?? "")"])
        }
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: (background + [application]).map { .init(service: $0) },
                gracefulShutdownSignals: [.sigterm, .sigint],
                logger: logger
            )
        )
        try await group.run()
    }

    private func indexes(
        feed: PostgresFeedReader,
        store: PostgresMemoryStore,
        executor: SearchExecutor
    ) -> IndexRegistry {
        var settings = IndexConfiguration()
        settings.snapshotInterval = configuration.snapshotInterval
        return IndexRegistry(
            feed: feed,
            store: store,
            executor: executor,
            snapshots: IndexSnapshots(directory: configuration.dataDirectory.file("snapshots")),
            configuration: settings
        )
    }

    private func contexts(
        _ store: PostgresMemoryStore,
        _ indexes: IndexRegistry,
        _ executor: SearchExecutor,
        _ embedding: EmbeddingAssembly,
        _ identifiers: IdentifierGenerator,
        _ clock: SystemClock
    ) -> ContextService {
        var settings = ContextConfiguration()
        settings.embeddingPatience = configuration.embedding.queryPatience
        return ContextService(
            store: store,
            indexes: indexes,
            executor: executor,
            provider: embedding.provider,
            identifiers: identifiers,
            clock: clock,
            configuration: settings
        )
    }

    private func database(_ pool: PostgresPool) -> ReadinessCheck {
        ReadinessCheck("database") {
            let deadline = ContinuousClock.now.advanced(by: .seconds(2))
            return (try? await StartupChecks.verify(pool, as: .app, deadline: deadline)) != nil
        }
    }

    private var apiConfiguration: APIConfiguration {
        APIConfiguration(
            sealingSecret: secrets.sealing,
            host: configuration.http.host,
            port: configuration.http.port,
            requestDeadline: configuration.http.requestTimeout,
            bodyLimit: min(1 << 20, configuration.http.maxBodyBytes),
            batchBodyLimit: configuration.http.maxBodyBytes
        )
    }
}
