import MemoryEngine
import MemoryModel

extension Nouns {
    static let channel = Representation<Channel>(
        "Channel",
        [
            .id("id", \.id), .id("audience_id", \.audienceID), .text("name", \.name),
            .time("created_at", \.createdAt),
        ]
    )
}

extension Nouns {
    static let thread = Representation<ConversationThread>(
        "Thread",
        [
            .id("id", \.id), .id("channel_id", \.channelID), .id("audience_id", \.audienceID), .text("title", \.title),
            .word("status", \.status), .time("created_at", \.createdAt),
        ]
    )
}

extension Nouns {
    static let fork = Representation<Fork>(
        "Fork",
        [
            .id("id", \.id), .id("thread_id", \.threadID), .id("audience_id", \.audienceID),
            .optionalID("parent_fork_id", \.parentForkID), .id("fork_point_id", \.forkPointID),
            .text("title", \.title), .word("status", \.status), .optionalText("summary", \.summary),
            .time("created_at", \.createdAt), .optionalTime("ended_at", \.endedAt),
        ]
    )
}

extension Nouns {
    static let message = Representation<Message>(
        "Message",
        [
            .id("id", \.id), .id("channel_id", \.channelID), .id("thread_id", \.threadID),
            .optionalID("fork_id", \.forkID), .id("audience_id", \.audienceID), .integer("position", \.position),
            .word("author_type", \.authorType), .text("author", \.author), .optionalText("author_id", \.authorID),
            .text("content", \.content), .optionalID("reply_to", \.replyTo), .freeFields("metadata", \.metadata),
            .time("created_at", \.createdAt), .optionalTime("edited_at", \.editedAt),
        ]
    )
}

/// A message of a batch, without its text.
extension Nouns {
    static let appended = Representation<Message>(
        "AppendedMessage",
        [.id("id", \.id), .integer("position", \.position), .time("created_at", \.createdAt)]
    )
}

extension Nouns {
    static let appendedBatch = Representation<AppendedBatch>(
        "AppendedMessages",
        [.list("messages", Nouns.appended, \.messages), .integers("erased", \.erased)]
    )
}

extension Nouns {
    static let resolvedFork = Representation<ResolvedFork>(
        "ResolvedFork",
        [
            .nested("fork", Nouns.fork, \.fork), .optionalNested("message", Nouns.message, \.message),
            .optionalNested("item", Nouns.item, \.item), .optionalID("awaited_item_id", \.awaitedItemID),
        ]
    )
}
