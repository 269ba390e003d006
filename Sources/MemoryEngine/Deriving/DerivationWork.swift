public import MemoryModel

/// What the worker needs to make summaries and to look through conversations.
public struct DerivationWork: Sendable {
    /// The chat model; nil where there is none, and then summaries are made of a conversation's own sentences.
    public let chat: (any ChatProvider)?
    /// Writes items.
    public let items: ItemService
    /// Writes messages.
    public let conversations: ConversationService
    /// Makes ids.
    public let identifiers: IdentifierGenerator
    /// How it is done.
    public let configuration: DerivationConfiguration

    /// Gathers what is needed.
    public init(
        chat: (any ChatProvider)?,
        items: ItemService,
        conversations: ConversationService,
        identifiers: IdentifierGenerator,
        configuration: DerivationConfiguration = DerivationConfiguration()
    ) {
        self.chat = chat
        self.items = items
        self.conversations = conversations
        self.identifiers = identifiers
        self.configuration = configuration
    }
}
