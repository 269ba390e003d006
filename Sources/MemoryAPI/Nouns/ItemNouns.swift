import MemoryEngine
import MemoryModel

extension Nouns {
    static let scope = Representation<ItemScope>(
        "Scope",
        [
            Property("kind", .word(["global", "channel", "thread", "task"])) { $1.string($0.kind) },
            .optionalText("id", \.id),
        ]
    )
}

extension Nouns {
    static let provenance = Representation<Provenance>(
        "Provenance",
        [
            .optionalID("message_id", \.messageID), .optionalID("thread_id", \.threadID),
            .optionalID("fork_id", \.forkID), .optionalText("task_id", \.taskID), .optionalText("url", \.url),
            .optionalText("principal", \.principal),
            .texts("derived_from") { $0.derivedFrom.map(\.description) },
        ]
    )
}

extension Nouns {
    static let item = Representation<ContextItem>(
        "Item",
        [
            .id("id", \.id), .id("collection_id", \.collectionID), .id("audience_id", \.audienceID),
            .integer("version") { Int64($0.version) }, .text("content", \.content), .word("kind", \.kind),
            .nested("scope", Nouns.scope, \.scope), .texts("tags", \.tags), .text("source", \.source),
            .nested("provenance", Nouns.provenance, \.provenance), .number("importance", \.importance),
            .flag("pinned", \.isPinned),
            Property("trust", .word(Trust.allCases.map(\.name))) { $1.string($0.trust.name) },
            .word("state", \.state), .texts("quarantine_reasons") { $0.quarantineReasons.map(\.rawValue) },
            .time("valid_from", \.validFrom), .optionalTime("invalid_at", \.invalidAt),
            .optionalID("superseded_by", \.supersededBy), .optionalTime("expires_at", \.expiresAt),
            .text("content_hash") { Hexadecimal.text($0.contentHash) }, .freeFields("metadata", \.metadata),
            .time("created_at", \.createdAt), .time("updated_at", \.updatedAt),
        ]
    )
}

/// An item of a batch, without its text.
extension Nouns {
    static let stored = Representation<StoredItem>(
        "StoredItem",
        [
            .id("id", \.item.id), .id("collection_id", \.item.collectionID),
            .integer("version") { Int64($0.item.version) }, .flag("is_new", \.isNew),
        ]
    )
}

extension Nouns {
    static let storedBatch = Representation<StoredBatch>(
        "StoredItems",
        [.list("items", Nouns.stored, \.items), .integers("erased", \.erased)]
    )
}

extension Nouns {
    static let versions = Representation<[ContextItem]>("ItemVersions", [.list("versions", Nouns.item, \.self)])
}

extension Nouns {
    static let supersession = Representation<Supersession>(
        "Supersession",
        [.nested("replaced", Nouns.item, \.replaced), .nested("replacement", Nouns.item, \.replacement)]
    )
}

extension Nouns {
    static let revert = Representation<RevertOutcome>(
        "RevertOutcome",
        [
            .texts("quarantined") { $0.quarantined.map(\.description) },
            .texts("restored") { $0.restored.map(\.description) }, .flag("dry_run", \.isDryRun),
        ]
    )
}

/// What came of a review.
struct ReviewedItem: Sendable {
    let id: Identifier<ContextItem>
    /// Absent where it was deleted.
    let item: ContextItem?
}

extension Nouns {
    static let reviewed = Representation<ReviewedItem>(
        "ReviewedItem",
        [.id("id", \.id), .optionalNested("item", Nouns.item, \.item)]
    )
}

extension Nouns {
    static let profile = Representation<EmbeddingProfile>(
        "EmbeddingProfile",
        [
            .text("provider", \.provider), .text("model", \.model), .integer("dimensions") { Int64($0.dimensions) },
        ]
    )
}

extension Nouns {
    static let collection = Representation<MemoryCollection>(
        "Collection",
        [
            .id("id", \.id), .id("audience_id", \.audienceID), .text("name", \.name), .word("content", \.content),
            .optionalID("agent_id", \.agentID), .optionalID("user_id", \.userID),
            .optionalNested("profile", Nouns.profile, \.profile), .integer("generation") { Int64($0.generation) },
            .time("created_at", \.createdAt),
        ]
    )
}

/// Bytes in lower-case hexadecimal.
enum Hexadecimal {
    static func text(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
