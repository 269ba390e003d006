internal import MemoryModel

/// Reads what an index named, under the caller's own policies, and checks it once more.
///
/// The index is trusted for ids and order alone. What changed between search and read is stale, which is ordinary; what
/// an index should never have named is a violation, which is counted and must stay at zero.
struct ContentReader: Sendable {
    /// A candidate with its content.
    struct Read: Sendable {
        let candidate: Candidate
        let subject: ContextCandidate.Subject
        /// Why it is not in use after all; nil where it is.
        let retirement: CandidateOutcome?
        /// What was said of it; nil where nobody said anything.
        let feedback: FeedbackTally?
    }

    let store: any MemoryStore

    /// The candidates that are there, in the order given.
    func read(
        _ candidates: [Candidate],
        filter: IndexFilter,
        authorized: [AuthorizedCollection],
        as principal: Principal,
        deadline: ContinuousClock.Instant?
    ) async throws -> [Read] {
        guard !candidates.isEmpty else { return [] }
        let contents = try await contents(of: candidates, as: principal, deadline: deadline)
        let collections = Dictionary(authorized.map { ($0.collection.id, $0.collection) }) { first, _ in first }
        return candidates.compactMap { candidate in
            guard let subject = contents.subject(of: candidate.record) else {
                EngineMetrics.count(.staleCandidates)
                return nil
            }
            guard let collection = collections[candidate.collectionID], subject.isIn(collection) else {
                EngineMetrics.count(.isolationViolations)
                return nil
            }
            return Read(
                candidate: candidate,
                subject: subject,
                retirement: retirement(of: subject.attributes, candidate, filter),
                feedback: contents.feedback[subject.sourceID]
            )
        }
    }

    /// What was read, by the versions that index entries stand for.
    private struct Contents: Sendable {
        var items: [ItemVersionReference: ContextItem] = [:]
        var messages: [MessageVersionReference: Message] = [:]
        var feedback: [Identifier<IndexEntryChange>: FeedbackTally] = [:]

        func subject(of record: EntryRecord) -> ContextCandidate.Subject? {
            record.isMessage
                ? messages[record.messageReference].map { .message($0) } : items[record.reference].map { .item($0) }
        }
    }

    private func contents(
        of candidates: [Candidate],
        as principal: Principal,
        deadline: ContinuousClock.Instant?
    ) async throws -> Contents {
        let items = candidates.filter { !$0.record.isMessage }.map(\.record.reference)
        let messages = candidates.filter(\.record.isMessage).map(\.record.messageReference.messageID)
        return try await store.withTransaction(as: principal, .reading(until: deadline)) { tx in
            var contents = Contents()
            for item in try await tx.items(items) {
                contents.items[ItemVersionReference(itemID: item.id, version: item.version)] = item
            }
            for message in try await tx.messages(messages) {
                contents.messages[MessageVersionReference(messageID: message.id, version: message.version)] = message
            }
            contents.feedback = try await tx.feedbackTallies(of: candidates.map(\.record.sourceID))
            return contents
        }.value
    }

    private func retirement(
        of attributes: EntryAttributes,
        _ candidate: Candidate,
        _ filter: IndexFilter
    ) -> CandidateOutcome? {
        let outcome = filter.matches(attributes) ? filter.retirement(of: attributes) : .stale
        if outcome != candidate.retirement { EngineMetrics.count(.staleCandidates) }
        return outcome
    }
}

extension ContextCandidate.Subject {
    /// What an index of it would know.
    var attributes: EntryAttributes {
        switch self {
        case .item(let item): ItemIndexing.attributes(of: item)
        case .message(let message): MessageIndexing.attributes(of: message)
        }
    }

    /// Whether a collection may hold it.
    func isIn(_ collection: MemoryCollection) -> Bool {
        switch self {
        case .item(let item): collection.content == .items && item.collectionID == collection.id
        case .message(let message): collection.content == .messages && message.audienceID == collection.audienceID
        }
    }
}
