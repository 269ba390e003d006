/// What a job does.
///
/// Jobs hold ids, never text.
public enum JobPayload: Sendable, Hashable, Codable {
    /// Embed these versions of items of one collection, for one generation.
    case embedItems(collectionID: Identifier<MemoryCollection>, generation: Int32, items: [ItemVersionReference])
    /// Sum up a fork that was resolved without a summary: the message goes into its parent, the item into a collection.
    case summariseFork(forkID: Identifier<Fork>, messageID: Identifier<Message>, result: DerivedItem)
    /// Sum up a thread as an item, in place of the summary before.
    case summariseThread(threadID: Identifier<ConversationThread>, result: DerivedItem)
    /// Look through a thread for what is worth keeping.
    case extractItems(threadID: Identifier<ConversationThread>)

    /// Embed these versions of messages of one collection, for one generation.
    case embedMessages(
        collectionID: Identifier<MemoryCollection>,
        generation: Int32,
        messages: [MessageVersionReference]
    )
    /// Bring the indexes of messages in line with the workspace's setting: index what is not yet, from behind this
    /// message on, or drop the collections.
    case indexMessages(after: Identifier<Message>?)
    /// Do the next step of an erasure; the round tells the steps of one erasure apart.
    case erase(Identifier<Erasure>, round: Int)

    /// Prune a collection by its retention policy, and have erased what was pruned long enough ago.
    case applyRetention(Identifier<MemoryCollection>)

    /// Whether each run asks for the next: then nothing else would begin it again, and it is never put aside.
    public var isRecurring: Bool {
        if case .applyRetention = self { return true }
        return false
    }

    /// The bounded name of the kind, for metrics and the `kind` column.
    public var kind: String {
        switch self {
        case .embedItems: "embed_items"
        case .embedMessages: "embed_messages"
        case .indexMessages: "index_messages"
        case .summariseFork: "summarise_fork"
        case .summariseThread: "summarise_thread"
        case .extractItems: "extract_items"
        case .erase: "erase"
        case .applyRetention: "apply_retention"
        }
    }
}

/// The item that a job makes: its id is given out when the job is asked for.
public struct DerivedItem: Sendable, Hashable, Codable {
    /// The id.
    public let itemID: Identifier<ContextItem>
    /// Where it goes.
    public let collectionID: Identifier<MemoryCollection>
    /// The runtime that asked.
    public let source: String
    /// Who asked: `user:<id>`, `agent:<id>` or `key:<id>`.
    public let principal: String?

    /// Makes a description of an item.
    public init(
        itemID: Identifier<ContextItem>,
        collectionID: Identifier<MemoryCollection>,
        source: String,
        principal: String?
    ) {
        self.itemID = itemID
        self.collectionID = collectionID
        self.source = source
        self.principal = principal
    }
}

/// A job to be put in the queue.
public struct NewJob: Sendable, Hashable {
    /// Unique within the workspace: enqueuing the same key twice leaves one job.
    public let key: String
    /// What to do.
    public let payload: JobPayload
    /// How long it waits before it may be claimed, by the database's clock.
    public let delay: Duration

    /// Makes a job.
    public init(key: String, payload: JobPayload, delay: Duration = .zero) {
        self.key = key
        self.payload = payload
        self.delay = delay
    }
}

/// Phantom noun for the ids of jobs.
public enum Job: Sendable {}

/// A job under a lease.
public struct ClaimedJob: Sendable, Hashable {
    /// The id.
    public let id: Identifier<Job>
    /// The workspace its effects are bound to.
    public let workspaceID: Identifier<Workspace>
    /// What to do.
    public let payload: JobPayload
    /// 1 for the first try.
    public let attempt: Int
    /// Proves the lease; a later claim of the same job has another one.
    public let lease: Int64

    /// Makes a claimed job.
    public init(
        id: Identifier<Job>,
        workspaceID: Identifier<Workspace>,
        payload: JobPayload,
        attempt: Int,
        lease: Int64
    ) {
        self.id = id
        self.workspaceID = workspaceID
        self.payload = payload
        self.attempt = attempt
        self.lease = lease
    }
}

/// A domain event; it carries ids, never text.
public struct NewEvent: Sendable, Hashable {
    /// Such as `item.created` or `fork.resolved`.
    public let kind: String
    /// What it is about, as text: `item:<id>`.
    public let subject: String
    /// Small details: ids, counts, states.
    public let details: [String: JSONValue]

    /// Makes an event.
    public init(kind: String, subject: String, details: [String: JSONValue] = [:]) {
        self.kind = kind
        self.subject = subject
        self.details = details
    }
}
