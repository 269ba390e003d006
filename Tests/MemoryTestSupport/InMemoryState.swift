import MemoryModel

/// All that an in-memory store holds: a value, so that a transaction works on a copy and rolls back for free.
struct InMemoryState: Sendable {
    var workspaces: [Identifier<Workspace>: InMemoryWorkspace] = [:]
    var nextLease: Int64 = 1
    /// Where the rotation over workspaces stands.
    var lastClaimed: Identifier<Workspace>?
}

/// One tenant.
struct InMemoryWorkspace: Sendable {
    struct StoredKey: Sendable {
        var key: APIKey
        let secretHash: [UInt8]
    }

    var workspace: Workspace
    var workspaceAudience: Identifier<Audience>
    let fenceSecret: [UInt8]
    var users: [Identifier<User>: User] = [:]
    var agents: [Identifier<Agent>: Agent] = [:]
    var audiences: [Identifier<Audience>: Audience] = [:]
    var members: [Identifier<Audience>: [AudienceMember]] = [:]
    var keys: [Identifier<APIKey>: StoredKey] = [:]
    var channels: [Identifier<Channel>: Channel] = [:]
    var threads: [Identifier<ConversationThread>: ConversationThread] = [:]
    var forks: [Identifier<Fork>: Fork] = [:]
    var messages: [Identifier<Message>: InMemoryMessage] = [:]
    var collections: [Identifier<MemoryCollection>: MemoryCollection] = [:]
    /// All versions of every item, oldest first.
    var items: [Identifier<ContextItem>: [ContextItem]] = [:]
    var feeds: [Identifier<MemoryCollection>: InMemoryFeed] = [:]
    var traces: [Identifier<ContextPack>: ContextTrace] = [:]
    var feedback: [InMemoryFeedback] = []
    var proposals: [Identifier<ItemProposal>: ItemProposal] = [:]
    var extractsAutomatically = false
    var extractionPositions: [Identifier<ConversationThread>: Int64] = [:]
    var jobs: [Identifier<Job>: InMemoryJob] = [:]
    var events: [NewEvent] = []
    var usage: [(day: CalendarDay, record: UsageRecord)] = []
    var holds: [Identifier<UsageHold>: (day: CalendarDay, hold: UsageHold)] = [:]
    var spendingLimits: [SpendingLimit] = []
    var tier: Tier?
    var audit: [AuditEntry] = []
    var erasures: [Identifier<Erasure>: Erasure] = [:]
    var marks: Set<[UInt8]> = []
    var policies: [Identifier<MemoryCollection>: RetentionPolicy] = [:]
    var uses: [Identifier<ContextItem>: Timestamp] = [:]
    var usesNotedFrom: [Identifier<MemoryCollection>: Timestamp] = [:]
    var pruned: [Identifier<ContextItem>: InMemoryPruning] = [:]
    var answers: [String: (request: RepeatableRequest, answer: RepeatedAnswer)] = [:]
}

/// A message with its search words.
struct InMemoryMessage: Sendable {
    var message: Message
    var bigrams: [String]
}

/// A job in the queue.
struct InMemoryJob: Sendable {
    let id: Identifier<Job>
    let key: String
    let payload: JobPayload
    var attempt = 0
    var readyAt: Timestamp
    var lease: (number: Int64, until: Timestamp)?
    var isDead = false
    var isDone = false
}

/// The feed of one collection.
struct InMemoryFeed: Sendable {
    struct Entry: Sendable {
        let key: Int64
        let sourceID: Identifier<IndexEntryChange>
        var seq: Int64
        let version: Int32
        var isLive: Bool
        var attributes: EntryAttributes?
        var terms: [UInt8]
        var analyzerVersion: Int32
        var vectors: [EntryVector]
    }

    var lastSeq: Int64 = 0
    var floor: Int64 = 0
    var nextKey: Int64 = 1
    var entries: [Int64: Entry] = [:]
    private var keys: [String: Int64] = [:]

    /// Writes one change with the next place.
    mutating func apply(_ change: IndexEntryChange) throws(StoreError) {
        let name = "\(change.sourceID)@\(change.version)"
        lastSeq += 1
        guard let key = keys[name] else {
            guard let attributes = change.attributes, change.isLive else {
                if !change.isLive { return }
                throw StoreError(.invalid, "a new entry needs attributes", field: "attributes")
            }
            keys[name] = nextKey
            entries[nextKey] = Entry(
                key: nextKey,
                sourceID: change.sourceID,
                seq: lastSeq,
                version: change.version,
                isLive: true,
                attributes: attributes,
                terms: change.terms ?? [],
                analyzerVersion: change.analyzerVersion,
                vectors: change.vectors
            )
            nextKey += 1
            return
        }
        guard var entry = entries[key] else { return }
        entry.seq = lastSeq
        // What was erased stays erased: a vector that comes late finds a tombstone.
        if !change.isLive || !entry.isLive {
            entry.isLive = false
            (entry.attributes, entry.terms, entry.vectors) = (nil, [], [])
        } else {
            if let attributes = change.attributes { entry.attributes = attributes }
            if let terms = change.terms {
                entry.terms = terms
                entry.analyzerVersion = change.analyzerVersion
            }
            for vector in change.vectors {
                entry.vectors.removeAll {
                    ($0.generation, $0.view, $0.part) == (vector.generation, vector.view, vector.part)
                }
                entry.vectors.append(vector)
            }
        }
        entries[key] = entry
    }

    /// A row as a follower of one generation reads it.
    static func row(_ entry: Entry, generation: Int32) -> FeedEntry {
        FeedEntry(
            key: entry.key,
            sourceID: entry.sourceID,
            seq: entry.seq,
            version: entry.version,
            isLive: entry.isLive,
            attributes: entry.attributes,
            terms: entry.terms,
            analyzerVersion: entry.analyzerVersion,
            vectors: entry.vectors.filter { $0.generation == generation }
        )
    }
}

/// A pruned item.
struct InMemoryPruning: Sendable {
    let at: Timestamp
    let finalAt: Timestamp
    var restoredAt: Timestamp?
}
