/// The tenant; everything belongs to one.
public struct Workspace: Sendable, Hashable {
    /// The id.
    public let id: Identifier<Workspace>
    /// What people call it.
    public var name: String
    /// The text-search language of its messages and items, as a Snowball name such as `english`.
    public var language: String
    /// Whether what is said is memory: messages are indexed and found by context queries.
    public var indexesMessages: Bool
    /// When it was made.
    public let createdAt: Timestamp

    /// Makes a workspace.
    public init(
        id: Identifier<Workspace>,
        name: String,
        language: String = "english",
        indexesMessages: Bool = true,
        createdAt: Timestamp
    ) {
        self.id = id
        self.name = name
        self.language = language
        self.indexesMessages = indexesMessages
        self.createdAt = createdAt
    }
}

/// A person who is a member of a workspace.
public struct User: Sendable, Hashable {
    /// The id.
    public let id: Identifier<User>
    /// The name shown as author.
    public var name: String
    /// The address, unique within the workspace, where known.
    public var email: String?
    /// What the identity provider calls the person, unique within the workspace, where one does.
    public var externalID: String?
    /// The role in the workspace.
    public var role: Role
    /// When the member was added.
    public let createdAt: Timestamp

    /// Makes a user.
    public init(
        id: Identifier<User>,
        name: String,
        email: String? = nil,
        externalID: String? = nil,
        role: Role,
        createdAt: Timestamp
    ) {
        self.id = id
        self.name = name
        self.email = email
        self.externalID = externalID
        self.role = role
        self.createdAt = createdAt
    }
}

/// What an agent is doing.
public enum AgentStatus: String, Sendable, Hashable, CaseIterable, Codable {
    /// It can be given work.
    case ready
    /// It is working.
    case busy
    /// It failed and needs attention.
    case error
}

/// A configured AI worker of a user or of the workspace.
public struct Agent: Sendable, Hashable {
    /// The id.
    public let id: Identifier<Agent>
    /// What people call it; unique within the workspace.
    public var name: String
    /// The user it belongs to; absent for an agent of the workspace.
    public var ownerID: Identifier<User>?
    /// What it is doing.
    public var status: AgentStatus
    /// Free fields of the caller.
    public var metadata: [String: JSONValue]
    /// When it was made.
    public let createdAt: Timestamp

    /// Makes an agent.
    public init(
        id: Identifier<Agent>,
        name: String,
        ownerID: Identifier<User>? = nil,
        status: AgentStatus = .ready,
        metadata: [String: JSONValue] = [:],
        createdAt: Timestamp
    ) {
        self.id = id
        self.name = name
        self.ownerID = ownerID
        self.status = status
        self.metadata = metadata
        self.createdAt = createdAt
    }
}

/// Who may see a collection or a channel.
public struct Audience: Sendable, Hashable {
    /// The kinds of audience.
    public enum Kind: String, Sendable, Hashable, CaseIterable, Codable {
        /// Every member and agent of the workspace.
        case workspace
        /// One user.
        case user
        /// One agent, and the user who owns it.
        case agent
        /// Named members and agents.
        case group
    }

    /// The id.
    public let id: Identifier<Audience>
    /// The kind.
    public let kind: Kind
    /// What people call it, for a group.
    public var name: String?
    /// The user of a `user` audience.
    public let userID: Identifier<User>?
    /// The agent of an `agent` audience.
    public let agentID: Identifier<Agent>?

    /// Makes an audience.
    public init(
        id: Identifier<Audience>,
        kind: Kind,
        name: String? = nil,
        userID: Identifier<User>? = nil,
        agentID: Identifier<Agent>? = nil
    ) {
        self.id = id
        self.kind = kind
        self.name = name
        self.userID = userID
        self.agentID = agentID
    }
}

/// A member of a group audience.
public enum AudienceMember: Sendable, Hashable {
    /// A person.
    case user(Identifier<User>)
    /// An agent.
    case agent(Identifier<Agent>)
}
