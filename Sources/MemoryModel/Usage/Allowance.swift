/// How much may be spent in a period, by a workspace or one of its agents.
public struct SpendingLimit: Sendable, Hashable {
    /// The periods; both begin at midnight UTC.
    public enum Period: String, Sendable, Hashable, CaseIterable {
        /// A day.
        case day
        /// A month of the calendar.
        case month
    }

    /// The agent it holds for; nil for the whole workspace.
    public let agentID: Identifier<Agent>?
    /// The period.
    public let period: Period
    /// In billionths of the currency's unit.
    public let amount: Int64

    /// Makes a limit.
    public init(agentID: Identifier<Agent>? = nil, period: Period, amount: Int64) {
        self.agentID = agentID
        self.period = period
        self.amount = amount
    }
}

/// A limit of spending, and how much of it is spent.
public struct SpendingState: Sendable, Hashable {
    /// The limit.
    public let limit: SpendingLimit
    /// In billionths; calls under way count as what they are held at.
    public let spent: Int64

    /// Makes a state.
    public init(limit: SpendingLimit, spent: Int64) {
        self.limit = limit
        self.spent = spent
    }
}

/// What a workspace may use, and what it uses.
public struct Allowance: Sendable, Hashable {
    /// The tier it was given; nil where it has the standard one.
    public let tier: Tier?
    /// What there is now; tokens are those of the day, calls under way included.
    public let used: [Quota: Int64]
    /// Bytes of contents and vectors that are stored now.
    public let bytes: Int64
    /// The limits of spending, the workspace's first.
    public let spending: [SpendingState]

    /// Makes an allowance.
    public init(tier: Tier?, used: [Quota: Int64], bytes: Int64, spending: [SpendingState]) {
        self.tier = tier
        self.used = used
        self.bytes = bytes
        self.spending = spending
    }
}
