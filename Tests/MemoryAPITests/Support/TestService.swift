import AccessControl
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import MemoryAPI
import MemoryEngine
import MemoryModel
import MemoryTestSupport
import NIOCore
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
            authenticator: Authenticator(store: store, pepper: pepper),
            issuer: issuer,
            identifiers: identifiers,
            collections: collections,
            items: items,
            conversations: ConversationService(identifiers: identifiers, items: items),
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

/// Sends requests as one principal.
struct Caller: Sendable {
    let client: any TestClientProtocol
    var key: String?

    /// The same with another key.
    func with(_ key: String?) -> Caller { Caller(client: client, key: key) }

    func send(
        _ method: HTTPRequest.Method,
        _ path: String,
        _ body: String? = nil,
        headers: HTTPFields = [:]
    ) async throws -> Answer {
        try await send(method, path, bytes: body.map { Array($0.utf8) }, headers: headers)
    }

    func send(
        _ method: HTTPRequest.Method,
        _ path: String,
        bytes: [UInt8]?,
        headers: HTTPFields = [:]
    ) async throws -> Answer {
        var headers = headers
        if let key { headers[.authorization] = "Bearer \(key)" }
        if bytes != nil, headers[.contentType] == nil { headers[.contentType] = "application/json" }
        let response = try await client.execute(
            uri: path,
            method: method,
            headers: headers,
            body: bytes.map { ByteBuffer(bytes: $0) }
        ) { $0 }
        return Answer(
            status: response.status.code,
            headers: response.headers,
            bytes: Array(response.body.readableBytesView)
        )
    }

    func get(_ path: String) async throws -> Answer { try await send(.get, path) }

    /// Posts and expects it to succeed.
    func post(_ path: String, _ body: String, sourceLocation: SourceLocation = #_sourceLocation) async throws -> Answer
    {
        let answer = try await send(.post, path, body)
        #expect((200..<300).contains(answer.status), "\(answer.text)", sourceLocation: sourceLocation)
        return answer
    }
}

/// An answer, parsed.
struct Answer: Sendable {
    let status: Int
    let headers: HTTPFields
    let bytes: [UInt8]

    var text: String { String(decoding: bytes, as: UTF8.self) }
    var json: JSONValue { (try? JSONParser.parse(bytes)) ?? .null }

    subscript(_ name: String) -> JSONValue { json[name] }

    /// A string member.
    func string(_ name: String) -> String { json[name].text }

    /// The problem's code.
    var code: String { string("code") }

    /// The pointers and parameters that a problem names.
    var fields: [String] {
        json["errors"].elements.map { error in
            error["pointer"] == .null ? error["parameter"].text : error["pointer"].text
        }
    }

    /// The body without what differs between two requests.
    var withoutRequestID: JSONValue {
        guard case .object(var members) = json else { return json }
        members["request_id"] = nil
        return .object(members)
    }
}

extension JSONValue {
    subscript(_ name: String) -> JSONValue {
        if case .object(let members) = self { members[name] ?? .null } else { .null }
    }

    var text: String { if case .string(let text) = self { text } else { "" } }
    var elements: [JSONValue] { if case .array(let elements) = self { elements } else { [] } }
    var members: [String: JSONValue] { if case .object(let members) = self { members } else { [:] } }
}

extension String {
    var asSecret: Secret { Secret(text: self) }
}
