/// For whom something is used.
public struct UsageSubject: Sendable, Hashable {
    /// The workspace.
    public let workspaceID: Identifier<Workspace>
    /// The person, where one is known.
    public let userID: Identifier<User>?
    /// The agent, where one is known.
    public let agentID: Identifier<Agent>?

    /// Makes a subject.
    public init(
        workspaceID: Identifier<Workspace>,
        userID: Identifier<User>? = nil,
        agentID: Identifier<Agent>? = nil
    ) {
        self.workspaceID = workspaceID
        self.userID = userID
        self.agentID = agentID
    }
}

/// What calls of a provider came to.
public struct ProviderUsage: Sendable, Hashable {
    /// Requests that reached the provider, whatever came of them.
    public var calls: Int64
    /// Texts that it embedded; none for a chat model.
    public var texts: Int64
    /// Tokens that it counted.
    public var tokens: Int64

    /// Makes a usage.
    public init(calls: Int64 = 0, texts: Int64 = 0, tokens: Int64 = 0) {
        self.calls = calls
        self.texts = texts
        self.tokens = tokens
    }

    /// Nothing.
    public static let none = ProviderUsage()

    /// Both together.
    public static func + (left: ProviderUsage, right: ProviderUsage) -> ProviderUsage {
        ProviderUsage(
            calls: left.calls + right.calls,
            texts: left.texts + right.texts,
            tokens: left.tokens + right.tokens
        )
    }
}

/// What was used of a provider; added to the day's row.
public struct UsageRecord: Sendable, Hashable {
    /// The person it was for, where one is known.
    public let userID: Identifier<User>?
    /// The agent it was for, where one is known.
    public let agentID: Identifier<Agent>?
    /// The provider.
    public let provider: String
    /// The model.
    public let model: String
    /// Calls made.
    public let calls: Int64
    /// Texts embedded.
    public let texts: Int64
    /// Tokens counted by the provider.
    public let tokens: Int64
    /// What it costs, in billionths of the currency's unit.
    public let cost: Int64

    /// Makes a record.
    public init(
        userID: Identifier<User>? = nil,
        agentID: Identifier<Agent>? = nil,
        provider: String,
        model: String,
        calls: Int64,
        texts: Int64,
        tokens: Int64,
        cost: Int64 = 0
    ) {
        self.userID = userID
        self.agentID = agentID
        self.provider = provider
        self.model = model
        self.calls = calls
        self.texts = texts
        self.tokens = tokens
        self.cost = cost
    }
}

/// A day of the calendar in UTC.
public struct CalendarDay: Sendable, Hashable, Comparable, LosslessStringConvertible {
    /// Days since 1970-01-01.
    public let days: Int32

    /// Makes a day by its distance from 1970-01-01.
    public init(days: Int32) {
        self.days = days
    }

    /// The day of a time.
    public init(of time: Timestamp) {
        let perDay: Int64 = 86_400_000_000
        let (quotient, remainder) = time.microseconds.quotientAndRemainder(dividingBy: perDay)
        days = Int32(clamping: remainder < 0 ? quotient - 1 : quotient)
    }

    /// Reads `2026-03-01`.
    public init?(_ description: String) {
        guard description.utf8.count == 10, let time = Timestamp(description + "T00:00:00Z") else { return nil }
        self.init(of: time)
    }

    /// As in `2026-03-01`.
    public var description: String {
        Timestamp(microseconds: Int64(days) * 86_400_000_000).dateDescription
    }

    /// Orders by time.
    public static func < (left: CalendarDay, right: CalendarDay) -> Bool { left.days < right.days }
}
