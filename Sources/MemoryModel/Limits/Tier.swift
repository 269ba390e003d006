/// What a workspace may use: the name of a row of the tier table.
public enum Tier: String, Sendable, Hashable, CaseIterable, Codable {
    /// The smallest.
    case free
    /// For a few agents.
    case starter
    /// For a team.
    case pro
    /// Without limits, unless the operator sets some.
    case enterprise
}

/// What is counted against a workspace's tier.
public enum Quota: String, Sendable, Hashable, CaseIterable, Codable {
    /// Agents there are.
    case agents
    /// Context items there are.
    case items
    /// Messages there are.
    case messages
    /// Vectors there are.
    case vectors
    /// Tokens that providers have counted since midnight UTC.
    case tokensPerDay = "tokens_per_day"
}

/// The limits of one tier; absent means without limit.
public struct TierLimits: Sendable, Hashable {
    /// By what is counted.
    public var quotas: [Quota: Int64]
    /// Requests a minute of the whole workspace.
    public var requests: RequestRates

    /// Makes limits.
    public init(quotas: [Quota: Int64] = [:], requests: RequestRates = .unlimited) {
        self.quotas = quotas
        self.requests = requests
    }

    /// No limits.
    public static let unlimited = TierLimits()
}

/// Every tier's limits, and the tier of a workspace that has been given none.
public struct TierTable: Sendable, Hashable {
    /// By tier; one that is missing has no limits.
    public var limits: [Tier: TierLimits]
    /// The tier of a workspace that has been given none.
    public var standard: Tier

    /// Makes a table.
    public init(limits: [Tier: TierLimits], standard: Tier) {
        self.limits = limits
        self.standard = standard
    }

    /// The limits of a workspace's tier; nil stands for the standard one.
    public subscript(tier: Tier?) -> TierLimits {
        limits[tier ?? standard] ?? .unlimited
    }

    /// Every workspace without limits.
    public static let unlimited = TierTable(limits: [:], standard: .enterprise)

    /// The table of a service that nobody has configured: workspaces are `enterprise`, and that has no limits.
    public static let documented = TierTable(
        limits: [
            .free: TierLimits(
                quotas: [
                    .agents: 3, .items: 2000, .messages: 10_000, .vectors: 10_000, .tokensPerDay: 200_000,
                ],
                requests: RequestRates(total: 60)
            ),
            .starter: TierLimits(
                quotas: [
                    .agents: 20, .items: 50_000, .messages: 250_000, .vectors: 250_000, .tokensPerDay: 5_000_000,
                ],
                requests: RequestRates(total: 600)
            ),
            .pro: TierLimits(
                quotas: [
                    .agents: 200, .items: 1_000_000, .messages: 5_000_000, .vectors: 5_000_000,
                    .tokensPerDay: 100_000_000,
                ],
                requests: RequestRates(total: 6000)
            ),
        ],
        standard: .enterprise
    )
}
