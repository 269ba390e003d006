/// Where a request comes from: what audit says beside who sent it.
public struct RequestOrigin: Sendable, Hashable {
    /// Method and route pattern, such as `POST /v1/items`; for an operator's command its name.
    public let action: String
    /// The address at the other end of the connection, where there is one.
    public let address: String?
    /// The request's id.
    public let requestID: String?

    /// Makes an origin.
    public init(action: String, address: String? = nil, requestID: String? = nil) {
        self.action = action
        self.address = address
        self.requestID = requestID
    }
}

/// Something done that audit is to tell of; who did it and from where comes from the principal.
public struct NewAuditEntry: Sendable, Hashable {
    /// The most subjects that are named.
    public static let subjectLimit = 100

    /// What kind of act it was.
    public let kind: AuditEntry.Kind
    /// What it was done to, as `item:<id>`; never text.
    public let subjects: [String]
    /// How many there were, or how often it was done.
    public let count: Int64
    /// Who did it, where that is not the transaction's own principal.
    public let actor: Principal?

    /// Makes an entry; of many subjects, the first hundred are named.
    public init(kind: AuditEntry.Kind, subjects: [String], count: Int64? = nil, by actor: Principal? = nil) {
        self.kind = kind
        self.actor = actor
        self.subjects = Array(subjects.prefix(Self.subjectLimit))
        self.count = count ?? Int64(subjects.count)
    }
}

/// One line of the audit: who did what to what, when, from where.
public struct AuditEntry: Sendable, Hashable {
    /// The kinds of act.
    public enum Kind: String, Sendable, Hashable, CaseIterable, Codable {
        /// Something was written; in the same transaction as this line.
        case write
        /// Somebody read what is in the personal collection of another.
        case personalRead = "personal_read"
    }

    /// The id.
    public let id: Identifier<AuditEntry>
    /// The kind of act.
    public let kind: Kind
    /// Method and route pattern, or an operator's command.
    public let action: String
    /// What it was done to; the first hundred.
    public let subjects: [String]
    /// How many there were, or how often it was done.
    public let count: Int64
    /// The person acted for.
    public let userID: Identifier<User>?
    /// The agent acted for.
    public let agentID: Identifier<Agent>?
    /// The API key that was shown.
    public let keyID: Identifier<APIKey>?
    /// The role acted with.
    public let role: Role
    /// Where the request came from.
    public let address: String?
    /// The request's id.
    public let requestID: String?
    /// When.
    public let createdAt: Timestamp

    /// Makes a line.
    public init(
        id: Identifier<AuditEntry>,
        _ entry: NewAuditEntry,
        by principal: Principal,
        at createdAt: Timestamp
    ) {
        let principal = entry.actor ?? principal
        self.init(
            id: id,
            kind: entry.kind,
            action: principal.origin?.action ?? "service",
            subjects: entry.subjects,
            count: entry.count,
            userID: principal.userID,
            agentID: principal.agentID,
            keyID: principal.keyID,
            role: principal.role,
            address: principal.origin?.address,
            requestID: principal.origin?.requestID,
            createdAt: createdAt
        )
    }

    /// Makes a line of all that it says.
    public init(
        id: Identifier<AuditEntry>,
        kind: Kind,
        action: String,
        subjects: [String],
        count: Int64,
        userID: Identifier<User>?,
        agentID: Identifier<Agent>?,
        keyID: Identifier<APIKey>?,
        role: Role,
        address: String?,
        requestID: String?,
        createdAt: Timestamp
    ) {
        self.id = id
        self.kind = kind
        self.action = action
        self.subjects = subjects
        self.count = count
        self.userID = userID
        self.agentID = agentID
        self.keyID = keyID
        self.role = role
        self.address = address
        self.requestID = requestID
        self.createdAt = createdAt
    }
}

/// Which lines of the audit are wanted; every condition that is set must hold.
public struct AuditFilter: Sendable, Hashable {
    /// Of this kind.
    public var kind: AuditEntry.Kind?
    /// Of this action.
    public var action: String?
    /// Done to this.
    public var subject: String?
    /// By this person.
    public var userID: Identifier<User>?
    /// By this agent.
    public var agentID: Identifier<Agent>?
    /// With this key.
    public var keyID: Identifier<APIKey>?
    /// At or after.
    public var from: Timestamp?
    /// Before.
    public var before: Timestamp?

    /// Makes a filter that lets every line through.
    public init() {}
}
