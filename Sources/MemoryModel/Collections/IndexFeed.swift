/// What an index knows of one entry besides its vectors and words: enough to filter, rank and tell versions apart.
public struct EntryAttributes: Sendable, Hashable, Codable {
    /// The kind of item; absent for a message.
    public var kind: ItemKind?
    /// `global`, `channel`, `thread` or `task`.
    public var scopeKind: String
    /// The id that goes with the scope.
    public var scopeID: String?
    /// Labels.
    public var tags: [String]
    /// The runtime it came from.
    public var source: String
    /// The name of a message's author.
    public var author: String?
    /// The user or agent behind a message's author, where known.
    public var authorID: String?
    /// The kind of a message's author; absent for an item.
    public var authorType: AuthorType?
    /// The channel of a message.
    public var channelID: Identifier<Channel>?
    /// The thread of a message, or of an item's provenance.
    public var threadID: Identifier<ConversationThread>?
    /// The fork of a message, or of an item's provenance.
    public var forkID: Identifier<Fork>?
    /// The place of a message within its thread or fork: strictly rising, and neighbours differ by one unless one
    /// between them was deleted.
    public var position: Int64?
    /// The message that a message answers.
    public var replyTo: Identifier<Message>?
    /// From 0 to 1.
    public var importance: Float
    /// Whether it is pinned.
    public var isPinned: Bool
    /// How far its origin is to be believed.
    public var trust: Trust
    /// Where it stands in its life.
    public var state: ItemState
    /// From when on it holds.
    public var validFrom: Timestamp
    /// From when on it no longer holds.
    public var invalidAt: Timestamp?
    /// When it is to be forgotten.
    public var expiresAt: Timestamp?
    /// When it was written or said.
    public var createdAt: Timestamp

    /// Makes attributes.
    public init(
        kind: ItemKind? = nil,
        scopeKind: String = "global",
        scopeID: String? = nil,
        tags: [String] = [],
        source: String,
        author: String? = nil,
        authorID: String? = nil,
        authorType: AuthorType? = nil,
        channelID: Identifier<Channel>? = nil,
        threadID: Identifier<ConversationThread>? = nil,
        forkID: Identifier<Fork>? = nil,
        position: Int64? = nil,
        replyTo: Identifier<Message>? = nil,
        importance: Float = 0.5,
        isPinned: Bool = false,
        trust: Trust,
        state: ItemState = .active,
        validFrom: Timestamp,
        invalidAt: Timestamp? = nil,
        expiresAt: Timestamp? = nil,
        createdAt: Timestamp
    ) {
        self.kind = kind
        self.scopeKind = scopeKind
        self.scopeID = scopeID
        self.tags = tags
        self.source = source
        self.author = author
        self.authorID = authorID
        self.authorType = authorType
        self.channelID = channelID
        self.threadID = threadID
        self.forkID = forkID
        self.position = position
        self.replyTo = replyTo
        self.importance = importance
        self.isPinned = isPinned
        self.trust = trust
        self.state = state
        self.validFrom = validFrom
        self.invalidAt = invalidAt
        self.expiresAt = expiresAt
        self.createdAt = createdAt
    }
}

/// One vector of an entry.
public struct EntryVector: Sendable, Hashable {
    /// The generation it belongs to.
    public let generation: Int32
    /// Which view of the text it embeds; 0 is the whole text.
    public let view: Int16
    /// Which part of the view, from 0.
    public let part: Int16
    /// SHA-256 of the exact string that was embedded, prefix included.
    public let textHash: [UInt8]
    /// The vector, unit length.
    public let vector: [Float]

    /// Makes a vector of an entry.
    public init(generation: Int32, view: Int16 = 0, part: Int16 = 0, textHash: [UInt8], vector: [Float]) {
        self.generation = generation
        self.view = view
        self.part = part
        self.textHash = textHash
        self.vector = vector
    }
}

/// A change to what an index holds, handed to the transaction, which stamps it when it closes.
public struct IndexEntryChange: Sendable, Hashable {
    /// The collection.
    public let collectionID: Identifier<MemoryCollection>
    /// The item or message, as bare id.
    public let sourceID: Identifier<IndexEntryChange>
    /// The item's version; 1 for a message never edited.
    public let version: Int32
    /// False leaves a tombstone: no attributes, terms or vectors survive.
    public let isLive: Bool
    /// New attributes; nil keeps what is there (required for a new entry).
    public let attributes: EntryAttributes?
    /// Analysed words; nil keeps what is there.
    public let terms: [UInt8]?
    /// The version of the analyser that made `terms`.
    public let analyzerVersion: Int32
    /// Vectors to add or replace, by generation, view and part.
    public let vectors: [EntryVector]

    /// Makes a change.
    ///
    /// A new (source, version) is given a fresh key in its collection; a known one keeps its key.
    public init(
        collectionID: Identifier<MemoryCollection>,
        sourceID: Identifier<IndexEntryChange>,
        version: Int32,
        isLive: Bool = true,
        attributes: EntryAttributes? = nil,
        terms: [UInt8]? = nil,
        analyzerVersion: Int32 = 0,
        vectors: [EntryVector] = []
    ) {
        self.collectionID = collectionID
        self.sourceID = sourceID
        self.version = version
        self.isLive = isLive
        self.attributes = attributes
        self.terms = terms
        self.analyzerVersion = analyzerVersion
        self.vectors = vectors
    }
}

/// One row of the feed, as a follower reads it.
public struct FeedEntry: Sendable, Hashable {
    /// The key in its collection; never reused.
    public let key: Int64
    /// The item or message.
    public let sourceID: Identifier<IndexEntryChange>
    /// The place in the collection's feed; follows the order of commits.
    public let seq: Int64
    /// The item's version.
    public let version: Int32
    /// Whether the entry is there; a tombstone has no attributes, terms or vectors.
    public let isLive: Bool
    /// Attributes of a live entry.
    public let attributes: EntryAttributes?
    /// Analysed words of a live entry.
    public let terms: [UInt8]
    /// The version of the analyser that made `terms`.
    public let analyzerVersion: Int32
    /// The vectors of the generation that was asked for.
    public let vectors: [EntryVector]

    /// Makes a feed row.
    public init(
        key: Int64,
        sourceID: Identifier<IndexEntryChange>,
        seq: Int64,
        version: Int32,
        isLive: Bool,
        attributes: EntryAttributes?,
        terms: [UInt8],
        analyzerVersion: Int32,
        vectors: [EntryVector]
    ) {
        self.key = key
        self.sourceID = sourceID
        self.seq = seq
        self.version = version
        self.isLive = isLive
        self.attributes = attributes
        self.terms = terms
        self.analyzerVersion = analyzerVersion
        self.vectors = vectors
    }
}

/// Where a collection's feed stands.
public struct FeedHead: Sendable, Hashable {
    /// The last `seq` that is committed.
    public let lastSeq: Int64
    /// A follower whose last `seq` is below this must rebuild.
    public let floor: Int64

    /// Makes a head.
    public init(lastSeq: Int64, floor: Int64 = 0) {
        self.lastSeq = lastSeq
        self.floor = floor
    }
}
