internal import Logging
internal import MemoryModel
internal import Synchronization

/// Counts the provider calls of queries, and says whether more may be made, without a round trip of the query's own.
///
/// Usage is written every second, in one transaction a workspace that also reads what is left. So queries go beyond a
/// quota or limit by what they use in a second at most, in each process; and what was used in the last second is lost
/// where the process is killed.
final class QueryMeter: Sendable {
    private struct State {
        var pending: [Identifier<Workspace>: [UsageRecord]] = [:]
        var wanted: Set<Identifier<Workspace>> = []
        var known: [Identifier<Workspace>: QueryAllowance] = [:]
    }

    /// How long it is believed that nothing bounds a workspace.
    private static let unlimitedLifetime = Duration.seconds(10)
    /// Workspaces that are remembered.
    private static let capacity = 10_000

    private let store: any MemoryStore
    private let tiers: TierTable
    private let prices: PriceList
    private let interval: Duration
    private let state = Mutex(State())
    private let logger = Logger(label: "mneme.usage")

    /// Makes a meter.
    ///
    /// - Parameters:
    ///   - store: Where usage is written.
    ///   - tiers: The quotas.
    ///   - prices: What tokens cost.
    ///   - interval: How often usage is written.
    init(store: any MemoryStore, tiers: TierTable, prices: PriceList, interval: Duration = .seconds(1)) {
        self.store = store
        self.tiers = tiers
        self.prices = prices
        self.interval = interval
    }

    /// Whether a call may be made; until the first answer of the database, it may.
    func allows(_ subject: UsageSubject, _ profile: EmbeddingProfile) -> Bool {
        let isFree = prices.prices["\(profile.provider)/\(profile.model)"] ?? 0 == 0
        return state.withLock { state in
            let known = state.known[subject.workspaceID]
            let now = ContinuousClock.now
            let isFresh = known.map { !$0.isUnlimited || now - $0.readAt < Self.unlimitedLifetime } ?? false
            if !isFresh || known?.isUnlimited == false { state.wanted.insert(subject.workspaceID) }
            return known?.allows(subject, isFree: isFree) ?? true
        }
    }

    /// Counts a call, whatever came of it.
    func count(_ usage: ProviderUsage, for subject: UsageSubject, _ profile: EmbeddingProfile) {
        guard usage.calls > 0 else { return }
        let record = UsageRecord(
            userID: subject.userID,
            agentID: subject.agentID,
            provider: profile.provider,
            model: profile.model,
            calls: usage.calls,
            texts: usage.texts,
            tokens: usage.tokens,
            cost: prices.cost(ofTokens: usage.tokens, provider: profile.provider, model: profile.model)
        )
        state.withLock { state in
            state.pending[subject.workspaceID, default: []].append(record)
            state.known[subject.workspaceID]?.add(record)
        }
    }

    /// Writes every second until the task is cancelled, then what is left.
    func run() async {
        while !Task.isCancelled {
            try? await Task.sleep(for: interval)
            await flush()
        }
        // The task's cancellation must not reach the last write.
        await Task { await self.flush() }.value
    }

    /// Writes what was counted, and reads what is left.
    func flush() async {
        let (pending, wanted) = state.withLock { state in
            defer {
                state.pending = [:]
                state.wanted = []
            }
            return (state.pending, state.wanted)
        }
        for workspaceID in Set(pending.keys).union(wanted).sorted() {
            await flush(pending[workspaceID] ?? [], of: workspaceID)
        }
    }

    private func flush(_ records: [UsageRecord], of workspaceID: Identifier<Workspace>) async {
        let summed = Self.summed(records)
        let readAt = ContinuousClock.now
        do {
            let allowance = try await store.withTransaction(as: .worker(in: workspaceID), .writing()) { tx in
                try await tx.recordUsage(summed)
                return try await tx.allowance()
            }.value
            state.withLock { state in
                if state.known.count >= Self.capacity { state.known = [:] }
                var known = QueryAllowance(allowance, tiers: tiers, readAt: readAt)
                // What was counted while the database was asked.
                for record in state.pending[workspaceID] ?? [] { known.add(record) }
                state.known[workspaceID] = known
            }
        } catch let error as StoreError where error.code == .notFound {
            // The workspace is gone, and its usage with it.
            state.withLock { $0.known[workspaceID] = nil }
        } catch {
            state.withLock { $0.pending[workspaceID, default: []] += summed }
            logger.warning("usage of queries could not be written", metadata: ["reason": "\(type(of: error))"])
        }
    }

    /// One record for each subject and model.
    private static func summed(_ records: [UsageRecord]) -> [UsageRecord] {
        struct Key: Hashable {
            let userID: Identifier<User>?
            let agentID: Identifier<Agent>?
            let provider: String
            let model: String
        }
        let groups = Dictionary(grouping: records) {
            Key(userID: $0.userID, agentID: $0.agentID, provider: $0.provider, model: $0.model)
        }
        return groups.map { key, group in
            UsageRecord(
                userID: key.userID,
                agentID: key.agentID,
                provider: key.provider,
                model: key.model,
                calls: group.reduce(0) { $0 + $1.calls },
                texts: group.reduce(0) { $0 + $1.texts },
                tokens: group.reduce(0) { $0 + $1.tokens },
                cost: group.reduce(0) { $0 + $1.cost }
            )
        }
    }
}

extension UsageSubject {
    /// For whom a query is embedded: the agent it names, or else whom the principal acts for.
    init(_ query: ContextQuery, _ principal: Principal) {
        self.init(
            workspaceID: principal.workspaceID,
            userID: principal.userID,
            agentID: query.agentID ?? principal.agentID
        )
    }
}
