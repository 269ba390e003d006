internal import MemoryModel

/// What queries of one workspace may still cost, as one process knows it: what the database said last, and what was
/// used here since.
struct QueryAllowance: Sendable {
    private let tokensLeft: Int64?
    private let spending: [SpendingState]
    let readAt: ContinuousClock.Instant
    private var tokens: Int64 = 0
    private var cost: Int64 = 0
    private var costByAgent: [Identifier<Agent>: Int64] = [:]

    init(_ allowance: Allowance, tiers: TierTable, readAt: ContinuousClock.Instant) {
        tokensLeft = tiers[allowance.tier].quotas[.tokensPerDay].map { $0 - (allowance.used[.tokensPerDay] ?? 0) }
        spending = allowance.spending
        self.readAt = readAt
    }

    /// Whether nothing bounds the workspace's queries.
    var isUnlimited: Bool { tokensLeft == nil && spending.isEmpty }

    /// Whether a call for this subject may be made.
    func allows(_ subject: UsageSubject, isFree: Bool) -> Bool {
        if let tokensLeft, tokens >= tokensLeft { return false }
        guard !isFree else { return true }
        return spending.allSatisfy { state in
            guard let agent = state.limit.agentID else { return state.spent + cost < state.limit.amount }
            return agent != subject.agentID || state.spent + (costByAgent[agent] ?? 0) < state.limit.amount
        }
    }

    /// Notes what was used here.
    mutating func add(_ record: UsageRecord) {
        tokens += record.tokens
        cost += record.cost
        if let agent = record.agentID { costByAgent[agent, default: 0] += record.cost }
    }
}
