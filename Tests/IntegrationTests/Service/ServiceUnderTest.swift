import AccessControl
import Foundation
import HummingbirdTesting
import MemoryAPI
import MemoryAPITestSupport
import MemoryEngine
import MemoryModel
import MemoryTestSupport
import PostgresDriver
import PostgresStorage
import ServiceAssembly

/// The service as the process composes it, over a database of the test's own, with two workspaces and keys into them.
///
/// Only the network is left out, and the encoder is one whose vectors are a function of the words.
struct ServiceUnderTest: Sendable {
    let database: TestDatabase
    /// The data directory.
    let folder: String
    let composition: APIComposition
    /// The parts that the HTTP surface calls.
    var services: APIServices { composition.services }
    let embedder: HashingEmbedder
    let chat = ScriptedChatProvider()
    /// Embeds what was written, when it is told to.
    let worker: Worker
    /// What keys are hashed with.
    let pepper: Secret
    /// A key with every scope.
    let admin: String
    /// A key with every scope of another workspace.
    let stranger: String

    var routes: [Route] { composition.api.table.routes }

    /// Lends a service, and leaves nothing of it behind.
    static func run(
        rewriting: (@Sendable (String) -> String)? = nil,
        socketFolder: String? = nil,
        _ body: @escaping @Sendable (ServiceUnderTest, Caller) async throws -> Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("mneme-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await withTestDatabase(rewriting: rewriting, socketFolder: socketFolder) { database in
            let service = try await ServiceUnderTest(database, folder: folder)
            try await service.composition.api.application().test(.router) { client in
                try await body(service, Caller(client: client, key: service.admin))
            }
        }
    }

    /// What the process composes.
    private static func compose(
        _ database: TestDatabase,
        folder: String,
        _ embedder: HashingEmbedder
    ) async throws -> (APIComposition, ServiceSecrets) {
        let directory = DataDirectory(path: folder)
        try directory.create()
        // The machine may be busy: no test is to depend on how fast a query is embedded, or an index loaded.
        let arguments = [
            "dataDir": folder, "embedding.queryPatience": "5s", "index.patience": "60s", "chat.provider": "openai",
            "chat.model": "scripted-1",
        ]
        let sources = try await ConfigurationSources(arguments: arguments, environment: [:])
        let configuration = try await ServiceConfiguration(config: sources.reader)
        let secrets = try ServiceSecrets.open(in: directory, setting: nil)
        let composition = try APIComposition(
            ports: APIComposition.Ports(
                store: database.store,
                feed: database.feed,
                credentials: database.credentials,
                embedding: EmbeddingAssembly(provider: embedder),
                erasures: PostgresErasureFeed(pool: database.app),
                clock: database.clock,
                identifiers: database.identifiers
            ),
            configuration: configuration,
            secrets: secrets,
            node: try NodeIdentity.open(in: directory, identifiers: database.identifiers),
            readiness: [],
            metrics: PrometheusMetrics(),
            logger: TestCluster.shared.logger
        )
        return (composition, secrets)
    }

    private init(_ database: TestDatabase, folder: String) async throws {
        let embedder = HashingEmbedder()
        let (composition, secrets) = try await Self.compose(database, folder: folder, embedder)
        self.database = database
        pepper = secrets.pepper
        self.folder = folder
        self.composition = composition
        self.embedder = embedder
        var erasure = ErasureConfiguration()
        erasure.settling = .zero
        erasure.interval = .zero
        worker = Worker(
            store: database.workerStore,
            queue: database.queue,
            provider: embedder,
            identifiers: database.identifiers,
            erasure: ErasureTask(store: database.workerStore, signer: secrets.receipts, configuration: erasure),
            derivation: DerivationWork(
                chat: chat,
                items: composition.services.items,
                conversations: composition.services.conversations,
                identifiers: database.identifiers
            ),
            retention: RetentionTask(
                store: database.workerStore,
                service: composition.services.retention,
                identifiers: database.identifiers
            )
        )
        admin = try await Self.found(database, composition.services.issuer)
        stranger = try await Self.found(database, composition.services.issuer)
    }

    /// Makes a workspace and an admin's key into it.
    private static func found(_ database: TestDatabase, _ issuer: KeyIssuer) async throws -> String {
        let ids = database.identifiers
        let workspace = Workspace(id: ids.next(), name: "Pantry", createdAt: database.clock.now)
        let key = APIKey(
            id: ids.next(),
            workspaceID: workspace.id,
            name: "admin",
            role: .admin,
            scopes: Set(AccessScope.allCases),
            createdAt: database.clock.now
        )
        let issued = issuer.issue(key.id)
        let admin = Principal(workspaceID: workspace.id, role: .admin, scopes: key.scopes)
        try await database.write(as: admin) { tx in
            try await tx.createWorkspace(workspace, audienceID: ids.next())
            try await tx.createKey(key, secretHash: issued.secretHash)
        }
        return issued.text.withBytes { String(decoding: $0, as: UTF8.self) }
    }

    /// A key with every scope of one more workspace.
    func foundAnother() async throws -> String { try await Self.found(database, services.issuer) }

    /// Composes the node anew over the same database and data directory, and asks it with the admin's key.
    func afterRestart<Value: Sendable>(
        _ body: @escaping @Sendable (Caller) async throws -> Value
    ) async throws -> Value {
        let (composition, _) = try await Self.compose(database, folder: folder, embedder)
        return try await composition.api.application().test(.router) { [admin] client in
            try await body(Caller(client: client, key: admin))
        }
    }

    /// Composes another node over the same database, with a data directory of its own, and asks it with the admin's key.
    func onAnotherNode<Value: Sendable>(
        _ body: @escaping @Sendable (Caller) async throws -> Value
    ) async throws -> Value {
        let other = folder + "-other"
        defer { try? FileManager.default.removeItem(atPath: other) }
        try DataDirectory(path: other).create()
        // Nodes of one database have one secret.
        try FileManager.default.copyItem(atPath: folder + "/secret", toPath: other + "/secret")
        let (composition, _) = try await Self.compose(database, folder: other, embedder)
        return try await composition.api.application().test(.router) { [admin] client in
            try await body(Caller(client: client, key: admin))
        }
    }

    /// Writes the traces of answered queries.
    func writeTraces() async { await composition.services.contexts.flush() }

    /// Writes the indexes that changed to disk.
    func writeSnapshots() async { await composition.services.indexes.writeSnapshots() }

    /// Clears this node's copies of what is erased.
    func followErasures() async { await composition.erasures.followOnce() }

    /// Does the jobs of one claim.
    func workOnce() async { await worker.workOnce() }

    /// Does every job that is there; this node follows erasures meanwhile, since they wait for it.
    func work() async {
        while await worker.workOnce() > 0 { await followErasures() }
    }

    /// Runs `body` while a worker works.
    func working<Value: Sendable>(_ body: @Sendable () async throws -> Value) async throws -> Value {
        let task = Task { [worker] in await worker.run() }
        let result: Result<Value, any Error>
        do { result = .success(try await body()) } catch { result = .failure(error) }
        task.cancel()
        await task.value
        return try result.get()
    }
}
