/// Channels, threads, forks and messages, inside a transaction.
public protocol ConversationStore: Sendable {
    /// Adds a channel.
    func createChannel(_ channel: Channel) async throws(StoreError)
    /// One channel.
    func channel(_ id: Identifier<Channel>) async throws(StoreError) -> Channel
    /// Channels, newest first.
    func channels(_ page: PageRequest) async throws(StoreError) -> Page<Channel>
    /// Deletes a channel with all that is in it.
    func deleteChannel(_ id: Identifier<Channel>) async throws(StoreError)

    /// Adds a thread; its audience is the channel's.
    func createThread(_ thread: ConversationThread) async throws(StoreError)
    /// One thread.
    func thread(_ id: Identifier<ConversationThread>) async throws(StoreError) -> ConversationThread
    /// Threads, newest first, of one channel or of all.
    func threads(
        in channel: Identifier<Channel>?,
        _ page: PageRequest
    ) async throws(StoreError) -> Page<ConversationThread>
    /// Replaces a thread's title and status.
    func updateThread(_ thread: ConversationThread) async throws(StoreError)
    /// Deletes a thread with its forks and messages.
    func deleteThread(_ id: Identifier<ConversationThread>) async throws(StoreError)

    /// Adds a fork; its fork point must lie in its parent.
    func createFork(_ fork: Fork) async throws(StoreError)
    /// One fork.
    func fork(_ id: Identifier<Fork>) async throws(StoreError) -> Fork
    /// The forks of a thread, newest first.
    func forks(of thread: Identifier<ConversationThread>, _ page: PageRequest) async throws(StoreError) -> Page<Fork>
    /// Ends an active fork as resolved or abandoned; fails with `conflict` where it has ended.
    func endFork(
        _ id: Identifier<Fork>,
        status: ForkStatus,
        summary: String?,
        at time: Timestamp
    ) async throws(StoreError) -> Fork

    /// Appends messages in order, allotting their positions; ids that are there already with the same content are
    /// left alone, with other content fail with `conflict`. Returns them as stored.
    func appendMessages(_ messages: [NewMessage]) async throws(StoreError) -> [Message]
    /// One message.
    func message(_ id: Identifier<Message>) async throws(StoreError) -> Message
    /// These messages, in any order; what is gone or not visible is left out.
    func messages(_ ids: [Identifier<Message>]) async throws(StoreError) -> [Message]
    /// The next messages of the workspace in the order of their ids, held against deletion and editing until the
    /// transaction ends.
    func messages(after id: Identifier<Message>?, limit: Int) async throws(StoreError) -> [Message]
    /// Messages of one thread or fork by position, oldest first; `order` of the page position is the position.
    /// Of a fork only its own messages; what came before its fork point is the parent's.
    func messages(
        thread: Identifier<ConversationThread>,
        fork: Identifier<Fork>?,
        _ page: PageRequest
    ) async throws(StoreError) -> Page<Message>
    /// Replaces a message's text and search words, as its next version.
    func editMessage(
        _ id: Identifier<Message>,
        content: String,
        bigrams: [String]
    ) async throws(StoreError) -> Message
    /// Deletes a message.
    func deleteMessage(_ id: Identifier<Message>) async throws(StoreError)
}

/// A message to be appended, with what the store cannot work out itself.
public struct NewMessage: Sendable, Hashable {
    /// The message; its position is ignored.
    public let message: Message
    /// Bigrams of the runs of script without spaces, for full-text search.
    public let bigrams: [String]

    /// Makes a new message.
    public init(message: Message, bigrams: [String]) {
        self.message = message
        self.bigrams = bigrams
    }
}
