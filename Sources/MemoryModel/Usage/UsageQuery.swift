/// By what usage is summed up.
public enum UsageDimension: String, Sendable, Hashable, CaseIterable {
    /// The day in UTC.
    case day
    /// The person.
    case user
    /// The agent.
    case agent
    /// The provider; `storage` for what is stored.
    case provider
    /// The model; what is stored, for `storage`.
    case model
}

/// Which usage is wanted; every condition that is set must hold.
public struct UsageQuery: Sendable, Hashable {
    /// From this day on.
    public var from: CalendarDay?
    /// Up to this day, it included.
    public var to: CalendarDay?
    /// By what it is summed up, in this order; empty for one sum.
    public var dimensions: [UsageDimension]
    /// For one of these people.
    public var users: [Identifier<User>]
    /// For one of these agents.
    public var agents: [Identifier<Agent>]
    /// Of one of these providers.
    public var providers: [String]
    /// Of one of these models.
    public var models: [String]

    /// Makes a query for all usage by day.
    public init(
        from: CalendarDay? = nil,
        to: CalendarDay? = nil,
        dimensions: [UsageDimension] = [.day],
        users: [Identifier<User>] = [],
        agents: [Identifier<Agent>] = [],
        providers: [String] = [],
        models: [String] = []
    ) {
        self.from = from
        self.to = to
        self.dimensions = dimensions
        self.users = users
        self.agents = agents
        self.providers = providers
        self.models = models
    }
}

/// One sum of usage; what it was not summed up by is absent.
public struct UsageRow: Sendable, Hashable {
    /// The day.
    public var day: CalendarDay?
    /// The person.
    public var userID: Identifier<User>?
    /// The agent.
    public var agentID: Identifier<Agent>?
    /// The provider.
    public var provider: String?
    /// The model.
    public var model: String?
    /// Requests that reached the provider.
    public var calls: Int64
    /// Texts embedded; for `storage`, rows stored.
    public var texts: Int64
    /// Tokens that the provider counted.
    public var tokens: Int64
    /// Bytes stored.
    public var bytes: Int64
    /// What it costs, in billionths of the currency's unit.
    public var cost: Int64

    /// Makes a row.
    public init(
        day: CalendarDay? = nil,
        userID: Identifier<User>? = nil,
        agentID: Identifier<Agent>? = nil,
        provider: String? = nil,
        model: String? = nil,
        calls: Int64 = 0,
        texts: Int64 = 0,
        tokens: Int64 = 0,
        bytes: Int64 = 0,
        cost: Int64 = 0
    ) {
        self.day = day
        self.userID = userID
        self.agentID = agentID
        self.provider = provider
        self.model = model
        self.calls = calls
        self.texts = texts
        self.tokens = tokens
        self.bytes = bytes
        self.cost = cost
    }
}
