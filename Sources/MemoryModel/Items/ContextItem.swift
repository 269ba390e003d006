/// What sort of knowledge an item is.
public enum ItemKind: String, Sendable, Hashable, CaseIterable, Codable {
    /// Something that was decided.
    case decision
    /// Something that was found out.
    case discovery
    /// How something stands.
    case status
    /// A fact.
    case fact
    /// What somebody likes or wants.
    case preference
    /// A longer text in short.
    case summary
    /// How something is to be done.
    case instruction
    /// Anything else.
    case note
}

/// Where an item holds.
public enum ItemScope: Sendable, Hashable {
    /// Everywhere in its collection.
    case global
    /// In one channel.
    case channel(Identifier<Channel>)
    /// In one thread.
    case thread(Identifier<ConversationThread>)
    /// In one task, whose id is the caller's own.
    case task(String)

    /// The word for the scope's kind: `global`, `channel`, `thread` or `task`.
    public var kind: String {
        switch self {
        case .global: "global"
        case .channel: "channel"
        case .thread: "thread"
        case .task: "task"
        }
    }

    /// The id that goes with the kind; none for `global`.
    public var id: String? {
        switch self {
        case .global: nil
        case .channel(let id): id.description
        case .thread(let id): id.description
        case .task(let id): id
        }
    }

    /// Makes a scope from its two parts; nil where they do not fit together.
    public init?(kind: String, id: String?) {
        switch (kind, id) {
        case ("global", nil): self = .global
        case ("channel", let id?):
            guard let id = Identifier<Channel>(id) else { return nil }
            self = .channel(id)
        case ("thread", let id?):
            guard let id = Identifier<ConversationThread>(id) else { return nil }
            self = .thread(id)
        case ("task", let id?) where !id.isEmpty: self = .task(id)
        default: return nil
        }
    }
}

/// How far an item's origin is to be believed, set by the server.
///
/// Lowest first.
public enum Trust: Int16, Sendable, Hashable, CaseIterable, Comparable, Codable {
    /// Nothing is known of its origin.
    case unknown = 0
    /// A tool's output or a document.
    case document = 1
    /// An agent inferred it.
    case agent = 2
    /// A person said it.
    case user = 3
    /// The operator set it.
    case `operator` = 4

    /// Orders by how far it is believed.
    public static func < (lhs: Trust, rhs: Trust) -> Bool { lhs.rawValue < rhs.rawValue }

    /// The word used in JSON and prompts.
    public var name: String {
        switch self {
        case .unknown: "unknown"
        case .document: "document"
        case .agent: "agent"
        case .user: "user"
        case .operator: "operator"
        }
    }
}

/// Where an item stands in its life.
public enum ItemState: String, Sendable, Hashable, CaseIterable, Codable {
    /// In use.
    case active
    /// Held back for review.
    case quarantined
    /// Replaced by another item or version; readable `as_of` before that.
    case superseded
    /// Past its time.
    case expired
    /// Gone.
    case deleted
}

/// Where an item came from, resolvable in both directions.
public struct Provenance: Sendable, Hashable, Codable {
    /// The message it was distilled from.
    public var messageID: Identifier<Message>?
    /// The thread it was distilled from.
    public var threadID: Identifier<ConversationThread>?
    /// The fork it was distilled from.
    public var forkID: Identifier<Fork>?
    /// The caller's task.
    public var taskID: String?
    /// A document's address.
    public var url: String?
    /// Who wrote it: `user:<id>`, `agent:<id>` or `key:<id>`, set by the server.
    public var principal: String?
    /// The items it was derived from.
    public var derivedFrom: [Identifier<ContextItem>]

    /// Makes a provenance.
    public init(
        messageID: Identifier<Message>? = nil,
        threadID: Identifier<ConversationThread>? = nil,
        forkID: Identifier<Fork>? = nil,
        taskID: String? = nil,
        url: String? = nil,
        principal: String? = nil,
        derivedFrom: [Identifier<ContextItem>] = []
    ) {
        self.messageID = messageID
        self.threadID = threadID
        self.forkID = forkID
        self.taskID = taskID
        self.url = url
        self.principal = principal
        self.derivedFrom = derivedFrom
    }
}

