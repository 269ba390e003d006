import MemoryModel

/// What a workspace may use, beside what it uses.
struct WorkspaceLimits: Sendable {
    struct Line: Sendable {
        let quota: Quota
        let limit: Int64?
        let used: Int64
    }

    struct Rate: Sendable {
        let rateClass: RateClass?
        let perMinute: Int
    }

    let tier: Tier
    let quotas: [Line]
    let bytes: Int64
    let requests: [Rate]
    let spending: [SpendingState]
    let currency: String

    init(_ allowance: Allowance, _ configuration: APIConfiguration) {
        let limits = configuration.tiers[allowance.tier]
        tier = allowance.tier ?? configuration.tiers.standard
        quotas = Quota.allCases.map {
            Line(quota: $0, limit: limits.quotas[$0], used: allowance.used[$0] ?? 0)
        }
        bytes = allowance.bytes
        requests =
            [limits.requests.total].compactMap(\.self).map { Rate(rateClass: nil, perMinute: $0) }
            + RateClass.allCases.compactMap { rateClass in
                limits.requests.byClass[rateClass].map { Rate(rateClass: rateClass, perMinute: $0) }
            }
        spending = allowance.spending
        currency = configuration.prices.currency
    }
}

/// What was used.
struct UsageReport: Sendable {
    let currency: String
    let rows: [UsageRow]
}

extension Nouns {
    private static let quotaLine = Representation<WorkspaceLimits.Line>(
        "QuotaLine",
        [
            .word("name", \.quota),
            Property("limit", Schema.integer.nullable) { line, writer in
                if let limit = line.limit { writer.integer(limit) } else { writer.null() }
            },
            .integer("used", \.used),
        ]
    )

    private static let rate = Representation<WorkspaceLimits.Rate>(
        "RequestRate",
        [
            .optionalText("class") { $0.rateClass?.rawValue },
            .integer("per_minute") { Int64($0.perMinute) },
        ]
    )

    private static let spending = Representation<SpendingState>(
        "SpendingLimit",
        [
            .optionalID("agent_id", \.limit.agentID), .word("period", \.limit.period),
            .text("amount") { MoneyAmount.text($0.limit.amount) }, .text("spent") { MoneyAmount.text($0.spent) },
        ]
    )

    static let limits = Representation<WorkspaceLimits>(
        "WorkspaceLimits",
        [
            .word("tier", \.tier), .list("quotas", quotaLine, \.quotas), .integer("stored_bytes", \.bytes),
            .list("requests", rate, \.requests), .list("spending_limits", spending, \.spending),
            .text("currency", \.currency),
        ]
    )

    static let usageRow = Representation<UsageRow>(
        "UsageRow",
        [
            .optionalText("day") { $0.day?.description }, .optionalID("user_id", \.userID),
            .optionalID("agent_id", \.agentID), .optionalText("provider", \.provider), .optionalText("model", \.model),
            .integer("calls", \.calls), .integer("texts", \.texts), .integer("tokens", \.tokens),
            .integer("bytes", \.bytes), .text("cost") { MoneyAmount.text($0.cost) },
        ]
    )

    static let usage = Representation<UsageReport>(
        "Usage",
        [.list("rows", usageRow, \.rows), .text("currency", \.currency)]
    )
}
