internal import Logging
public import MemoryModel

/// How erasures are followed up.
public struct ErasureConfiguration: Sendable, Hashable {
    /// Between the first deletion of rows and the second, which finds what was being written meanwhile.
    public var settling: Duration = .seconds(2)
    /// Between looks at how far the nodes are.
    public var interval: Duration = .seconds(1)
    /// For how long after an erasure backups may still hold what was erased; the operator's promise.
    public var backupRetention: Duration = .seconds(30 * 86_400)

    /// The configuration of a service that nobody has configured.
    public init() {}
}

/// Erases what was asked for, step by step: rows until no more are found, then every node's copies, then the receipt.
///
/// Each step is one transaction that ends this job and enqueues the next: a step done twice erases nothing more.
public struct ErasureTask: Sendable {
    private let store: any MemoryStore
    private let signer: ReceiptSigner
    private let configuration: ErasureConfiguration
    private let logger = Logger(label: "mneme.erasure")

    /// Makes a task.
    public init(
        store: any MemoryStore,
        signer: ReceiptSigner,
        configuration: ErasureConfiguration = ErasureConfiguration()
    ) {
        self.store = store
        self.signer = signer
        self.configuration = configuration
    }

    /// Does the next step of an erasure.
    ///
    /// - Throws: `StoreError`: the job is to be tried again.
    func run(_ job: ClaimedJob, _ id: Identifier<Erasure>) async throws {
        _ = try await store.withTransaction(as: .worker(in: job.workspaceID), .writing()) { tx in
            let erasure: Erasure
            do throws(StoreError) {
                erasure = try await tx.erasure(id)
            } catch {
                guard error.code == .notFound else { throw error }
                return try await tx.completeJob(job)
            }
            switch (erasure.rowsErasedAt, erasure.completedAt) {
            case (nil, _): try await eraseRows(erasure, job, in: tx)
            case (_, nil): try await followUp(erasure, job, in: tx)
            case (_, _?): try await tx.completeJob(job)
            }
        }
    }

    /// Erases rows; where none were left to erase, nodes are told to follow.
    private func eraseRows(_ erasure: Erasure, _ job: ClaimedJob, in tx: any MemoryTransaction) async throws {
        var (erasure, found) = try await Self.eraseRows(of: erasure, in: tx)
        // Of a workspace a shell is left, which is found each time.
        let isSettled = erasure.target.kind == .workspace && job.payload != .erase(erasure.id, round: 0)
        if !found || isSettled {
            erasure.rowsErasedAt = tx.now
            try await tx.updateErasure(erasure)
        }
        try await goOn(with: erasure, job, after: found ? configuration.settling : .zero, in: tx)
    }

    /// Erases the rows that are there and marks them; tells whether there were any.
    static func eraseRows(
        of erasure: Erasure,
        in tx: any MemoryTransaction
    ) async throws(StoreError) -> (Erasure, found: Bool) {
        var erasure = erasure
        var subjects = ErasureSubjects()
        if erasure.target.kind != .workspace {
            subjects = try await tx.subjects(of: erasure)
        }
        switch erasure.target.kind {
        // Nobody asked for it to be forgotten: what was pruned may be learnt again.
        case .workspace, .pruned: break
        case .item, .message, .thread, .channel, .collection, .agent, .user:
            let marks = ErasureMarks(workspaceSecret: try await tx.workspaceSecret())
            var digests = marks.digests(of: subjects)
            digests.append(marks.id(erasure.target.id, of: erasure.target.kind))
            try await tx.mark(digests, for: erasure.id)
        }
        let erased = try await tx.eraseRows(of: erasure, subjects: subjects)
        erasure.stores = merged(erasure.stores, erased)
        try await tx.updateErasure(erasure)
        return (erasure, !erased.isEmpty)
    }

    /// Waits for nodes that live; when all are done, signs the receipt.
    private func followUp(_ erasure: Erasure, _ job: ClaimedJob, in tx: any MemoryTransaction) async throws {
        let nodes = try await tx.nodes(following: erasure.id)
        guard !nodes.contains(where: { $0.isLive && $0.stores == nil }) else {
            return try await goOn(with: erasure, job, after: configuration.interval, in: tx)
        }
        var done = erasure
        done.stores += nodes.flatMap { $0.stores ?? [] }
        done.completedAt = tx.now
        done.receipt = try signer.sign(receipt(of: done, absent: nodes.filter { $0.stores == nil }, in: tx))
        try await tx.updateErasure(done)
        tx.append([Self.event("erasure.completed", done)])
        try await tx.completeJob(job)
        logger.info("erased", metadata: ["erasure": "\(done.id)", "kind": "\(done.target.kind.rawValue)"])
    }

    private func goOn(
        with erasure: Erasure,
        _ job: ClaimedJob,
        after delay: Duration,
        in tx: any MemoryTransaction
    ) async throws {
        guard case .erase(_, let round) = job.payload else { return }
        try await tx.completeJob(job)
        try await tx.enqueue([Self.job(erasure.id, round: round + 1, delay: delay)])
    }

    /// The job of one step.
    static func job(_ id: Identifier<Erasure>, round: Int, delay: Duration = .zero) -> NewJob {
        NewJob(key: "erase:\(id):\(round)", payload: .erase(id, round: round), delay: delay)
    }

    /// An event about one erasure.
    static func event(_ kind: String, _ erasure: Erasure) -> NewEvent {
        NewEvent(
            kind: kind,
            subject: "erasure:\(erasure.id)",
            details: [
                "target_kind": .string(erasure.target.kind.rawValue),
                "target_id": .string(erasure.target.id.description),
            ]
        )
    }

    /// Counts of the same store added up.
    private static func merged(_ stores: [ErasedStore], _ more: [ErasedStore]) -> [ErasedStore] {
        var result = stores
        for new in more {
            if let place = result.firstIndex(where: { $0.store == new.store && $0.node == new.node }) {
                result[place] = ErasedStore(
                    store: new.store,
                    node: new.node,
                    count: result[place].count + new.count,
                    at: new.at
                )
            } else {
                result.append(new)
            }
        }
        return result
    }

    private func receipt(
        of erasure: Erasure,
        absent: [FollowingNode],
        in tx: any MemoryTransaction
    ) -> ErasureReceipt {
        let seconds = configuration.backupRetention.components.seconds
        return ErasureReceipt(
            id: erasure.id.description,
            workspaceId: tx.principal.workspaceID.description,
            target: .init(kind: erasure.target.kind.rawValue, id: erasure.target.id.description),
            includeDerived: erasure.includesDerived,
            requestedBy: erasure.requestedBy,
            requestedAt: erasure.createdAt.description,
            rowsErasedAt: (erasure.rowsErasedAt ?? tx.now).description,
            completedAt: tx.now.description,
            stores: erasure.stores.map {
                .init(store: $0.store, node: $0.node?.description, erased: $0.count, at: $0.at.description)
            },
            absentNodes: absent.map {
                .init(node: $0.id.description, name: $0.name, seenAt: $0.seenAt.description)
            },
            backupsUntil: tx.now.advanced(bySeconds: seconds).description
        )
    }
}
