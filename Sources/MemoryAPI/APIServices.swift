public import AccessControl
public import Logging
public import MemoryEngine
public import MemoryModel
public import Metrics

/// What the HTTP surface calls: built once by the assembly, or by tests over in-memory twins.
public struct APIServices: Sendable {
    /// Where everything is kept.
    public var store: any MemoryStore
    /// Turns credentials into principals.
    public var authenticator: Authenticator
    /// Makes API keys.
    public var issuer: KeyIssuer
    /// Makes ids.
    public var identifiers: IdentifierGenerator
    /// Writes collections.
    public var collections: CollectionService
    /// Writes items.
    public var items: ItemService
    /// Writes messages and forks.
    public var conversations: ConversationService
    /// Asks for summaries and decides about proposals.
    public var derivations: DerivationService
    /// Takes requests to erase.
    public var erasures: ErasureService
    /// Keeps collections within their policies.
    public var retention: RetentionService
    /// Signs erasure receipts; its public key is served.
    public var receipts: ReceiptSigner
    /// Answers context queries.
    public var contexts: ContextService
    /// Searches messages.
    public var messageSearch: MessageSearch
    /// This node's indexes: told of collections that are deleted, and waited for by `wait=indexed`.
    public var indexes: IndexRegistry
    /// Hears of reads of personal memory by others; nil where nobody is told.
    public var reads: PersonalReads?
    /// Lets requests through at the configured rates; nil lets all through.
    public var limiter: RateLimiter?
    /// What `/readyz` asks.
    public var readiness: [ReadinessCheck]
    /// Where counters and histograms go.
    public var metrics: any MetricsFactory
    /// Writes `/metrics`.
    public var exposition: @Sendable () -> String
    /// The log.
    public var logger: Logger

    /// Gathers the services.
    public init(
        store: any MemoryStore,
        authenticator: Authenticator,
        issuer: KeyIssuer,
        identifiers: IdentifierGenerator,
        collections: CollectionService,
        items: ItemService,
        conversations: ConversationService,
        derivations: DerivationService,
        erasures: ErasureService,
        retention: RetentionService,
        receipts: ReceiptSigner,
        contexts: ContextService,
        messageSearch: MessageSearch,
        indexes: IndexRegistry,
        reads: PersonalReads? = nil,
        limiter: RateLimiter? = nil,
        readiness: [ReadinessCheck],
        metrics: any MetricsFactory,
        exposition: @escaping @Sendable () -> String,
        logger: Logger
    ) {
        self.store = store
        self.authenticator = authenticator
        self.issuer = issuer
        self.identifiers = identifiers
        self.collections = collections
        self.items = items
        self.conversations = conversations
        self.derivations = derivations
        self.erasures = erasures
        self.retention = retention
        self.receipts = receipts
        self.contexts = contexts
        self.messageSearch = messageSearch
        self.indexes = indexes
        self.reads = reads
        self.limiter = limiter
        self.readiness = readiness
        self.metrics = metrics
        self.exposition = exposition
        self.logger = logger
    }
}

/// One thing that must hold before a node takes requests.
public struct ReadinessCheck: Sendable {
    /// A short name for the answer, such as `database`.
    public let name: String
    /// Whether it holds.
    public let isReady: @Sendable () async -> Bool

    /// Makes a check.
    public init(_ name: String, isReady: @escaping @Sendable () async -> Bool) {
        self.name = name
        self.isReady = isReady
    }
}
