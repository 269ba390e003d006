internal import AccessControl
package import Logging
package import MemoryAPI
package import MemoryEngine
package import MemoryModel

/// Everything that answers requests, composed once: the process and the integration tests compose it alike.
package struct APIComposition: Sendable {
    /// What a node stands on.
    package struct Ports: Sendable {
        /// Where everything is kept.
        package var store: any MemoryStore
        /// What indexes follow.
        package var feed: any FeedReader
        /// Where credentials are looked up.
        package var credentials: any CredentialStore
        /// Where rate limits are shared with other nodes; nil lets every request through.
        package var rateLimits: (any RateLimitStore)?
        /// What turns texts into vectors.
        package var embedding: EmbeddingAssembly
        /// Erasures as nodes follow them.
        package var erasures: any ErasureFeed
        /// The identity provider's keys, where tokens are believed.
        package var keySet: (any KeySetSource)?
        /// The time of day.
        package var clock: any WallClock
        /// Makes ids.
        package var identifiers: IdentifierGenerator

        /// Gathers the ports.
        package init(
            store: any MemoryStore,
            feed: any FeedReader,
            credentials: any CredentialStore,
            rateLimits: (any RateLimitStore)? = nil,
            embedding: EmbeddingAssembly,
            erasures: any ErasureFeed,
            keySet: (any KeySetSource)? = nil,
            clock: any WallClock,
            identifiers: IdentifierGenerator
        ) {
            self.store = store
            self.feed = feed
            self.credentials = credentials
            self.rateLimits = rateLimits
            self.embedding = embedding
            self.erasures = erasures
            self.keySet = keySet
            self.clock = clock
            self.identifiers = identifiers
        }
    }

    /// The parts that the HTTP surface calls.
    package let services: APIServices
    /// The HTTP surface.
    package let api: APIService
    /// Clears this node's copies of what is erased.
    package let erasures: ErasureFollower

    /// Builds everything; nothing runs yet.
    package init(
        ports: Ports,
        configuration: ServiceConfiguration,
        secrets: ServiceSecrets,
        node: NodeIdentity,
        readiness: [ReadinessCheck],
        metrics: PrometheusMetrics,
        logger: Logger
    ) throws(RouteTableError) {
        let executor = SearchExecutor()
        let indexes = Self.indexes(ports, configuration, executor)
        let reads = PersonalReads(store: ports.store)
        let collections = CollectionService(identifiers: ports.identifiers, profile: ports.embedding.profile)
        let items = ItemService(identifiers: ports.identifiers, collections: collections)
        let contexts = Self.contexts(ports, configuration, indexes, executor, reads)
        services = APIServices(
            store: ports.store,
            authenticator: Authenticator(
                store: ports.credentials,
                pepper: secrets.pepper,
                tokens: Self.tokens(ports, configuration),
                operatorAccess: configuration.operatorKey.map { key in
                    OperatorAccess(key: key, identifiers: ports.identifiers)
                }
            ),
            issuer: KeyIssuer(pepper: secrets.pepper),
            identifiers: ports.identifiers,
            collections: collections,
            items: items,
            conversations: ConversationService(identifiers: ports.identifiers, items: items),
            derivations: DerivationService(
                identifiers: ports.identifiers,
                items: items,
                hasChat: configuration.chat.provider != .none
            ),
            erasures: ErasureService(identifiers: ports.identifiers),
            retention: RetentionService(items: items),
            receipts: secrets.receipts,
            contexts: contexts,
            messageSearch: MessageSearch(store: ports.store, executor: executor),
            indexes: indexes,
            reads: reads,
            limiter: ports.rateLimits.map { RateLimiter(store: $0, policy: configuration.limits.policy) },
            readiness: readiness,
            metrics: metrics,
            exposition: { metrics.exposition() },
            logger: logger
        )
        api = try APIService(services: services, configuration: Self.surface(configuration, secrets))
        erasures = ErasureFollower(
            store: ports.store,
            feed: ports.erasures,
            indexes: indexes,
            contexts: contexts,
            node: node.id,
            name: node.name
        )
    }

    /// What goes on beside the answers, until its task is cancelled: traces, snapshots, last uses of keys, erasures.
    package var background: [@Sendable () async -> Void] {
        var work: [@Sendable () async -> Void] = [
            { [contexts = services.contexts] in await contexts.run() },
            { [indexes = services.indexes] in await indexes.run() },
            { [authenticator = services.authenticator] in await authenticator.run() },
            { [erasures] in await erasures.run() },
        ]
        if let limiter = services.limiter { work.append { await limiter.run() } }
        if let reads = services.reads { work.append { await reads.run() } }
        return work
    }

    private static func tokens(_ ports: Ports, _ configuration: ServiceConfiguration) -> TokenAuthentication? {
        guard let rules = configuration.tokens?.rules, let keySet = ports.keySet else { return nil }
        return TokenAuthentication(
            rules: rules,
            keys: keySet,
            store: ports.credentials,
            identifiers: ports.identifiers,
            clock: ports.clock
        )
    }

    private static func indexes(
        _ ports: Ports,
        _ configuration: ServiceConfiguration,
        _ executor: SearchExecutor
    ) -> IndexRegistry {
        var settings = IndexConfiguration()
        settings.snapshotInterval = configuration.index.snapshotInterval
        settings.memoryLimit = configuration.index.memory?.value ?? MachineMemory.byteCount() / 2
        return IndexRegistry(
            feed: ports.feed,
            store: ports.store,
            executor: executor,
            snapshots: IndexSnapshots(directory: configuration.dataDirectory.file("snapshots")),
            configuration: settings,
            trimHeap: HeapUnsafeHandle.trim
        )
    }

    private static func contexts(
        _ ports: Ports,
        _ configuration: ServiceConfiguration,
        _ indexes: IndexRegistry,
        _ executor: SearchExecutor,
        _ reads: PersonalReads
    ) -> ContextService {
        var settings = ContextConfiguration()
        settings.embeddingPatience = configuration.embedding.queryPatience
        settings.indexPatience = configuration.index.patience
        return ContextService(
            store: ports.store,
            indexes: indexes,
            executor: executor,
            provider: ports.embedding.provider,
            identifiers: ports.identifiers,
            clock: ports.clock,
            configuration: settings,
            tiers: configuration.limits.tiers,
            prices: configuration.prices,
            reads: reads
        )
    }

    private static func surface(_ configuration: ServiceConfiguration, _ secrets: ServiceSecrets) -> APIConfiguration {
        APIConfiguration(
            sealingSecret: secrets.sealing,
            host: configuration.http.host,
            port: configuration.http.port,
            maximumConnections: configuration.http.maxConnections,
            maximumConnectionsPerAddress: configuration.http.maxConnectionsPerAddress,
            requestDeadline: configuration.http.requestTimeout,
            bodyLimit: min(1 << 20, configuration.http.maxBodyBytes),
            batchBodyLimit: configuration.http.maxBodyBytes,
            tiers: configuration.limits.tiers,
            prices: configuration.prices
        )
    }
}
