/// Context items and their versions, inside a transaction.
///
/// Index changes are stamped by the caller.
public protocol ItemStore: Sendable {
    /// Inserts first versions. Ids that are there already with the same content and collection are left alone and
    /// returned as they stand; with other content they fail with `conflict`.
    func insertItems(_ items: [ContextItem]) async throws(StoreError) -> [StoredItem]
    /// The present version of an item, locked for update where the transaction writes. Deleted ones are not found.
    func item(_ id: Identifier<ContextItem>) async throws(StoreError) -> ContextItem
    /// Exactly these versions, in any order; what is gone or not visible is left out.
    func items(_ references: [ItemVersionReference]) async throws(StoreError) -> [ContextItem]
    /// All versions of an item, newest first.
    func versions(of id: Identifier<ContextItem>) async throws(StoreError) -> [ContextItem]
    /// Items by filter, newest first.
    func items(matching filter: ItemFilter, _ page: PageRequest) async throws(StoreError) -> Page<ContextItem>
    /// Adds `item.version` as the present version; the one before becomes `superseded` with `invalidAt` of now.
    /// Fails with `conflict` where `item.version` is not the successor of the present one.
    func appendVersion(_ item: ContextItem) async throws(StoreError)
    /// Writes what may change without a new version: state, pin, importance, trust, validity, superseded-by, expiry,
    /// tags, scope, metadata.
    func updateItem(_ item: ContextItem) async throws(StoreError)
    /// Items with a version that came from an origin, and, where asked, items made of them at any remove.
    func items(from origin: ItemOrigin, includingDerived: Bool) async throws(StoreError) -> [OriginatedItem]
    /// Holds items back for a reason, and returns those that were not held back before, as they stand now. Pruned ones
    /// as well: they may be brought back.
    func quarantine(
        _ ids: [Identifier<ContextItem>],
        for reason: QuarantineReason
    ) async throws(StoreError) -> [ContextItem]
    /// Deletes an item: content, versions and vectors go, a tombstone with the id stays.
    func deleteItem(_ id: Identifier<ContextItem>) async throws(StoreError)
}

/// Where items come from, as far as it was noted when they were written; every part that is set must fit.
public struct ItemOrigin: Sendable, Hashable {
    /// The runtime.
    public var source: String?
    /// Who wrote it: `user:<id>`, `agent:<id>` or `key:<id>`.
    public var principal: String?
    /// The message it was made of.
    public var messageID: Identifier<Message>?
    /// The thread it was made of.
    public var threadID: Identifier<ConversationThread>?
    /// The document's address.
    public var url: String?
    /// Written at or after.
    public var from: Timestamp?

    /// Makes an origin that everything comes from.
    public init() {}
}

/// An item, and which of its versions came from an origin.
public struct OriginatedItem: Sendable, Hashable {
    /// The item.
    public let id: Identifier<ContextItem>
    /// The newest version that came from elsewhere, before the first that came from the origin; nil where there is none.
    public let lastGoodVersion: Int32?

    /// Makes an item of an origin.
    public init(id: Identifier<ContextItem>, lastGoodVersion: Int32?) {
        self.id = id
        self.lastGoodVersion = lastGoodVersion
    }
}

/// An item after an insert.
public struct StoredItem: Sendable, Hashable {
    /// The item as it stands.
    public let item: ContextItem
    /// False where it was there already.
    public let isNew: Bool

    /// Makes a stored item.
    public init(item: ContextItem, isNew: Bool) {
        self.item = item
        self.isNew = isNew
    }
}

/// Which items are wanted; every condition that is set must hold.
public struct ItemFilter: Sendable, Hashable {
    /// In one of these collections; nil for all that are visible.
    public var collections: [Identifier<MemoryCollection>]?
    /// Of one of these kinds.
    public var kinds: Set<ItemKind>
    /// With all of these tags.
    public var tags: Set<String>
    /// In one of these scopes; an item of a wider scope does not match.
    public var scopes: Set<ItemScope>
    /// From one of these runtimes.
    public var sources: Set<String>
    /// In one of these states; `active` alone by default.
    public var states: Set<ItemState>
    /// Pinned, or not.
    public var isPinned: Bool?
    /// At least this trust.
    public var minimumTrust: Trust?
    /// Written at or after.
    public var createdFrom: Timestamp?
    /// Written before.
    public var createdBefore: Timestamp?

    /// Makes a filter that lets every active item through.
    public init(
        collections: [Identifier<MemoryCollection>]? = nil,
        kinds: Set<ItemKind> = [],
        tags: Set<String> = [],
        scopes: Set<ItemScope> = [],
        sources: Set<String> = [],
        states: Set<ItemState> = [.active],
        isPinned: Bool? = nil,
        minimumTrust: Trust? = nil,
        createdFrom: Timestamp? = nil,
        createdBefore: Timestamp? = nil
    ) {
        self.collections = collections
        self.kinds = kinds
        self.tags = tags
        self.scopes = scopes
        self.sources = sources
        self.states = states
        self.isPinned = isPinned
        self.minimumTrust = minimumTrust
        self.createdFrom = createdFrom
        self.createdBefore = createdBefore
    }
}
