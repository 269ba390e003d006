package import MemoryModel

/// What an index knows of one live entry besides vectors and words, in some seventy bytes.
///
/// What many entries have in common is in `traits`; what few have is in an object of its own.
package struct EntryRecord: Sendable, Hashable {
    package let sourceID: Identifier<IndexEntryChange>
    /// The place in the feed at which it was last written.
    package let seq: Int64
    package let createdAt: Timestamp
    private let place: Int64
    package private(set) var traits: EntryTraits
    private let extras: EntryExtras?
    package let version: Int32
    package let importance: Float
    package let kind: ItemKind?
    package let trust: Trust
    package let state: ItemState
    package let isPinned: Bool
    /// Whether its vectors are in the index.
    package let hasVector: Bool

    private static let placeless = Int64.min

    package init(
        sourceID: Identifier<IndexEntryChange>,
        version: Int32,
        seq: Int64,
        hasVector: Bool,
        attributes: EntryAttributes
    ) {
        self.init(
            sourceID: sourceID,
            version: version,
            seq: seq,
            hasVector: hasVector,
            attributes: attributes,
            traits: EntryTraits(attributes)
        )
    }

    /// Makes a record whose traits are known; those of the attributes are passed over.
    init(
        sourceID: Identifier<IndexEntryChange>,
        version: Int32,
        seq: Int64,
        hasVector: Bool,
        attributes: EntryAttributes,
        traits: EntryTraits
    ) {
        self.sourceID = sourceID
        self.seq = seq
        self.version = version
        self.hasVector = hasVector
        self.traits = traits
        createdAt = attributes.createdAt
        place = attributes.position ?? Self.placeless
        extras = EntryExtras(attributes)
        importance = attributes.importance
        kind = attributes.kind
        trust = attributes.trust
        state = attributes.state
        isPinned = attributes.isPinned
    }

    /// The same record with the object that stands for its traits.
    func sharing(_ pool: EntryTraitsPool) -> EntryRecord {
        var record = self
        record.traits = pool.shared(traits)
        return record
    }

    /// Whether it stands for a message rather than an item.
    package var isMessage: Bool { authorType != nil }
    /// The item's version it stands for.
    package var reference: ItemVersionReference {
        ItemVersionReference(itemID: sourceID.as(ContextItem.self), version: version)
    }
    /// The message's version it stands for.
    package var messageReference: MessageVersionReference {
        MessageVersionReference(messageID: sourceID.as(Message.self), version: version)
    }

    /// The place of a message within its thread or fork.
    package var position: Int64? { place == Self.placeless ? nil : place }
    /// The message that a message answers.
    package var replyTo: Identifier<Message>? { extras?.replyTo }

    /// All attributes, put together anew: for single entries, not for a walk over all of them.
    package var attributes: EntryAttributes {
        EntryAttributes(
            kind: kind,
            scopeKind: traits.scopeKind,
            scopeID: traits.scopeID,
            tags: traits.tags,
            source: traits.source,
            author: traits.author,
            authorID: traits.authorID,
            authorType: traits.authorType,
            channelID: traits.channelID,
            threadID: traits.threadID,
            forkID: traits.forkID,
            position: position,
            replyTo: replyTo,
            importance: importance,
            isPinned: isPinned,
            trust: trust,
            state: state,
            validFrom: validFrom,
            invalidAt: invalidAt,
            expiresAt: expiresAt,
            createdAt: createdAt
        )
    }
}

extension EntryRecord: EntryFacts {
    package var scopeKind: String { traits.scopeKind }
    package var scopeID: String? { traits.scopeID }
    package var tags: [String] { traits.tags }
    package var source: String { traits.source }
    package var author: String? { traits.author }
    package var authorID: String? { traits.authorID }
    package var authorType: AuthorType? { traits.authorType }
    package var channelID: Identifier<Channel>? { traits.channelID }
    package var threadID: Identifier<ConversationThread>? { traits.threadID }
    package var forkID: Identifier<Fork>? { traits.forkID }
    package var validFrom: Timestamp { extras?.validFrom ?? createdAt }
    package var invalidAt: Timestamp? { extras?.invalidAt }
    package var expiresAt: Timestamp? { extras?.expiresAt }
}

/// What few entries have.
private final class EntryExtras: Sendable, Hashable {
    let validFrom: Timestamp
    let invalidAt: Timestamp?
    let expiresAt: Timestamp?
    let replyTo: Identifier<Message>?

    /// Nil where the attributes have none of it.
    init?(_ attributes: EntryAttributes) {
        guard
            attributes.validFrom != attributes.createdAt || attributes.invalidAt != nil || attributes.expiresAt != nil
                || attributes.replyTo != nil
        else { return nil }
        validFrom = attributes.validFrom
        invalidAt = attributes.invalidAt
        expiresAt = attributes.expiresAt
        replyTo = attributes.replyTo
    }

    static func == (left: EntryExtras, right: EntryExtras) -> Bool {
        left.validFrom == right.validFrom && left.invalidAt == right.invalidAt && left.expiresAt == right.expiresAt
            && left.replyTo == right.replyTo
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(validFrom)
        hasher.combine(invalidAt)
        hasher.combine(expiresAt)
        hasher.combine(replyTo)
    }
}
