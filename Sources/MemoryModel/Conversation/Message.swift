/// Who wrote a message.
public enum AuthorType: String, Sendable, Hashable, CaseIterable, Codable {
    /// A person.
    case human
    /// An agent.
    case agent
    /// The service or an integration.
    case system
}

/// One message of a thread or fork.
public struct Message: Sendable, Hashable {
    /// The id.
    public let id: Identifier<Message>
    /// The channel it is in.
    public let channelID: Identifier<Channel>
    /// The thread it is in.
    public let threadID: Identifier<ConversationThread>
    /// The fork it is in, where it is not on the thread itself.
    public let forkID: Identifier<Fork>?
    /// Inherited from the channel.
    public let audienceID: Identifier<Audience>
    /// The place within the thread or fork; strictly rising, allotted by the store.
    public var position: Int64
    /// 1 when it is said, and one more with each edit.
    public var version: Int32
    /// The kind of author.
    public let authorType: AuthorType
    /// The author's name as shown.
    public let author: String
    /// The user or agent behind the name, where known.
    public let authorID: String?
    /// The text.
    public var content: String
    /// The message answered.
    public let replyTo: Identifier<Message>?
    /// Free fields of the caller.
    public var metadata: [String: JSONValue]
    /// When it was said.
    public let createdAt: Timestamp
    /// When it was last edited.
    public var editedAt: Timestamp?

    /// Makes a message.
    public init(
        id: Identifier<Message>,
        channelID: Identifier<Channel>,
        threadID: Identifier<ConversationThread>,
        forkID: Identifier<Fork>? = nil,
        audienceID: Identifier<Audience>,
        position: Int64 = 0,
        version: Int32 = 1,
        authorType: AuthorType,
        author: String,
        authorID: String? = nil,
        content: String,
        replyTo: Identifier<Message>? = nil,
        metadata: [String: JSONValue] = [:],
        createdAt: Timestamp,
        editedAt: Timestamp? = nil
    ) {
        self.id = id
        self.channelID = channelID
        self.threadID = threadID
        self.forkID = forkID
        self.audienceID = audienceID
        self.position = position
        self.version = version
        self.authorType = authorType
        self.author = author
        self.authorID = authorID
        self.content = content
        self.replyTo = replyTo
        self.metadata = metadata
        self.createdAt = createdAt
        self.editedAt = editedAt
    }
}

/// One version of a message: what an index entry stands for.
public struct MessageVersionReference: Sendable, Hashable, Codable {
    /// The message.
    public let messageID: Identifier<Message>
    /// The version.
    public let version: Int32

    /// Makes a reference.
    public init(messageID: Identifier<Message>, version: Int32) {
        self.messageID = messageID
        self.version = version
    }
}
