internal import MemoryModel

/// Brings the indexes of a workspace's messages in line with its setting: page by page, each a job of its own, so that
/// it goes on where it was interrupted.
struct MessageIndexTask: Sendable {
    /// Messages of one page.
    private static let pageSize = 500

    let store: any MemoryStore
    let indexing: MessageIndexing

    /// Indexes the page behind a message and orders the next one; or drops the collections where messages are no memory.
    ///
    /// What is indexed already is stamped again and keeps its place and vectors.
    /// - Throws: `StoreError`: the job is to be tried again.
    func run(_ job: ClaimedJob, after last: Identifier<Message>?) async throws {
        _ = try await store.withTransaction(as: .worker(in: job.workspaceID), .writing()) { tx in
            try await tx.completeJob(job)
            guard try await tx.workspace().indexesMessages else {
                for collection in try await tx.messageCollections() { try await tx.deleteCollection(collection.id) }
                return
            }
            let page = try await tx.messages(after: last, limit: Self.pageSize)
            try await indexing.index(page, tx: tx)
            guard page.count == Self.pageSize, let end = page.last else { return }
            try await tx.enqueue([Self.job(after: end.id)])
        }
    }

    /// The job that goes on behind a message.
    static func job(after last: Identifier<Message>) -> NewJob {
        NewJob(key: "index_messages:\(last)", payload: .indexMessages(after: last))
    }
}
