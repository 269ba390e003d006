/// A place of conversation with one audience.
public struct Channel: Sendable, Hashable {
    /// The id.
    public let id: Identifier<Channel>
    /// Who may see it and all that is in it.
    public let audienceID: Identifier<Audience>
    /// What people call it.
    public var name: String
    /// When it was made.
    public let createdAt: Timestamp

    /// Makes a channel.
    public init(id: Identifier<Channel>, audienceID: Identifier<Audience>, name: String, createdAt: Timestamp) {
        self.id = id
        self.audienceID = audienceID
        self.name = name
        self.createdAt = createdAt
    }
}

/// Where a thread stands.
public enum ThreadStatus: String, Sendable, Hashable, CaseIterable, Codable {
    /// Open.
    case active
    /// Answered or done.
    case resolved
    /// Put away.
    case archived
}

/// One line of conversation in a channel.
public struct ConversationThread: Sendable, Hashable {
    /// The id.
    public let id: Identifier<ConversationThread>
    /// The channel it is in.
    public let channelID: Identifier<Channel>
    /// Inherited from the channel.
    public let audienceID: Identifier<Audience>
    /// What it is about.
    public var title: String
    /// Where it stands.
    public var status: ThreadStatus
    /// When it was made.
    public let createdAt: Timestamp

    /// Makes a thread.
    public init(
        id: Identifier<ConversationThread>,
        channelID: Identifier<Channel>,
        audienceID: Identifier<Audience>,
        title: String,
        status: ThreadStatus = .active,
        createdAt: Timestamp
    ) {
        self.id = id
        self.channelID = channelID
        self.audienceID = audienceID
        self.title = title
        self.status = status
        self.createdAt = createdAt
    }
}

/// Where a fork stands.
public enum ForkStatus: String, Sendable, Hashable, CaseIterable, Codable {
    /// Open.
    case active
    /// Ended with a summary.
    case resolved
    /// Ended without one.
    case abandoned
}

/// A side conversation that leaves a thread, or another fork, at one message.
public struct Fork: Sendable, Hashable {
    /// The id.
    public let id: Identifier<Fork>
    /// The thread it belongs to.
    public let threadID: Identifier<ConversationThread>
    /// Inherited from the channel.
    public let audienceID: Identifier<Audience>
    /// The fork it left, where it did not leave the thread itself.
    public let parentForkID: Identifier<Fork>?
    /// The last message of the parent that is visible in it.
    public let forkPointID: Identifier<Message>
    /// What it is about.
    public var title: String
    /// Where it stands.
    public var status: ForkStatus
    /// What came of it, once resolved.
    public var summary: String?
    /// When it was made.
    public let createdAt: Timestamp
    /// When it was resolved or abandoned.
    public var endedAt: Timestamp?

    /// Makes a fork.
    public init(
        id: Identifier<Fork>,
        threadID: Identifier<ConversationThread>,
        audienceID: Identifier<Audience>,
        parentForkID: Identifier<Fork>? = nil,
        forkPointID: Identifier<Message>,
        title: String,
        status: ForkStatus = .active,
        summary: String? = nil,
        createdAt: Timestamp,
        endedAt: Timestamp? = nil
    ) {
        self.id = id
        self.threadID = threadID
        self.audienceID = audienceID
        self.parentForkID = parentForkID
        self.forkPointID = forkPointID
        self.title = title
        self.status = status
        self.summary = summary
        self.createdAt = createdAt
        self.endedAt = endedAt
    }
}

/// What is visible of a thread from one of its forks: the fork itself, and of its parents up to the thread what was said
/// before the next one left it.
public struct ForkLine: Sendable, Hashable {
    /// The thread.
    public let threadID: Identifier<ConversationThread>
    /// The last position that is visible of each fork, and of the thread itself under nil.
    public let lastPositions: [Identifier<Fork>?: Int64]

    /// Makes a line.
    public init(threadID: Identifier<ConversationThread>, lastPositions: [Identifier<Fork>?: Int64]) {
        self.threadID = threadID
        self.lastPositions = lastPositions
    }

    /// Whether a message of the thread is visible.
    public func holds(fork: Identifier<Fork>?, position: Int64) -> Bool {
        lastPositions[fork].map { position <= $0 } ?? false
    }
}
