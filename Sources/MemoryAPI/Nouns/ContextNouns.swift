import MemoryEngine
import MemoryModel

/// A pack's text in the shape its format has.
struct RenderedPack: Sendable {
    let format: ContextFormat
    let rendered: RenderedContext

    /// The text of `text` and `xml`.
    var text: String? {
        if case .text(let text) = rendered { text } else { nil }
    }

    /// The messages of `openai`.
    var messages: [RenderedBlock]? {
        if case .blocks(let blocks) = rendered, format == .openai { blocks } else { nil }
    }

    /// The content blocks of `anthropic`.
    var content: [RenderedBlock]? {
        if case .blocks(let blocks) = rendered, format == .anthropic { blocks } else { nil }
    }
}

extension Nouns {
    private static let chatMessage = Representation<RenderedBlock>(
        "ChatMessage",
        [.text("role", \.role), .text("content", \.text)]
    )

    private static let contentBlock = Representation<RenderedBlock>(
        "ContentBlock",
        [.text("type", \.role), .text("text", \.text)]
    )

    static let rendered = Representation<RenderedPack>(
        "RenderedContext",
        [
            .word("format", \.format), .optionalText("text", \.text),
            .optionalList("messages", chatMessage, \.messages), .optionalList("content", contentBlock, \.content),
        ]
    )

    static let freshness = Representation<ContextFreshness>(
        "Freshness",
        [
            .optionalFlag("token_met", \.tokenMet), .flag("lexical_current", \.lexicalCurrent),
            .integer("awaiting_vectors") { Int64($0.awaitingVectors) },
        ]
    )

    /// A candidate that is in the pack, with all of its noun.
    static let entry = Representation<ContextCandidate>(
        "ContextEntry",
        [
            .word("section", \.section), .word("outcome", \.outcome), .integer("tokens") { Int64($0.tokens) },
            .scores("scores", \.scores), .texts("duplicates") { $0.duplicates.map(\.id) },
            .texts("conflicts_with") { $0.conflictsWith.map(\.id) }, .optionalNested("item", item, \.item),
            .optionalNested("message", message, \.message),
        ]
    )

    /// A candidate that was left out: what it is and why, without its text.
    static let drop = Representation<ContextCandidate>(
        "ContextDrop",
        [
            .word("section", \.section), .word("outcome", \.outcome), .scores("scores", \.scores),
            .optionalID("item_id", \.item?.id), .optionalInteger("version") { $0.item.map { Int64($0.version) } },
            .optionalID("message_id", \.message?.id), .optionalText("duplicate_of") { $0.duplicateOf?.id },
            .texts("conflicts_with") { $0.conflictsWith.map(\.id) },
        ]
    )

    static let pack = Representation<AnsweredContext>(
        "ContextPack",
        [
            .id("id", \.pack.id), .nested("rendered", rendered, \.rendered),
            .integer("token_count") { Int64($0.pack.tokenCount) },
            .integer("token_budget") { Int64($0.query.tokenBudget) }, .word("tokenizer", \.query.tokenizer),
            .list("entries", entry) { $0.pack.candidates.filter(\.isShown) },
            .list("dropped", drop) { $0.pack.candidates.filter { !$0.isShown } },
            .nested("freshness", freshness, \.pack.freshness), .number("confidence", \.pack.confidence),
            .flag("degraded") { !$0.pack.degradations.isEmpty },
            .texts("degradations") { $0.pack.degradations.map(\.rawValue) },
            .timings("timings_ms") { $0.pack.timings.map { ($0.stage, $0.milliseconds) } },
        ]
    )

    private static let reference = Representation<ItemVersionReference>(
        "ItemVersionReference",
        [.id("item_id", \.itemID), .integer("version") { Int64($0.version) }]
    )

    private static let traceEntry = Representation<TraceEntry>(
        "TraceEntry",
        [
            .word("section", \.section), .word("outcome", \.outcome), .integer("tokens") { Int64($0.tokens) },
            .scores("scores", \.scores), .optionalNested("item", reference, \.item),
            .optionalID("message_id", \.messageID), .optionalText("duplicate_of") { $0.duplicateOf?.id },
            .texts("conflicts_with") { ($0.conflictsWith ?? []).map(\.id) },
        ]
    )

    static let replay = Representation<ContextReplay>(
        "ContextReplay",
        [
            .id("id", \.id), .time("created_at", \.createdAt),
            .nested("rendered", rendered) { RenderedPack(format: $0.trace.format, rendered: $0.rendered) },
            .flag("identical", \.isIdentical), .list("missing_items", reference, \.missingItems),
            .texts("missing_messages") { $0.missingMessages.map(\.description) },
            .integer("token_count") { Int64($0.trace.tokenCount) },
            .integer("token_budget") { Int64($0.trace.tokenBudget) }, .word("tokenizer", \.trace.tokenizer),
            .list("entries", traceEntry, \.trace.entries),
            .texts("degradations") { $0.trace.degradations.map(\.rawValue) },
            .timings("timings_ms") { $0.trace.timings.sorted { $0.key < $1.key }.map { ($0.key, $0.value) } },
        ]
    )
}

/// How much feedback on a pack was kept.
struct KeptFeedback: Sendable {
    let contextID: Identifier<ContextPack>
    let count: Int
}

extension Nouns {
    static let keptFeedback = Representation<KeptFeedback>(
        "KeptFeedback",
        [.id("context_id", \.contextID), .integer("kept") { Int64($0.count) }]
    )
}

/// A pack with the query that it answers.
struct AnsweredContext: Sendable {
    let query: ContextQuery
    let pack: ContextPack

    var rendered: RenderedPack { RenderedPack(format: query.format, rendered: pack.rendered) }
}

extension ContextCandidate {
    /// Whether it is in the pack.
    var isShown: Bool { outcome == .included || outcome == .excerpted }

    /// The item, where it is one.
    var item: ContextItem? {
        if case .item(let item) = subject { item } else { nil }
    }

    /// The message, where it is one.
    var message: Message? {
        if case .message(let message) = subject { message } else { nil }
    }
}

extension Property {
    /// An array, or null.
    static func optionalList<Other>(
        _ name: String,
        _ representation: Representation<Other>,
        _ value: @escaping @Sendable (Noun) -> [Other]?
    ) -> Property {
        Property(name, representation.schema.list().nullable) { noun, writer in
            guard let elements = value(noun) else { return writer.null() }
            writer.array { writer in
                for element in elements { representation.write(element, to: &writer) }
            }
        }
    }

    /// An integer, or null.
    static func optionalInteger(_ name: String, _ value: @escaping @Sendable (Noun) -> Int64?) -> Property {
        Property(name, Schema.integer.nullable) { noun, writer in
            if let value = value(noun) { writer.integer(value) } else { writer.null() }
        }
    }

    /// Milliseconds by stage, in the order given.
    static func timings(_ name: String, _ value: @escaping @Sendable (Noun) -> [(String, Double)]) -> Property {
        let schema = Schema(["type": .string("object"), "additionalProperties": .object(Schema.number.json)])
        return Property(name, schema) { noun, writer in
            writer.object { writer in
                for (stage, milliseconds) in value(noun) {
                    writer.key(stage)
                    writer.number((milliseconds * 1000).rounded() / 1000)
                }
            }
        }
    }
}
