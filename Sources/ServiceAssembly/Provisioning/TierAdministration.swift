package import Logging
package import MemoryModel
internal import PostgresStorage

/// Shows and sets the tier of a workspace next to the database: a tier is the operator's to give, not the workspace's.
package struct TierAdministration: Sendable {
    private let store: PostgresMemoryStore
    private let principal: Principal

    /// Opens a workspace; nil stands for that of the credentials file.
    ///
    /// - Throws: ``ConfigurationError`` where there is no such file, `StoreError`.
    package init(
        configuration: ServiceConfiguration,
        access: DatabaseAccess,
        workspace: Identifier<Workspace>?,
        logger: Logger
    ) async throws {
        let known = try Credentials.read(in: configuration.dataDirectory)?.workspaceID
        guard let workspaceID = workspace ?? known.flatMap({ Identifier<Workspace>($0) }) else {
            throw ConfigurationError(
                code: .missing,
                key: "dataDir",
                expected: "there is no credentials file in it: name the workspace, or start once with `mneme up`"
            )
        }
        let clock = SystemClock()
        store = try await PostgresMemoryStore.open(
            pool: try access.pool(of: .app, logger: logger),
            clock: clock,
            identifiers: IdentifierGenerator(clock: clock)
        )
        principal = Principal(workspaceID: workspaceID, role: .admin, scopes: AccessScope.grantable)
            .from(RequestOrigin(action: "mneme tier"))
    }

    /// The tier; nil where the workspace has the standard one.
    package func tier() async throws -> Tier? {
        try await store.withTransaction(as: principal, .reading()) { tx in try await tx.allowance() }.value.tier
    }

    /// Gives the workspace a tier; nil gives it the standard one.
    package func set(_ tier: Tier?) async throws {
        let workspaceID = principal.workspaceID
        _ = try await store.withTransaction(as: principal, .writing()) { tx in
            try await tx.setTier(tier)
            tx.audit(NewAuditEntry(kind: .write, subjects: ["workspace:\(workspaceID)"]))
        }
    }
}
