import MemoryEngine
import MemoryModel

/// The body of an edit.
struct MessageEdit: Sendable {
    var content = ""
}

/// The body of a pin.
struct PinPayload: Targeted {
    var draft = PinDraft()
    var target = TargetPayload()
}

/// The shapes of messages' bodies under the configured limits.
struct MessageShapes: Sendable {
    let shared: SharedShapes
    let configuration: APIConfiguration

    init(_ configuration: APIConfiguration) {
        self.shared = SharedShapes(configuration)
        self.configuration = configuration
    }

    private var content: Shape<String> { .text(1...configuration.limits.messageContent) }

    /// A new message.
    var message: Shape<MessageDraft> {
        ObjectShape(
            "MessageCreation",
            MessageDraft(authorType: .human, author: "", content: ""),
            [
                .required("content", \.content, content), .required("author", \.author, shared.label),
                .required("author_type", \.authorType, .word()), .optional("id", \.id, .id()),
                .optional("author_id", \.authorID, shared.label), .optional("reply_to", \.replyTo, .id()),
                .optional("created_at", \.createdAt, .time), .defaulted("metadata", \.metadata, shared.metadata),
                .defaulted("restore_erased", \.restoresErased, .flag),
            ]
        ).shape
    }

    /// A batch of new messages.
    var batch: Shape<[MessageDraft]> {
        ObjectShape(
            "MessageBatch",
            Batch<MessageDraft>(),
            [.required("messages", \.elements, .list(message, 1...configuration.limits.batch))]
        ).shape.map { batch, _ in batch.elements }
    }

    /// Which messages a context query wants.
    var filter: Shape<MessageFilter> {
        ObjectShape(
            "MessageFilter",
            MessageFilter(),
            [
                .defaulted("channel_ids", \.channels, .set(.id(), 0...100)),
                .defaulted("thread_ids", \.threads, .set(.id(), 0...100)),
                .defaulted("fork_ids", \.forks, .set(.id(), 0...100)),
                .defaulted("authors", \.authors, .set(shared.label, 0...100)),
                .defaulted("author_types", \.authorTypes, .set(.word(), 0...3)),
            ]
        ).shape
    }

    /// A new text.
    var edit: Shape<MessageEdit> {
        ObjectShape("MessageEdit", MessageEdit(), [.required("content", \.content, content)]).shape
    }

    /// How a message becomes an item.
    var pin: Shape<PinPayload> {
        let fields: [Field<PinPayload>] =
            [
                .optional("id", \.draft.id, .id()),
                .optional("content", \.draft.content, .text(1...configuration.limits.itemContent)),
                .defaulted("kind", \.draft.kind, .word()),
                .optional("scope", \.draft.scope, ScopePayload.shape(shared)),
                .defaulted("tags", \.draft.tags, shared.tags),
                .defaulted("importance", \.draft.importance, .number(0...1)),
                .defaulted("pinned", \.draft.isPinned, .flag), .defaulted("source", \.draft.source, shared.label),
            ] + Field.target
        return ObjectShape("MessagePin", PinPayload(), fields) { $0.target.check(&$1) }.shape
    }
}
