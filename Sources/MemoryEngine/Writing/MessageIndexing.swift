internal import LexicalSearch
internal import MemoryModel

/// Tells the index of an audience's messages what was said, edited and deleted.
struct MessageIndexing: Sendable {
    /// The runtime that messages are said to come from.
    static let source = "conversation"

    let analyzers: WorkspaceAnalyzers
    let collections: CollectionService

    /// The id of a message as the feed names it.
    static func sourceID(of id: Identifier<Message>) -> Identifier<IndexEntryChange> {
        id.as(IndexEntryChange.self)
    }

    /// Stamps messages with their words and reusable vectors, and enqueues jobs for the rest.
    ///
    /// Nothing happens where messages are no memory. A message that is stamped again keeps its place.
    func index(_ messages: [Message], tx: any MemoryTransaction) async throws {
        let groups = Dictionary(grouping: messages, by: \.audienceID)
        var jobs: [NewJob] = []
        for (audienceID, group) in groups.sorted(by: { $0.key < $1.key }) {
            let memory = try await tx.messageMemory(of: audienceID)
            guard memory.isOn else { return }
            var collection = memory.collection
            if collection == nil { collection = try await collections.messageCollection(of: audienceID, in: tx) }
            guard let collection else { continue }
            let missing = try await TextIndexing(analyzers: analyzers).stamp(
                group.map(Self.text(of:)),
                in: collection,
                tx: tx
            )
            jobs += TextIndexing.jobs(for: missing, in: collection) { texts in
                .embedMessages(
                    collectionID: collection.id,
                    generation: collection.generation,
                    messages: texts.map {
                        MessageVersionReference(messageID: $0.sourceID.as(Message.self), version: $0.version)
                    }
                )
            }
        }
        if !jobs.isEmpty { try await tx.enqueue(jobs) }
    }

    /// Stamps the next version of a message in place of the one before.
    func reindex(_ message: Message, tx: any MemoryTransaction) async throws {
        let memory = try await tx.messageMemory(of: message.audienceID)
        if let collection = memory.collection, message.version > 1 {
            tx.stamp([
                IndexEntryChange(
                    collectionID: collection.id,
                    sourceID: Self.sourceID(of: message.id),
                    version: message.version - 1,
                    isLive: false
                )
            ])
        }
        try await index([message], tx: tx)
    }

    /// What an index knows of a message.
    static func attributes(of message: Message) -> EntryAttributes {
        EntryAttributes(
            source: source,
            author: message.author,
            authorID: message.authorID,
            authorType: message.authorType,
            channelID: message.channelID,
            threadID: message.threadID,
            forkID: message.forkID,
            position: message.position,
            replyTo: message.replyTo,
            trust: message.authorType.trust,
            validFrom: message.createdAt,
            createdAt: message.createdAt
        )
    }

    private static func text(of message: Message) -> IndexedText {
        IndexedText(
            sourceID: sourceID(of: message.id),
            version: message.version,
            attributes: attributes(of: message),
            fields: DocumentFields(
                text: message.content,
                author: message.author,
                date: DateWords.words(of: message.createdAt)
            ),
            parts: EmbeddedText.parts(of: message)
        )
    }
}
