/// An API key as stored: everything but the secret, of which only an HMAC is kept.
public struct APIKey: Sendable, Hashable {
    /// The id, also the middle part of the key's text.
    public let id: Identifier<APIKey>
    /// The workspace it opens.
    public let workspaceID: Identifier<Workspace>
    /// What people call it.
    public var name: String
    /// The user it acts for.
    public var userID: Identifier<User>?
    /// The agent it acts for.
    public var agentID: Identifier<Agent>?
    /// The role it acts with.
    public var role: Role
    /// What it may do.
    public var scopes: Set<AccessScope>
    /// When it was made.
    public let createdAt: Timestamp
    /// From when on it is refused.
    public var expiresAt: Timestamp?
    /// When it was revoked.
    public var revokedAt: Timestamp?
    /// Roughly when it was last used.
    public var lastUsedAt: Timestamp?

    /// Makes a stored key.
    public init(
        id: Identifier<APIKey>,
        workspaceID: Identifier<Workspace>,
        name: String,
        userID: Identifier<User>? = nil,
        agentID: Identifier<Agent>? = nil,
        role: Role,
        scopes: Set<AccessScope>,
        createdAt: Timestamp,
        expiresAt: Timestamp? = nil,
        revokedAt: Timestamp? = nil,
        lastUsedAt: Timestamp? = nil
    ) {
        self.id = id
        self.workspaceID = workspaceID
        self.name = name
        self.userID = userID
        self.agentID = agentID
        self.role = role
        self.scopes = scopes
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.revokedAt = revokedAt
        self.lastUsedAt = lastUsedAt
    }
}

extension APIKey {
    /// Whether it is an invitation: it acts for a person, and can do nothing but be exchanged for a key of that person.
    public var isInvitation: Bool { userID != nil && scopes == [.invitationAccept] }
}

/// What the database tells about a key before there is a principal.
public struct KeyCredential: Sendable, Hashable {
    /// The key.
    public let key: APIKey
    /// HMAC-SHA-256 of the secret under the service's pepper, 32 bytes.
    public let secretHash: [UInt8]
    /// Whether the key may be used now, by the database's clock: neither expired nor revoked.
    public let isUsable: Bool

    /// Makes a credential record.
    public init(key: APIKey, secretHash: [UInt8], isUsable: Bool) {
        self.key = key
        self.secretHash = secretHash
        self.isUsable = isUsable
    }
}

/// What the database tells about a person before there is a principal.
public struct WorkspaceMember: Sendable, Hashable {
    /// The person.
    public let userID: Identifier<User>
    /// The role in the workspace.
    public let role: Role

    /// Makes a member record.
    public init(userID: Identifier<User>, role: Role) {
        self.userID = userID
        self.role = role
    }
}
