/// What is to be erased, with everything that belongs to it.
public enum ErasureTarget: Sendable, Hashable {
    /// One item: its versions, words and vectors.
    case item(Identifier<ContextItem>)
    /// One message.
    case message(Identifier<Message>)
    /// A thread with its forks and messages.
    case thread(Identifier<ConversationThread>)
    /// A channel with its threads.
    case channel(Identifier<Channel>)
    /// A collection with its items and index.
    case collection(Identifier<MemoryCollection>)
    /// An agent: its record, keys, personal collection and channels, and what it wrote elsewhere in the workspace.
    case agent(Identifier<Agent>)
    /// A person: the record, keys, personal collection and channels, own agents, and what they wrote elsewhere.
    case user(Identifier<User>)
    /// The whole workspace; an empty shell with the receipt stays.
    case workspace(Identifier<Workspace>)
    /// Of a collection what its retention policy pruned long enough ago; it may be written again.
    case pruned(Identifier<MemoryCollection>)

    /// The words for the kinds of target.
    public enum Kind: String, Sendable, Hashable, CaseIterable, Codable {
        /// One item.
        case item
        /// One message.
        case message
        /// A thread.
        case thread
        /// A channel.
        case channel
        /// A collection.
        case collection
        /// An agent.
        case agent
        /// A person.
        case user
        /// The whole workspace.
        case workspace
        /// What a retention policy pruned.
        case pruned

        /// Those that callers ask for.
        public static var requestable: [Kind] { allCases.filter { $0 != .pruned } }
    }

    /// The kind.
    public var kind: Kind {
        switch self {
        case .item: .item
        case .message: .message
        case .thread: .thread
        case .channel: .channel
        case .collection: .collection
        case .agent: .agent
        case .user: .user
        case .workspace: .workspace
        case .pruned: .pruned
        }
    }

    /// The id, as bare bits.
    public var id: Identifier<ErasureTarget> {
        switch self {
        case .item(let id): id.as(ErasureTarget.self)
        case .message(let id): id.as(ErasureTarget.self)
        case .thread(let id): id.as(ErasureTarget.self)
        case .channel(let id): id.as(ErasureTarget.self)
        case .collection(let id): id.as(ErasureTarget.self)
        case .agent(let id): id.as(ErasureTarget.self)
        case .user(let id): id.as(ErasureTarget.self)
        case .workspace(let id): id.as(ErasureTarget.self)
        case .pruned(let id): id.as(ErasureTarget.self)
        }
    }

    /// Makes a target from its two parts.
    public init(_ kind: Kind, _ id: Identifier<ErasureTarget>) {
        self =
            switch kind {
            case .item: .item(id.as(ContextItem.self))
            case .message: .message(id.as(Message.self))
            case .thread: .thread(id.as(ConversationThread.self))
            case .channel: .channel(id.as(Channel.self))
            case .collection: .collection(id.as(MemoryCollection.self))
            case .agent: .agent(id.as(Agent.self))
            case .user: .user(id.as(User.self))
            case .workspace: .workspace(id.as(Workspace.self))
            case .pruned: .pruned(id.as(MemoryCollection.self))
            }
    }
}

/// How far an erasure has come.
public enum ErasureState: String, Sendable, Hashable, CaseIterable, Codable {
    /// Asked for; rows, or copies on some node, may still be there.
    case pending
    /// Nothing is left but what the receipt's bounds name.
    case complete
}

/// One request to erase something, and what came of it.
public struct Erasure: Sendable, Hashable {
    /// The id, also of the receipt.
    public let id: Identifier<Erasure>
    /// What is to be erased.
    public let target: ErasureTarget
    /// Whether items that were made of the target go as well.
    public let includesDerived: Bool
    /// Who asked: `user:<id>`, `agent:<id>` or `key:<id>`.
    public let requestedBy: String?
    /// When.
    public let createdAt: Timestamp
    /// When the last row was found and erased.
    public var rowsErasedAt: Timestamp?
    /// When the last copy was followed up.
    public var completedAt: Timestamp?
    /// What was erased where.
    public var stores: [ErasedStore]
    /// The signed receipt, in the compact form of a JWS (RFC 7515), once complete.
    public var receipt: String?

    /// How far it has come.
    public var state: ErasureState { completedAt == nil ? .pending : .complete }

    /// Makes an erasure that was just asked for.
    public init(
        id: Identifier<Erasure>,
        target: ErasureTarget,
        includesDerived: Bool = true,
        requestedBy: String?,
        createdAt: Timestamp,
        rowsErasedAt: Timestamp? = nil,
        completedAt: Timestamp? = nil,
        stores: [ErasedStore] = [],
        receipt: String? = nil
    ) {
        self.id = id
        self.target = target
        self.includesDerived = includesDerived
        self.requestedBy = requestedBy
        self.createdAt = createdAt
        self.rowsErasedAt = rowsErasedAt
        self.completedAt = completedAt
        self.stores = stores
        self.receipt = receipt
    }
}

/// How much one store lost.
public struct ErasedStore: Sendable, Hashable, Codable {
    /// A table, or a store outside the database: `index_memory`, `index_snapshots`, `query_cache`.
    public let store: String
    /// The node, for a store that each node has its own of.
    public let node: Identifier<Node>?
    /// Rows, indexes or entries.
    public let count: Int64
    /// When it was last seen to be done.
    public let at: Timestamp

    /// Makes a line of a receipt.
    public init(store: String, node: Identifier<Node>? = nil, count: Int64, at: Timestamp) {
        self.store = store
        self.node = node
        self.count = count
        self.at = at
    }
}

/// Phantom noun for the ids of processes that keep copies outside the database.
public enum Node: Sendable {}
