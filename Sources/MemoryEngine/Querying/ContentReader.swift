internal import MemoryModel

/// Reads what an index named, under the caller's own policies, and checks it once more.
///
/// The index is trusted for ids and order alone. What changed between search and read is stale, which is ordinary; what
/// an index should never have named is a violation, which is counted and must stay at zero.
struct ContentReader: Sendable {
    /// A candidate with its content.
    struct Read: Sendable {
        let candidate: Candidate
        let item: ContextItem
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
        authorized: Set<Identifier<MemoryCollection>>,
        as principal: Principal,
        deadline: ContinuousClock.Instant?
    ) async throws -> [Read] {
        guard !candidates.isEmpty else { return [] }
        let references = candidates.map(\.record.reference)
        let (items, tallies) = try await store.withTransaction(as: principal, .reading(until: deadline)) { tx in
            let sources = candidates.map { ItemIndexing.sourceID(of: $0.record.reference.itemID) }
            return (try await tx.items(references), try await tx.feedbackTallies(of: sources))
        }.value
        let byReference = Dictionary(
            items.map { (ItemVersionReference(itemID: $0.id, version: $0.version), $0) },
            uniquingKeysWith: { first, _ in first }
        )
        return candidates.compactMap { candidate in
            guard let item = byReference[candidate.record.reference] else {
                EngineMetrics.count(.staleCandidates)
                return nil
            }
            guard item.collectionID == candidate.collectionID, authorized.contains(item.collectionID) else {
                EngineMetrics.count(.isolationViolations)
                return nil
            }
            return Read(
                candidate: candidate,
                item: item,
                retirement: retirement(of: item, candidate, filter),
                feedback: tallies[ItemIndexing.sourceID(of: item.id)]
            )
        }
    }

    private func retirement(
        of item: ContextItem,
        _ candidate: Candidate,
        _ filter: IndexFilter
    ) -> CandidateOutcome? {
        let attributes = ItemIndexing.attributes(of: item)
        let outcome = filter.matches(attributes) ? filter.retirement(of: attributes) : .stale
        if outcome != candidate.retirement { EngineMetrics.count(.staleCandidates) }
        return outcome
    }
}