/// One piece of distilled knowledge, as one of its versions says it.
///
/// The id is stable; content is immutable per version. State, pin and validity are the present ones of that version.
public struct ContextItem: Sendable, Hashable {
    /// The id, stable over versions.
    public let id: Identifier<ContextItem>
    /// The collection it is in.
    public let collectionID: Identifier<MemoryCollection>
    /// Inherited from the collection.
    public let audienceID: Identifier<Audience>
    /// 1 for the first version, rising by one with each edit.
    public var version: Int32
    /// The text.
    public var content: String
    /// What sort of knowledge it is.
    public var kind: ItemKind
    /// Where it holds.
    public var scope: ItemScope
    /// Free labels, sorted, each once.
    public var tags: [String]
    /// The runtime it came from (`web`, `claude-code`, …): an open set.
    public var source: String
    /// Where it came from.
    public var provenance: Provenance
    /// From 0 (trivia) to 1 (vital).
    public var importance: Float
    /// Whether it is always injected in its scope, budget permitting.
    public var isPinned: Bool
    /// How far its origin is to be believed.
    public var trust: Trust
    /// Where it stands in its life.
    public var state: ItemState
    /// From when on it holds.
    public var validFrom: Timestamp
    /// From when on it no longer holds.
    public var invalidAt: Timestamp?
    /// The item that replaced it.
    public var supersededBy: Identifier<ContextItem>?
    /// When it is to be forgotten.
    public var expiresAt: Timestamp?
    /// SHA-256 of the content's UTF-8, 32 bytes.
    public var contentHash: [UInt8]
    /// Free fields of the caller.
    public var metadata: [String: JSONValue]
    /// When the item's first version was written.
    public let createdAt: Timestamp
    /// When this version, or its state, was last changed.
    public var updatedAt: Timestamp
    /// Why it is held back, or was before a review let it go.
    public var quarantineReasons: [QuarantineReason]

    /// Makes an item.
    public init(
        id: Identifier<ContextItem>,
        collectionID: Identifier<MemoryCollection>,
        audienceID: Identifier<Audience>,
        version: Int32 = 1,
        content: String,
        kind: ItemKind,
        scope: ItemScope = .global,
        tags: [String] = [],
        source: String,
        provenance: Provenance = Provenance(),
        importance: Float = 0.5,
        isPinned: Bool = false,
        trust: Trust,
        state: ItemState = .active,
        validFrom: Timestamp,
        invalidAt: Timestamp? = nil,
        supersededBy: Identifier<ContextItem>? = nil,
        expiresAt: Timestamp? = nil,
        contentHash: [UInt8],
        metadata: [String: JSONValue] = [:],
        createdAt: Timestamp,
        updatedAt: Timestamp,
        quarantineReasons: [QuarantineReason] = []
    ) {
        self.id = id
        self.collectionID = collectionID
        self.audienceID = audienceID
        self.version = version
        self.content = content
        self.kind = kind
        self.scope = scope
        self.tags = tags
        self.source = source
        self.provenance = provenance
        self.importance = importance
        self.isPinned = isPinned
        self.trust = trust
        self.state = state
        self.validFrom = validFrom
        self.invalidAt = invalidAt
        self.supersededBy = supersededBy
        self.expiresAt = expiresAt
        self.contentHash = contentHash
        self.metadata = metadata
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.quarantineReasons = quarantineReasons
    }
}

/// Names one version of one item.
public struct ItemVersionReference: Sendable, Hashable, Codable {
    /// The item.
    public let itemID: Identifier<ContextItem>
    /// The version.
    public let version: Int32

    /// Makes a reference.
    public init(itemID: Identifier<ContextItem>, version: Int32) {
        self.itemID = itemID
        self.version = version
    }
}
