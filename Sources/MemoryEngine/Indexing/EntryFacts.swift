package import MemoryModel

/// What conditions and rankings ask of an entry, be it in an index or just read.
package protocol EntryFacts {
    var kind: ItemKind? { get }
    var scopeKind: String { get }
    var scopeID: String? { get }
    var tags: [String] { get }
    var source: String { get }
    var author: String? { get }
    var authorID: String? { get }
    var authorType: AuthorType? { get }
    var channelID: Identifier<Channel>? { get }
    var threadID: Identifier<ConversationThread>? { get }
    var forkID: Identifier<Fork>? { get }
    var position: Int64? { get }
    var replyTo: Identifier<Message>? { get }
    var importance: Float { get }
    var isPinned: Bool { get }
    var trust: Trust { get }
    var state: ItemState { get }
    var validFrom: Timestamp { get }
    var invalidAt: Timestamp? { get }
    var expiresAt: Timestamp? { get }
    var createdAt: Timestamp { get }
}

extension EntryAttributes: EntryFacts {}
