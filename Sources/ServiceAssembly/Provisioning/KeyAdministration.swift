internal import AccessControl
package import Logging
package import MemoryModel
internal import PostgresStorage

/// Makes, lists and revokes API keys next to the database, for an operator who has no key that works.
package struct KeyAdministration: Sendable {
    private let store: PostgresMemoryStore
    private let secrets: ServiceSecrets
    private let identifiers: IdentifierGenerator
    private let principal: Principal

    /// Opens the workspace of the credentials file.
    ///
    /// - Throws: ``ConfigurationError`` where there is no such file yet, `StoreError`.
    package init(
        configuration: ServiceConfiguration,
        access: DatabaseAccess,
        secrets: ServiceSecrets,
        logger: Logger
    ) async throws {
        guard let credentials = try Credentials.read(in: configuration.dataDirectory),
            let workspaceID = Identifier<Workspace>(credentials.workspaceID)
        else {
            throw ConfigurationError(
                code: .missing,
                key: "dataDir",
                expected: "there is no credentials file in it: start once with `mneme up`"
            )
        }
        let clock = SystemClock()
        identifiers = IdentifierGenerator(clock: clock)
        store = try await PostgresMemoryStore.open(
            pool: try access.pool(of: .app, logger: logger),
            clock: clock,
            identifiers: identifiers
        )
        self.secrets = secrets
        principal = Principal(workspaceID: workspaceID, role: .admin, scopes: AccessScope.grantable)
            .from(RequestOrigin(action: "mneme key"))
    }

    /// Makes a key and returns its text, which is kept nowhere.
    package func create(
        name: String,
        role: Role,
        scopes: Set<AccessScope>?,
        agent: Identifier<Agent>?,
        user: Identifier<User>?,
        lifetimeDays: Int?
    ) async throws -> (key: APIKey, text: String) {
        let now = SystemClock().now
        let key = APIKey(
            id: identifiers.next(),
            workspaceID: principal.workspaceID,
            name: name,
            userID: user,
            agentID: agent,
            role: role,
            scopes: scopes ?? role.grantableScopes,
            createdAt: now,
            expiresAt: lifetimeDays.map { now.advanced(bySeconds: Int64($0) * 86_400) }
        )
        let issued = KeyIssuer(pepper: secrets.pepper).issue(key.id)
        _ = try await store.withTransaction(as: principal, .writing()) { tx in
            try await tx.createKey(key, secretHash: issued.secretHash)
            tx.audit(NewAuditEntry(kind: .write, subjects: ["key:\(key.id)"]))
        }
        return (key, issued.text.withBytes { String(decoding: $0, as: UTF8.self) })
    }

    /// All keys of the workspace, newest first.
    package func list() async throws -> [APIKey] {
        var keys: [APIKey] = []
        var request = PageRequest(limit: 1000)
        repeat {
            let current = request
            let page = try await store.withTransaction(as: principal, .reading()) { tx in
                try await tx.keys(current)
            }.value
            keys += page.rows
            request.after = page.next
        } while request.after != nil
        return keys
    }

    /// Revokes a key from now on.
    package func revoke(_ id: Identifier<APIKey>) async throws {
        _ = try await store.withTransaction(as: principal, .writing()) { tx in
            try await tx.revokeKey(id)
            tx.audit(NewAuditEntry(kind: .write, subjects: ["key:\(id)"]))
        }
    }
}
