package import MemoryModel
internal import Synchronization

/// What many entries have in common: where they are, who said them, how they are labelled.
///
/// The turns of one author in one thread share one object, so that a million of them cost little more than their
/// numbers. Equal by content.
package final class EntryTraits: Sendable, Hashable {
    package let scopeKind: String
    package let scopeID: String?
    package let tags: [String]
    package let source: String
    package let author: String?
    package let authorID: String?
    package let authorType: AuthorType?
    package let channelID: Identifier<Channel>?
    package let threadID: Identifier<ConversationThread>?
    package let forkID: Identifier<Fork>?

    package init(_ attributes: EntryAttributes) {
        scopeKind = attributes.scopeKind
        scopeID = attributes.scopeID
        tags = attributes.tags
        source = attributes.source
        author = attributes.author
        authorID = attributes.authorID
        authorType = attributes.authorType
        channelID = attributes.channelID
        threadID = attributes.threadID
        forkID = attributes.forkID
    }

    package static func == (left: EntryTraits, right: EntryTraits) -> Bool {
        left === right
            || left.threadID == right.threadID && left.forkID == right.forkID && left.channelID == right.channelID
                && left.author == right.author && left.authorID == right.authorID
                && left.authorType == right.authorType && left.scopeKind == right.scopeKind
                && left.scopeID == right.scopeID && left.source == right.source && left.tags == right.tags
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(threadID)
        hasher.combine(forkID)
        hasher.combine(author)
        hasher.combine(scopeID)
        hasher.combine(source)
        hasher.combine(tags)
    }
}

/// Finds the object that stands for equal traits, so that each content is kept once.
///
/// Only sharing depends on it: tables that part from one another may go on using one pool.
final class EntryTraitsPool: Sendable {
    private let known = Mutex<Set<EntryTraits>>([])

    /// How many contents are known.
    var count: Int { known.withLock(\.count) }

    /// The object for these traits.
    func shared(_ traits: EntryTraits) -> EntryTraits {
        known.withLock { $0.insert(traits).memberAfterInsert }
    }

    /// Forgets all but these.
    func keep(_ traits: Set<EntryTraits>) {
        known.withLock { $0 = traits }
    }
}
