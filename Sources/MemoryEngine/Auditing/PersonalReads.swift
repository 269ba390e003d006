internal import Logging
public import MemoryModel
internal import Synchronization

/// Tells the audit of whoever reads what is in the personal collection of another: an admin, an agent's owner, a key of
/// the workspace's.
///
/// Reading is not slowed: lines are written every second, off the hot path, and what the same reader did to the same
/// collection by the same route within that second is one line with a count. Lines that cannot be written are kept; of
/// more than the queue holds, the newest are dropped and counted.
public final class PersonalReads: Sendable {
    private struct Read: Hashable {
        let principal: Principal
        let subjects: [String]
    }

    private struct Place: Hashable {
        let workspaceID: Identifier<Workspace>
        let collectionID: Identifier<MemoryCollection>
    }

    private struct State {
        var pending: [Read: Int64] = [:]
        var collections: [Place: MemoryCollection] = [:]
    }

    /// Lines that wait at most.
    private static let capacity = 50_000

    private let store: any MemoryStore
    private let interval: Duration
    private let state = Mutex(State())
    private let logger = Logger(label: "mneme.audit")

    /// Makes a log.
    ///
    /// - Parameters:
    ///   - store: Where lines are written.
    ///   - interval: How often.
    public init(store: any MemoryStore, interval: Duration = .seconds(1)) {
        self.store = store
        self.interval = interval
    }

    /// Notes that a principal read from some collections; those that are shared or its own are left out.
    public func note(_ collections: [MemoryCollection], by principal: Principal) {
        let others = collections.filter { $0.isOthers(than: principal) }
        guard !others.isEmpty else { return }
        state.withLock { state in
            for collection in others {
                let read = Read(principal: principal.withoutRequestID, subjects: collection.auditSubjects)
                guard state.pending[read] != nil || state.pending.count < Self.capacity else {
                    EngineMetrics.count(.auditDropped)
                    continue
                }
                state.pending[read, default: 0] += 1
            }
        }
    }

    /// Notes that the transaction's principal read items.
    ///
    /// - Throws: `StoreError` where a collection that is not known yet cannot be read.
    public func note(_ items: [ContextItem], in tx: any MemoryTransaction) async throws {
        let principal = tx.principal
        var collections: [MemoryCollection] = []
        for id in Set(items.map(\.collectionID)) {
            let place = Place(workspaceID: principal.workspaceID, collectionID: id)
            if let known = state.withLock({ $0.collections[place] }) {
                collections.append(known)
                continue
            }
            // Whose a collection is never changes.
            let collection = try await tx.collection(id)
            state.withLock { state in
                if state.collections.count >= Self.capacity { state.collections = [:] }
                state.collections[place] = collection
            }
            collections.append(collection)
        }
        note(collections, by: principal)
    }

    /// Writes every second until the task is cancelled, then what is left.
    public func run() async {
        while !Task.isCancelled {
            try? await Task.sleep(for: interval)
            await flush()
        }
        // The task's cancellation must not reach the last write.
        await Task { await self.flush() }.value
    }

    /// Writes all that waits.
    public func flush() async {
        let pending = state.withLock { state in
            defer { state.pending = [:] }
            return state.pending
        }
        for (principal, group) in Dictionary(grouping: pending, by: \.key.principal) {
            do {
                _ = try await store.withTransaction(as: principal, .writing()) { tx in
                    for (read, count) in group {
                        tx.audit(NewAuditEntry(kind: .personalRead, subjects: read.subjects, count: count))
                    }
                }
            } catch {
                logger.warning("audit could not be written", metadata: ["reason": "\(type(of: error))"])
                state.withLock { $0.pending.merge(group.map { ($0.key, $0.value) }, uniquingKeysWith: +) }
            }
        }
    }
}

extension MemoryCollection {
    /// Whether it is the personal collection of somebody else.
    func isOthers(than principal: Principal) -> Bool {
        if let agentID { return agentID != principal.agentID }
        if let userID { return userID != principal.userID || principal.agentID != nil }
        return false
    }

    fileprivate var auditSubjects: [String] {
        let owner = agentID.map { "agent:\($0)" } ?? userID.map { "user:\($0)" }
        return ["collection:\(id)"] + [owner].compactMap(\.self)
    }
}

extension Principal {
    /// The same, so that several requests of it are one.
    fileprivate var withoutRequestID: Principal {
        guard let origin else { return self }
        return from(RequestOrigin(action: origin.action, address: origin.address))
    }
}
