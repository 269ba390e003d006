/// Proposals of items, and how far threads were looked through for them, inside a transaction.
public protocol ProposalStore: Sendable {
    /// Adds proposals and returns those that are new: what a thread has with the same content, decided or not, is left
    /// alone.
    func insertProposals(
        _ proposals: [ItemProposal],
        contentHashes: [[UInt8]]
    ) async throws(StoreError) -> [ItemProposal]
    /// One proposal, locked for update where the transaction writes.
    func proposal(_ id: Identifier<ItemProposal>) async throws(StoreError) -> ItemProposal
    /// Proposals, newest first, of one thread or of all, in one state or in any.
    func proposals(
        in thread: Identifier<ConversationThread>?,
        state: ProposalState?,
        _ page: PageRequest
    ) async throws(StoreError) -> Page<ItemProposal>
    /// Writes state, item, and who decided when.
    func updateProposal(_ proposal: ItemProposal) async throws(StoreError)
    /// Deletes proposals that nobody has accepted and that come from a message.
    func deleteProposals(from message: Message) async throws(StoreError)
    /// The position up to which a thread was looked through; 0 before the first time.
    func extractionPosition(of thread: Identifier<ConversationThread>) async throws(StoreError) -> Int64
    /// Moves that position forward; it never goes back.
    func setExtractionPosition(
        _ position: Int64,
        of thread: Identifier<ConversationThread>
    ) async throws(StoreError)
    /// Whether the workspace has its threads looked through by itself.
    func extractsAutomatically() async throws(StoreError) -> Bool
    /// Sets that; an admin's to decide.
    func setExtractsAutomatically(_ isAutomatic: Bool) async throws(StoreError)
    /// Writes the summary of a fork that was resolved without one; false where it has one, or is not resolved.
    func setSummary(_ summary: String, of fork: Identifier<Fork>) async throws(StoreError) -> Bool
}
