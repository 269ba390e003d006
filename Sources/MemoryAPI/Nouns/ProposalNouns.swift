import MemoryEngine
import MemoryModel

extension Nouns {
    static let proposal = Representation<ItemProposal>(
        "Proposal",
        [
            .id("id", \.id), .id("thread_id", \.threadID), .id("channel_id", \.channelID),
            .id("audience_id", \.audienceID), .text("content", \.content), .word("kind", \.kind),
            .number("confidence", \.confidence),
            Property("trust", .word(Trust.allCases.map(\.name))) { $1.string($0.trust.name) },
            .texts("source_message_ids") { $0.sourceMessageIDs.map(\.description) }, .text("method", \.method),
            .word("state", \.state), .optionalID("item_id", \.itemID), .time("created_at", \.createdAt),
            .optionalTime("decided_at", \.decidedAt), .optionalText("decided_by", \.decidedBy),
        ]
    )
}

/// A proposal with the item it became.
struct AcceptedProposal: Sendable {
    let proposal: ItemProposal
    let item: ContextItem
}

extension Nouns {
    static let acceptedProposal = Representation<AcceptedProposal>(
        "AcceptedProposal",
        [.nested("proposal", Nouns.proposal, \.proposal), .nested("item", Nouns.item, \.item)]
    )
}

extension Nouns {
    static let awaitedSummary = Representation<AwaitedSummary>(
        "AwaitedSummary",
        [.id("thread_id", \.threadID), .id("item_id", \.itemID)]
    )
}

/// A thread that is being looked through.
struct AwaitedProposals: Sendable {
    let threadID: Identifier<ConversationThread>
}

extension Nouns {
    static let awaitedProposals = Representation<AwaitedProposals>(
        "AwaitedProposals",
        [.id("thread_id", \.threadID)]
    )
}

/// Whether threads are looked through by themselves.
struct ExtractionSetting: Sendable {
    var isAutomatic = false
}

extension Nouns {
    static let extractionSetting = Representation<ExtractionSetting>(
        "ExtractionSetting",
        [.flag("automatic", \.isAutomatic)]
    )
}
