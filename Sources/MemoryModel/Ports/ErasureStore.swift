/// Erasures and the marks they leave, inside a transaction.
public protocol ErasureStore: Sendable {
    /// Notes that something is to be erased. Fails with `alreadyExists`.
    func createErasure(_ erasure: Erasure) async throws(StoreError)
    /// One erasure.
    func erasure(_ id: Identifier<Erasure>) async throws(StoreError) -> Erasure
    /// Erasures, newest first.
    func erasures(_ page: PageRequest) async throws(StoreError) -> Page<Erasure>
    /// Writes how far an erasure has come: times, stores, receipt.
    func updateErasure(_ erasure: Erasure) async throws(StoreError)

    /// What would be erased: ids and hashes of what the principal sees of it, no text.
    func subjects(of erasure: Erasure) async throws(StoreError) -> ErasureSubjects
    /// Erases those rows with all that hangs on them, and stamps tombstones in the indexes that stay.
    ///
    /// May be done again: what is gone already is counted no more. Remembers which collections' indexes are to be
    /// followed up.
    func eraseRows(
        of erasure: Erasure,
        subjects: ErasureSubjects
    ) async throws(StoreError) -> [ErasedStore]

    /// Keeps marks of what was erased: keyed hashes, from which no text comes back.
    func mark(_ digests: [[UInt8]], for erasure: Identifier<Erasure>) async throws(StoreError)
    /// The key of this workspace's marks, or nil where it has none.
    func markSecret() async throws(StoreError) -> [UInt8]?
    /// The key of this workspace's marks, 32 bytes; it never leaves the service.
    func workspaceSecret() async throws(StoreError) -> [UInt8]
    /// Those of the digests that are marked.
    func marked(among digests: [[UInt8]]) async throws(StoreError) -> Set<[UInt8]>
    /// Takes marks back: what they stand for may be written again.
    func unmark(_ digests: [[UInt8]]) async throws(StoreError)

    /// Notes that a node's copies were followed up.
    func acknowledgeErasure(
        _ id: Identifier<Erasure>,
        by node: Identifier<Node>,
        stores: [ErasedStore]
    ) async throws(StoreError)
    /// The nodes that kept copies when the rows were erased, and how far each is.
    func nodes(following id: Identifier<Erasure>) async throws(StoreError) -> [FollowingNode]
    /// Collections with their heads, for following an erasure up; what is gone is left out.
    func authorizedCollections(
        _ ids: [Identifier<MemoryCollection>]
    ) async throws(StoreError) -> [AuthorizedCollection]
}

/// What an erasure is about, as ids and hashes.
public struct ErasureSubjects: Sendable, Hashable {
    /// An item's version, by what it says and who could see it.
    public struct Version: Sendable, Hashable {
        /// The item.
        public let itemID: Identifier<ContextItem>
        /// Who could see it.
        public let audienceID: Identifier<Audience>
        /// SHA-256 of the content.
        public let contentHash: [UInt8]

        /// Makes a version.
        public init(itemID: Identifier<ContextItem>, audienceID: Identifier<Audience>, contentHash: [UInt8]) {
            self.itemID = itemID
            self.audienceID = audienceID
            self.contentHash = contentHash
        }
    }

    /// Versions of items.
    public var versions: [Version]
    /// Messages.
    public var messages: [Identifier<Message>]
    /// Threads that go as a whole.
    public var threads: [Identifier<ConversationThread>]
    /// Channels that go as a whole.
    public var channels: [Identifier<Channel>]
    /// Collections that go as a whole.
    public var collections: [Identifier<MemoryCollection>]
    /// Agents that go.
    public var agents: [Identifier<Agent>]

    /// Makes subjects.
    public init(
        versions: [Version] = [],
        messages: [Identifier<Message>] = [],
        threads: [Identifier<ConversationThread>] = [],
        channels: [Identifier<Channel>] = [],
        collections: [Identifier<MemoryCollection>] = [],
        agents: [Identifier<Agent>] = []
    ) {
        self.versions = versions
        self.messages = messages
        self.threads = threads
        self.channels = channels
        self.collections = collections
        self.agents = agents
    }

    /// The items, each once.
    public var items: [Identifier<ContextItem>] { Array(Set(versions.map(\.itemID))) }
}

/// A node that keeps copies, and whether it has followed an erasure up.
public struct FollowingNode: Sendable, Hashable {
    /// The node.
    public let id: Identifier<Node>
    /// What people call it: the host's name.
    public let name: String
    /// When it last said that it lives, by the database's clock.
    public let seenAt: Timestamp
    /// Whether that was within the last ten minutes.
    public let isLive: Bool
    /// What it followed up; nil where it has not yet.
    public let stores: [ErasedStore]?

    /// Makes a node.
    public init(id: Identifier<Node>, name: String, seenAt: Timestamp, isLive: Bool, stores: [ErasedStore]?) {
        self.id = id
        self.name = name
        self.seenAt = seenAt
        self.isLive = isLive
        self.stores = stores
    }
}

/// Erasures as a node follows them, across workspaces; behind it is the gate function `report_node`.
public protocol ErasureFeed: Sendable {
    /// Says that a node lives, and returns the erasures whose rows are gone and that it has not acknowledged.
    func report(node: Identifier<Node>, name: String) async throws(StoreError) -> [OutstandingErasure]
}

/// An erasure that a node has yet to follow up.
public struct OutstandingErasure: Sendable, Hashable {
    /// The erasure.
    public let id: Identifier<Erasure>
    /// Its workspace.
    public let workspaceID: Identifier<Workspace>
    /// Collections whose indexes lost entries.
    public let touched: [Identifier<MemoryCollection>]
    /// Collections that are gone.
    public let gone: [Identifier<MemoryCollection>]

    /// Makes an outstanding erasure.
    public init(
        id: Identifier<Erasure>,
        workspaceID: Identifier<Workspace>,
        touched: [Identifier<MemoryCollection>],
        gone: [Identifier<MemoryCollection>]
    ) {
        self.id = id
        self.workspaceID = workspaceID
        self.touched = touched
        self.gone = gone
    }
}
