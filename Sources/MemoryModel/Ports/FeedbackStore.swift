/// What callers said of packs, inside a transaction.
public protocol FeedbackStore: Sendable {
    /// Keeps the caller's words on things in one pack, and adds them to the tallies; a later word replaces an earlier one.
    ///
    /// What is gone, or not the caller's to see, is left out. Returns how many were kept. Fails with `notFound` where
    /// there is no such pack.
    func recordFeedback(
        _ feedback: [ContextFeedback],
        on context: Identifier<ContextPack>
    ) async throws(StoreError) -> Int
    /// The tallies of items and messages as they stand now; nothing for those nobody said anything about.
    func feedbackTallies(
        of sources: [Identifier<IndexEntryChange>]
    ) async throws(StoreError) -> [Identifier<IndexEntryChange>: FeedbackTally]
}
