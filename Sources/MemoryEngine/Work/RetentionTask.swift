public import MemoryModel

/// Applies a collection's retention policy step by step, and again every hour while there is one; has erased what was
/// pruned long enough ago.
public struct RetentionTask: Sendable {
    /// Between two looks at a collection.
    static let interval: Duration = .seconds(3_600)

    private let store: any MemoryStore
    private let service: RetentionService
    private let identifiers: IdentifierGenerator

    /// Makes a task.
    public init(store: any MemoryStore, service: RetentionService, identifiers: IdentifierGenerator) {
        self.store = store
        self.service = service
        self.identifiers = identifiers
    }

    /// Does one step.
    ///
    /// - Throws: `StoreError`: the job is to be tried again.
    func run(_ job: ClaimedJob, _ collection: Identifier<MemoryCollection>) async throws {
        _ = try await store.withTransaction(as: .worker(in: job.workspaceID), .writing()) { tx in
            try await tx.completeJob(job)
            // It may be gone, and its policy with it.
            guard try await !tx.authorizedCollections([collection]).isEmpty else { return }
            let pruned = try await service.applyPolicy(of: collection, in: tx)
            let state = try await tx.pruningState(of: collection)
            if state == .due { try await erase(collection, in: tx) }
            // What was pruned before a policy was taken away still has its window.
            var goesOn = state != .none
            if !goesOn { goesOn = try await tx.retentionPolicy(of: collection) != nil }
            guard goesOn else { return }
            let isFull = pruned == RetentionService.stepSize
            try await tx.enqueue([Self.job(collection, isExtra: isFull, delay: isFull ? .zero : Self.interval)])
        }
    }

    /// Asks for the erasure of what was pruned: the same steps, and the same receipt, as of anything else.
    private func erase(_ collection: Identifier<MemoryCollection>, in tx: any MemoryTransaction) async throws {
        let erasure = Erasure(
            id: identifiers.next(),
            target: .pruned(collection),
            includesDerived: false,
            requestedBy: "retention",
            createdAt: tx.now
        )
        try await tx.createErasure(erasure)
        tx.append([ErasureTask.event("erasure.requested", erasure)])
        try await tx.enqueue([ErasureTask.job(erasure.id, round: 0)])
    }

    /// The job that applies a collection's policy.
    ///
    /// One waits for the next hour; an extra one does not wait, beside it.
    static func job(
        _ collection: Identifier<MemoryCollection>,
        isExtra: Bool = false,
        delay: Duration = .zero
    ) -> NewJob {
        NewJob(
            key: "retention:\(collection)\(isExtra ? ":now" : "")",
            payload: .applyRetention(collection),
            delay: delay
        )
    }
}
