/// What a member may do in a workspace.
public enum Role: String, Sendable, Hashable, CaseIterable, Codable {
    /// Manages members, keys and settings, and sees every audience of the workspace when acting for nobody else.
    case admin
    /// Reads and writes what its audiences hold.
    case member
    /// Reads what its audiences hold.
    case viewer
}

/// One thing a credential may do; every route declares the scope it needs.
public enum AccessScope: String, Sendable, Hashable, CaseIterable, Codable {
    /// Asking for context packs and giving feedback on them.
    case contextRead = "context:read"
    /// Reading and searching context items.
    case itemsRead = "items:read"
    /// Creating, changing and deleting context items.
    case itemsWrite = "items:write"
    /// Reading and searching channels, threads, forks and messages.
    case messagesRead = "messages:read"
    /// Writing channels, threads, forks and messages.
    case messagesWrite = "messages:write"
    /// Reading agents and collections.
    case agentsRead = "agents:read"
    /// Creating, changing and deleting agents and collections.
    case agentsWrite = "agents:write"
    /// Creating and revoking API keys.
    case keysManage = "keys:manage"
    /// Managing the workspace, its users and audiences; export and usage.
    case workspaceManage = "workspace:manage"
    /// Exchanging an invitation for a key of one's own: what an invitation can do, and nothing else can.
    case invitationAccept = "invitation:accept"
    /// Making workspaces: what the operator's key can do, and nothing else can.
    case workspacesCreate = "workspaces:create"

    /// The scopes that keys can be given.
    public static let grantable = Set(allCases).subtracting([.invitationAccept, .workspacesCreate])
}

/// Who a request acts as.
///
/// It comes from a credential alone, never from a request's body.
public struct Principal: Sendable, Hashable {
    /// The tenant.
    public let workspaceID: Identifier<Workspace>
    /// The person acted for, where the credential names one.
    public let userID: Identifier<User>?
    /// The agent acted for, where the credential names one.
    public let agentID: Identifier<Agent>?
    /// The role in the workspace.
    public let role: Role
    /// What the credential may do.
    public let scopes: Set<AccessScope>
    /// The API key that was shown, where one was.
    public let keyID: Identifier<APIKey>?
    /// The request it acts by, where there is one; for audit.
    public private(set) var origin: RequestOrigin? = nil

    /// Makes a principal.
    public init(
        workspaceID: Identifier<Workspace>,
        userID: Identifier<User>? = nil,
        agentID: Identifier<Agent>? = nil,
        role: Role,
        scopes: Set<AccessScope>,
        keyID: Identifier<APIKey>? = nil
    ) {
        self.workspaceID = workspaceID
        self.userID = userID
        self.agentID = agentID
        self.role = role
        self.scopes = scopes
        self.keyID = keyID
    }

    /// The same, acting by a request.
    public func from(_ origin: RequestOrigin) -> Principal {
        var principal = self
        principal.origin = origin
        return principal
    }

    /// The same credential acting for the workspace itself, where what it may do has been decided already: it sees every
    /// audience.
    public var actingForWorkspace: Principal {
        var principal = Principal(workspaceID: workspaceID, role: .admin, scopes: scopes, keyID: keyID)
        principal.origin = origin
        return principal
    }

    /// The principal the worker acts as inside one workspace: every audience, for the effects of its jobs.
    public static func worker(in workspaceID: Identifier<Workspace>) -> Principal {
        Principal(workspaceID: workspaceID, role: .admin, scopes: AccessScope.grantable)
    }
}
