internal import MemoryModel

extension ConversationService {
    /// A thread is looked through after so many messages, where its workspace wants that.
    static let messagesBetweenExtractions: Int64 = 20

    /// Asks for a thread to be looked through where enough was said in it since the last time.
    ///
    /// - Parameters:
    ///   - stored: What was just appended to the thread, in order.
    ///   - thread: The thread.
    ///   - tx: The transaction of the append.
    /// - Throws: `StoreError`.
    func askForExtraction(
        after stored: [Message],
        of thread: Identifier<ConversationThread>,
        in tx: any MemoryTransaction
    ) async throws {
        guard let first = stored.first, let last = stored.last, first.forkID == nil else { return }
        let interval = Self.messagesBetweenExtractions
        // Most appends are done here, without a question to the database.
        guard last.position / interval > (first.position - 1) / interval else { return }
        guard try await tx.extractsAutomatically() else { return }
        try await tx.enqueue([DerivationService.extraction(of: thread)])
    }
}
