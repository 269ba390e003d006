internal import AccessControl
package import Logging
internal import MemoryModel
internal import PostgresDriver
internal import PostgresStorage

/// The first start's workspace, administrator and API key, so that nobody has to make them by hand.
package struct FirstStart: Sendable {
    private let configuration: ServiceConfiguration
    private let access: DatabaseAccess
    private let secrets: ServiceSecrets
    private let logger: Logger

    /// Makes a provisioning step.
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

    /// Makes workspace, administrator and key where the credentials file does not open one, and writes that file.
    ///
    /// - Returns: the key's text where it was made now, to be shown once.
    package func run() async throws -> String? {
        let pool = try access.pool(of: .app, logger: logger)
        let clock = SystemClock()
        let identifiers = IdentifierGenerator(clock: clock)
        let store = try await PostgresMemoryStore.open(pool: pool, clock: clock, identifiers: identifiers)
        if let kept = try Credentials.read(in: configuration.dataDirectory), try await opens(kept, pool) { return nil }

        let now = clock.now
        let workspace = Workspace(id: identifiers.next(), name: "default", createdAt: now)
        let admin = User(id: identifiers.next(), name: "admin", role: .admin, createdAt: now)
        let key = APIKey(
            id: identifiers.next(),
            workspaceID: workspace.id,
            name: "first key",
            role: .admin,
            scopes: AccessScope.grantable,
            createdAt: now
        )
        let issued = KeyIssuer(pepper: secrets.pepper).issue(key.id)
        let principal = Principal(workspaceID: workspace.id, role: .admin, scopes: key.scopes)
        _ = try await store.withTransaction(as: principal, .writing()) { tx in
            try await tx.createWorkspace(workspace, audienceID: identifiers.next())
            try await tx.createUser(admin, audienceID: identifiers.next())
            try await tx.createKey(key, secretHash: issued.secretHash)
        }
        let text = issued.text.withBytes { String(decoding: $0, as: UTF8.self) }
        let credentials = Credentials(
            url: "http://\(configuration.http.reachableHost):\(configuration.http.port)",
            workspaceID: workspace.id.description,
            userID: admin.id.description,
            keyID: key.id.description,
            apiKey: text
        )
        try credentials.write(in: configuration.dataDirectory)
        return text
    }

    /// Whether the credentials still open a workspace of this database.
    private func opens(_ credentials: Credentials, _ pool: PostgresPool) async throws(AccessError) -> Bool {
        let authenticator = Authenticator(store: PostgresCredentialStore(pool: pool), pepper: secrets.pepper)
        do throws(AccessError) {
            _ = try await authenticator.principal(bearer: credentials.apiKey)
            return true
        } catch {
            guard error.code != .unavailable else { throw error }
            return false
        }
    }
}
