/// What kind of work a request is, as far as rate limits tell requests apart; every route has one.
public enum RateClass: String, Sendable, Hashable, CaseIterable, Codable {
    /// Reads by id and lists.
    case read
    /// Writes of memory and conversation.
    case write
    /// Searches.
    case search
    /// Context queries.
    case context
    /// Management of the workspace: people, keys, usage, audit.
    case admin
}

/// How many requests a minute are let through; absent means any number.
public struct RequestRates: Sendable, Hashable {
    /// The seconds over which rates count.
    public static let window = 60

    /// Of all classes together.
    public var total: Int?
    /// Of single classes, beside the total.
    public var byClass: [RateClass: Int]

    /// Makes rates.
    public init(total: Int? = nil, byClass: [RateClass: Int] = [:]) {
        self.total = total
        self.byClass = byClass
    }

    /// Any number.
    public static let unlimited = RequestRates()

    /// Whether nothing is limited.
    public var isUnlimited: Bool { total == nil && byClass.isEmpty }
}
