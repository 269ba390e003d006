/// Collections and the feed of their indexes, inside a transaction.
public protocol CollectionStore: Sendable {
    /// Adds a collection. A second personal one of the same owner fails with `alreadyExists`.
    func createCollection(_ collection: MemoryCollection) async throws(StoreError)
    /// One collection.
    func collection(_ id: Identifier<MemoryCollection>) async throws(StoreError) -> MemoryCollection
    /// Collections, newest first.
    func collections(_ page: PageRequest) async throws(StoreError) -> Page<MemoryCollection>
    /// The personal collection of an agent, if it was made already.
    func personalCollection(of agent: Identifier<Agent>) async throws(StoreError) -> MemoryCollection?
    /// The personal collection of a user, if it was made already.
    func personalCollection(of user: Identifier<User>) async throws(StoreError) -> MemoryCollection?
    /// Whether messages are memory in the workspace, and the collection that those of an audience are in, if it was
    /// made already.
    func messageMemory(of audience: Identifier<Audience>) async throws(StoreError) -> MessageMemory
    /// Every collection of messages that the principal sees.
    func messageCollections() async throws(StoreError) -> [MemoryCollection]
    /// Deletes a collection with its items, versions, vectors and feed.
    func deleteCollection(_ id: Identifier<MemoryCollection>) async throws(StoreError)

    /// Collects changes to indexes; the closing step writes them with the next `seq`s, in the order given.
    func stamp(_ changes: [IndexEntryChange])
    /// Vectors that this workspace has already for exactly these embedded strings, by SHA-256.
    func reusableVectors(
        profile: EmbeddingProfile,
        textHashes: [[UInt8]]
    ) async throws(StoreError) -> [[UInt8]: [Float]]
}

/// Reads the feed of an index with the indexer's own login: ids, words, attributes and vectors, never content.
///
/// It takes an authorised collection, which only a read under row-level security can make.
public protocol FeedReader: Sendable {
    /// Where the feed stands.
    func head(of collection: AuthorizedCollection) async throws(StoreError) -> FeedHead
    /// Entries with `seq` above a place, in order of `seq`.
    func changes(
        in collection: AuthorizedCollection,
        after seq: Int64,
        limit: Int
    ) async throws(StoreError) -> [FeedEntry]
    /// Live entries with a key above a place, in order of keys: the pages of a rebuild. What changes meanwhile comes
    /// again through `changes(after:)` from the head read before the first page.
    func entries(
        in collection: AuthorizedCollection,
        afterKey key: Int64,
        limit: Int
    ) async throws(StoreError) -> [FeedEntry]
}

/// A collection that was read under row-level security as some principal: the only ticket to its index.
public struct AuthorizedCollection: Sendable, Hashable {
    /// The workspace.
    public let workspaceID: Identifier<Workspace>
    /// The collection.
    public let collection: MemoryCollection
    /// Where its feed stood in the same snapshot.
    public let head: FeedHead

    /// Made by stores alone, from a row that the principal's policies let through.
    public init(readUnderPolicies collection: MemoryCollection, workspaceID: Identifier<Workspace>, head: FeedHead) {
        self.workspaceID = workspaceID
        self.collection = collection
        self.head = head
    }
}

/// How the messages of one audience are indexed.
public struct MessageMemory: Sendable, Hashable {
    /// Whether they are.
    public let isOn: Bool
    /// The collection they are in; nil where none was made yet.
    public let collection: MemoryCollection?

    /// Makes a description.
    public init(isOn: Bool, collection: MemoryCollection?) {
        self.isOn = isOn
        self.collection = collection
    }
}
