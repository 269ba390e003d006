package import Logging
internal import MemoryEngine
internal import MemoryModel
internal import PostgresDriver
internal import PostgresStorage
internal import ServiceLifecycle
internal import UnixSignals

/// `mneme worker`: embeds what was written, sums conversations up, looks through them, prunes, erases.
package struct WorkerProcess: Sendable {
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

    /// Works until asked to stop; jobs under way are given back.
    package func run() async throws {
        let pool = try access.pool(of: .worker, logger: logger)
        let deadline = ContinuousClock.now.advanced(by: .seconds(30))
        try await StartupChecks.verify(pool, as: .worker, deadline: deadline)
        let clock = SystemClock()
        let identifiers = IdentifierGenerator(clock: clock)
        let store = try await PostgresMemoryStore.open(
            pool: pool,
            clock: clock,
            identifiers: identifiers,
            tiers: configuration.limits.tiers,
            deadline: deadline
        )
        let embedding = try EmbeddingAssembly(configuration: configuration, logger: logger)
        var settings = WorkerConfiguration()
        settings.batchSize = configuration.embedding.batchSize
        var erasureConfiguration = ErasureConfiguration()
        erasureConfiguration.backupRetention = configuration.backupRetention
        let derivation = try self.derivation(profile: embedding.profile, identifiers: identifiers)
        let worker = Worker(
            store: store,
            queue: PostgresJobQueue(pool: pool),
            provider: embedding.provider,
            prices: configuration.prices,
            identifiers: identifiers,
            erasure: ErasureTask(store: store, signer: secrets.receipts, configuration: erasureConfiguration),
            derivation: derivation,
            retention: RetentionTask(
                store: store,
                service: RetentionService(items: derivation.items),
                identifiers: identifiers
            ),
            configuration: settings
        )
        let pruning = RecordPruning(
            records: PostgresRecords(pool: pool),
            settings: configuration.records,
            clock: clock,
            logger: logger
        )
        logger.info("Working")
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [
                    .init(service: BackgroundWork { await worker.run() }),
                    .init(service: BackgroundWork { await pruning.run() }),
                ],
                gracefulShutdownSignals: [.sigterm, .sigint],
                logger: logger
            )
        )
        try await group.run()
    }

    private func derivation(
        profile: EmbeddingProfile?,
        identifiers: IdentifierGenerator
    ) throws -> DerivationWork {
        let collections = CollectionService(identifiers: identifiers, profile: profile)
        let items = ItemService(identifiers: identifiers, collections: collections)
        return DerivationWork(
            chat: try ChatAssembly.provider(configuration.chat),
            items: items,
            conversations: ConversationService(identifiers: identifiers, items: items),
            identifiers: identifiers
        )
    }
}
