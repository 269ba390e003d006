/// A set of items with one embedding profile, one index and one audience.
public struct MemoryCollection: Sendable, Hashable {
    /// What a collection holds.
    public enum Content: String, Sendable, Hashable, CaseIterable, Codable {
        /// Context items.
        case items
        /// The messages of every channel of one audience.
        case messages
    }

    /// The id.
    public let id: Identifier<MemoryCollection>
    /// Who may see it and all that is in it.
    public let audienceID: Identifier<Audience>
    /// What people call it.
    public var name: String
    /// What it holds.
    public let content: Content
    /// The agent whose personal collection it is; absent for a user's or a shared one.
    public let agentID: Identifier<Agent>?
    /// The user whose personal collection it is; absent for an agent's or a shared one.
    public let userID: Identifier<User>?
    /// What its vectors are made with; absent where the service runs on words alone.
    public var profile: EmbeddingProfile?
    /// The generation that searches use.
    public var generation: Int32
    /// When it was made.
    public let createdAt: Timestamp

    /// Whether it belongs to one agent or user.
    public var isPersonal: Bool { agentID != nil || userID != nil }

    /// Makes a collection.
    public init(
        id: Identifier<MemoryCollection>,
        audienceID: Identifier<Audience>,
        name: String,
        content: Content = .items,
        agentID: Identifier<Agent>? = nil,
        userID: Identifier<User>? = nil,
        profile: EmbeddingProfile?,
        generation: Int32 = 1,
        createdAt: Timestamp
    ) {
        self.id = id
        self.audienceID = audienceID
        self.name = name
        self.content = content
        self.agentID = agentID
        self.userID = userID
        self.profile = profile
        self.generation = generation
        self.createdAt = createdAt
    }
}

/// How texts become vectors: vectors of different profiles are never compared.
public struct EmbeddingProfile: Sendable, Hashable, Codable {
    /// The provider's name, such as `local` or `openai`.
    public let provider: String
    /// The model's name at that provider.
    public let model: String
    /// The length of a vector.
    public let dimensions: Int
    /// What is put before a text that is stored.
    public let documentPrefix: String
    /// What is put before a text that is asked.
    public let queryPrefix: String

    /// Makes a profile; vectors are unit length and compared by cosine.
    public init(
        provider: String,
        model: String,
        dimensions: Int,
        documentPrefix: String = "",
        queryPrefix: String = ""
    ) {
        self.provider = provider
        self.model = model
        self.dimensions = dimensions
        self.documentPrefix = documentPrefix
        self.queryPrefix = queryPrefix
    }

    /// One line that tells profiles apart, such as `local/all-MiniLM-L6-v2/384`; part of snapshots and metrics.
    public var name: String {
        let prefixes = documentPrefix.isEmpty && queryPrefix.isEmpty ? "" : "/\(documentPrefix)|\(queryPrefix)"
        return "\(provider)/\(model)/\(dimensions)\(prefixes)"
    }
}
