internal import MemoryModel

/// Makes the summary that a job asks for: reads the conversation, has it summed up outside any transaction, and writes
/// message, item and the job's completion in one transaction.
///
/// Message and item have ids that the job carries: doing it twice has the effect of doing it once.
struct SummaryTask: Sendable {
    /// Messages of one page.
    private static let page = 1_000

    let store: any MemoryStore
    let summariser: Summariser
    let prices: PriceList
    let items: ItemService
    let conversations: ConversationService

    /// Sums up a fork into its parent.
    ///
    /// - Throws: `ChatError` or `StoreError`: the job is to be tried again.
    func summarise(
        _ job: ClaimedJob,
        fork id: Identifier<Fork>,
        messageID: Identifier<Message>,
        result: DerivedItem
    ) async throws {
        let principal = Principal.worker(in: job.workspaceID)
        let read = try await store.withTransaction(as: principal, .reading()) { tx -> Conversation? in
            guard let fork = try await known({ try await tx.fork(id) }), fork.status == .resolved,
                fork.summary == nil
            else { return nil }
            return try await conversation(in: fork.threadID, fork: fork, title: fork.title, for: result, tx: tx)
        }.value
        let summary = try await summary(of: read, job: job)
        _ = try await store.withTransaction(as: principal, .writing()) { tx in
            // First, so that a lost lease costs nothing.
            try await tx.completeJob(job)
            guard let read, let summary, let fork = read.fork, try await tx.setSummary(summary.text, of: id) else {
                return
            }
            let message = try await conversations.post(
                MessageDraft(
                    id: messageID,
                    authorType: .system,
                    author: "mneme",
                    content: summary.text,
                    metadata: ["fork_id": .string(id.description), "method": .string(summary.method)]
                ),
                in: read.thread,
                forkID: fork.parentForkID,
                tx: tx
            )
            let origin = Provenance(messageID: message.id, threadID: read.thread.id, forkID: id)
            try await write(summary, of: read, as: result, origin: origin, in: tx)
            tx.append([Self.event("fork.summarised", "fork:\(id)", summary)])
        }
    }

    /// Sums up a thread; the summary before, in the same collection, is superseded.
    ///
    /// - Throws: `ChatError` or `StoreError`: the job is to be tried again.
    func summarise(
        _ job: ClaimedJob,
        thread id: Identifier<ConversationThread>,
        result: DerivedItem
    ) async throws {
        let principal = Principal.worker(in: job.workspaceID)
        let read = try await store.withTransaction(as: principal, .reading()) { tx -> Conversation? in
            guard let thread = try await known({ try await tx.thread(id) }) else { return nil }
            return try await conversation(in: id, fork: nil, title: thread.title, for: result, tx: tx)
        }.value
        let summary = try await summary(of: read, job: job)
        _ = try await store.withTransaction(as: principal, .writing()) { tx in
            try await tx.completeJob(job)
            guard let read, let summary else { return }
            let origin = Provenance(threadID: id)
            try await write(summary, of: read, as: result, origin: origin, supersedesBefore: true, in: tx)
            tx.append([Self.event("thread.summarised", "thread:\(id)", summary)])
        }
    }

    /// What is summed up.
    private struct Conversation: Sendable {
        let thread: ConversationThread
        let fork: Fork?
        let title: String
        let messages: [Message]
        /// Where the summary goes; nil where it was deleted meanwhile.
        let collection: MemoryCollection?
    }

    private func conversation(
        in thread: Identifier<ConversationThread>,
        fork: Fork?,
        title: String,
        for result: DerivedItem,
        tx: any MemoryTransaction
    ) async throws -> Conversation {
        var messages: [Message] = []
        var after: PagePosition?
        var characters = 0
        repeat {
            let request = PageRequest(after: after, limit: Self.page)
            let page = try await tx.messages(thread: thread, fork: fork?.id, request)
            messages += page.rows
            characters += page.rows.reduce(0) { $0 + $1.content.utf8.count }
            // What is too old to be summed up need not be kept until then.
            while characters > 2 * summariser.configuration.summaryCharacters, messages.count > 1 {
                characters -= messages.removeFirst().content.utf8.count
            }
            after = page.next
        } while after != nil
        return Conversation(
            thread: try await tx.thread(thread),
            fork: fork,
            title: title,
            messages: messages,
            collection: try await known { try await tx.collection(result.collectionID) }
        )
    }

    private func summary(of read: Conversation?, job: ClaimedJob) async throws -> Summariser.Summary? {
        guard let read else { return nil }
        let transcript = Transcript(read.messages).suffix(characters: summariser.configuration.summaryCharacters)
        let subject = UsageSubject(
            workspaceID: job.workspaceID,
            userID: read.collection?.userID,
            agentID: read.collection?.agentID
        )
        let meter = CallMeter(store: store, prices: prices, job: job, subject: subject)
        return try await summariser.summary(of: transcript, title: read.title, attempt: job.attempt, meter)
    }

    private func write(
        _ summary: Summariser.Summary,
        of read: Conversation,
        as result: DerivedItem,
        origin: Provenance,
        supersedesBefore: Bool = false,
        in tx: any MemoryTransaction
    ) async throws {
        // The collection may have been deleted meanwhile; the message in the parent stands all the same.
        guard try await known({ try await tx.collection(result.collectionID) }) != nil else { return }
        var metadata: [String: JSONValue] = [
            "method": .string(summary.method), "messages": .integer(Int64(read.messages.count)),
        ]
        if let reason = summary.reason { metadata["reason"] = .string(reason) }
        if let last = read.messages.last { metadata["through_message_id"] = .string(last.id.description) }
        if supersedesBefore { metadata["summary_of"] = .string("thread:\(read.thread.id)") }
        var provenance = origin
        provenance.principal = result.principal
        var before: Identifier<ContextItem>?
        if supersedesBefore { before = try await self.before(read.thread.id, in: result.collectionID, tx: tx) }
        _ = try await items.create(
            ItemDraft(
                id: result.itemID,
                target: .collection(result.collectionID),
                content: String(summary.text.prefix(items.rules.limits.itemContent)),
                kind: .summary,
                scope: .thread(read.thread.id),
                source: result.source,
                provenance: provenance,
                trust: Transcript.trust(of: read.messages),
                metadata: metadata,
                supersedes: before
            ),
            in: tx
        )
    }

    /// The summary of the thread that is in use, if there is one.
    private func before(
        _ thread: Identifier<ConversationThread>,
        in collection: Identifier<MemoryCollection>,
        tx: any MemoryTransaction
    ) async throws -> Identifier<ContextItem>? {
        let filter = ItemFilter(collections: [collection], kinds: [.summary], scopes: [.thread(thread)])
        let page = try await tx.items(matching: filter, PageRequest(limit: 100))
        return page.rows.first { $0.metadata["summary_of"] == .string("thread:\(thread)") && $0.supersededBy == nil }?
            .id
    }

    private static func event(_ kind: String, _ subject: String, _ summary: Summariser.Summary) -> NewEvent {
        NewEvent(kind: kind, subject: subject, details: ["method": .string(summary.method)])
    }
}

/// What a read gives, or nil where it is gone: deleted meanwhile, so there is nothing to do.
func known<Value: Sendable>(_ read: () async throws -> Value) async throws -> Value? {
    do {
        return try await read()
    } catch let error as StoreError where error.code == .notFound {
        return nil
    }
}
