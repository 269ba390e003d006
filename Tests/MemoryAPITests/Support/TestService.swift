import AccessControl
import AccessControlTestSupport
import Hummingbird
import HummingbirdTesting
import Logging
import MemoryAPI
import MemoryAPITestSupport
import MemoryEngine
import MemoryModel
import MemoryTestSupport
import Testing

/// The HTTP surface over the in-memory store, with two workspaces and keys into them.
struct TestService: Sendable {
    let store: InMemoryMemoryStore
    let clock: ManualClock
    let identifiers: IdentifierGenerator
    let issuer: KeyIssuer
    let metrics: PrometheusMetrics
    let service: APIService
    let workspace: Identifier<Workspace>
    let otherWorkspace: Identifier<Workspace>
    /// A key with every scope.
    let admin: String
    /// A key with every scope of another workspace.
    let stranger: String

    init(
        _ adjust: (inout APIConfiguration) -> Void = { _ in },
        readiness: [ReadinessCheck] = [],
        limiter: RateLimiter? = nil,
        keySet: ScriptedKeySet? = nil,
        operatorKey: String? = nil,
        log: CapturedLog? = nil
    ) async throws {
        clock = ManualClock()
        identifiers = IdentifierGenerator(clock: clock, random: SeededGenerator(seed: 11))
        store = InMemoryMemoryStore(clock: clock)
        let pepper = Secret(text: "a pepper for tests only, 32 bytes")
        issuer = KeyIssuer(pepper: pepper, random: SeededGenerator(seed: 12))
        metrics = PrometheusMetrics()
        var configuration = APIConfiguration(sealingSecret: Secret(text: "a sealing secret for tests only"), port: 0)
        adjust(&configuration)
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let collections = CollectionService(identifiers: identifiers, profile: nil)
        let items = ItemService(identifiers: identifiers, collections: collections)
        let executor = SearchExecutor()
        let indexes = IndexRegistry(feed: store, store: store, executor: executor)
        let services = APIServices(
            store: store,
            authenticator: Authenticator(
                store: store,
                pepper: pepper,
                tokens: keySet.map { [store, identifiers, clock] keySet in
                    TokenAuthentication(
                        rules: TokenMaker.rules,
                        keys: keySet,
                        store: store,
                        identifiers: identifiers,
                        clock: clock
                    )
                },
                operatorAccess: operatorKey.map { [identifiers] key in
                    OperatorAccess(key: Secret(text: key), identifiers: identifiers)
                }
            ),
            issuer: issuer,
            identifiers: identifiers,
            collections: collections,
            items: items,
            conversations: ConversationService(identifiers: identifiers, items: items),
            derivations: DerivationService(identifiers: identifiers, items: items, hasChat: true),
            erasures: ErasureService(identifiers: identifiers),
            retention: RetentionService(items: items),
            receipts: try #require(ReceiptSigner(seed: Secret([UInt8](repeating: 7, count: 32)))),
            contexts: ContextService(
                store: store,
                indexes: indexes,
                executor: executor,
                provider: nil,
                identifiers: identifiers,
                clock: clock
            ),
            messageSearch: MessageSearch(store: store, executor: executor),
            indexes: indexes,
            limiter: limiter,
            readiness: readiness,
            metrics: metrics,
            exposition: { [metrics] in metrics.exposition() },
            logger: log?.logger ?? logger
        )
        service = try APIService(services: services, configuration: configuration)
        workspace = identifiers.next()
        otherWorkspace = identifiers.next()
        admin = try await Self.found(workspace, store, identifiers, issuer)
        stranger = try await Self.found(otherWorkspace, store, identifiers, issuer)
    }

    /// Makes a workspace and an admin key into it.
    private static func found(
        _ id: Identifier<Workspace>,
        _ store: InMemoryMemoryStore,
        _ identifiers: IdentifierGenerator,
        _ issuer: KeyIssuer
    ) async throws -> String {
        let key = APIKey(
            id: identifiers.next(),
            workspaceID: id,
            name: "admin",
            role: .admin,
            scopes: Set(AccessScope.allCases),
            createdAt: store.clockNow
        )
        let issued = issuer.issue(key.id)
        _ = try await store.withTransaction(as: .worker(in: id), .writing()) { tx in
            let workspace = Workspace(id: id, name: "Test", createdAt: tx.now)
            try await tx.createWorkspace(workspace, audienceID: identifiers.next())
            try await tx.createKey(key, secretHash: issued.secretHash)
        }
        return issued.text.withBytes { String(decoding: $0, as: UTF8.self) }
    }

    /// Makes a key with some scopes, for an agent or user where one is named.
    func key(
        _ scopes: Set<AccessScope>,
        role: Role = .admin,
        user: Identifier<User>? = nil,
        agent: Identifier<Agent>? = nil
    ) async throws -> String {
        let id: Identifier<APIKey> = identifiers.next()
        let issued = issuer.issue(id)
        _ = try await store.withTransaction(as: .worker(in: workspace), .writing()) { [workspace] tx in
            let key = APIKey(
                id: id,
                workspaceID: workspace,
                name: "test",
                userID: user,
                agentID: agent,
                role: role,
                scopes: scopes,
                createdAt: tx.now
            )
            try await tx.createKey(key, secretHash: issued.secretHash)
        }
        return issued.text.withBytes { String(decoding: $0, as: UTF8.self) }
    }

    /// Adds a person whom an identity provider calls so.
    func user(externalID: String, role: Role) async throws -> Identifier<User> {
        let id: Identifier<User> = identifiers.next()
        _ = try await store.withTransaction(as: .worker(in: workspace), .writing()) { [identifiers] tx in
            let user = User(id: id, name: externalID, externalID: externalID, role: role, createdAt: tx.now)
            try await tx.createUser(user, audienceID: identifiers.next())
        }
        return id
    }

    /// Runs a test against the router.
    func run(_ body: @escaping @Sendable (Caller) async throws -> Void) async throws {
        try await service.application().test(.router) { client in
            try await body(Caller(client: client, key: admin))
        }
    }
}

extension InMemoryMemoryStore {
    /// The store's own time, for what is written beside a transaction.
    var clockNow: Timestamp { Timestamp(microseconds: 1_772_442_000_000_000) }
}

extension String {
    var asSecret: Secret { Secret(text: self) }
}
