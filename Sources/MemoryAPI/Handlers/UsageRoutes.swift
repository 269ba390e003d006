import HTTPTypes
import MemoryEngine
import MemoryModel

/// What a workspace may use, what it has used, and what it may spend.
struct UsageRoutes {
    let edge: Edge

    private var group: RouteGroup {
        RouteGroup(
            edge: edge,
            tag: "usage",
            reads: .workspaceManage,
            writes: .workspaceManage,
            readRate: .admin,
            writeRate: .admin
        )
    }

    var routes: [Route] { [limits, usage, spend] }

    private var limits: Route {
        let anyone = RouteGroup(edge: edge, tag: "usage", reads: .agentsRead, writes: .workspaceManage)
        return anyone.get(
            "/v1/workspace/limits",
            "Get what the workspace may use, and what it uses now.",
            answer: Nouns.limits.schema
        ) { [configuration = edge.configuration] _, tx in
            Reply(.ok, WorkspaceLimits(try await tx.allowance(), configuration), Nouns.limits)
        }
    }

    private var usage: Route {
        let query = ObjectShape(
            "UsageQuery",
            UsageQuery(),
            [
                .optional("from", \.from, .day), .optional("to", \.to, .day),
                .defaulted("group_by", \.dimensions, .list(.word(), 1...UsageDimension.allCases.count)),
                .defaulted("user_id", \.users, .list(.id(), 1...100)),
                .defaulted("agent_id", \.agents, .list(.id(), 1...100)),
                .defaulted("provider", \.providers, .list(.text(1...256), 1...100)),
                .defaulted("model", \.models, .list(.text(1...256), 1...100)),
            ]
        )
        return group.get(
            "/v1/usage",
            "Get what was used and what it costs, summed up by day, user, agent, provider, model.",
            query: query,
            answer: Nouns.usage.schema
        ) { [currency = edge.configuration.prices.currency] _, query, tx in
            Reply(.ok, UsageReport(currency: currency, rows: try await tx.usage(query)), Nouns.usage)
        }.exporting(rows: "rows", columns: Nouns.usageRow.properties.map(\.name))
    }

    private var spend: Route {
        let shape = ObjectShape(
            "SpendingLimitSetting",
            SpendingPayload(),
            [
                .optional("agent_id", \.agentID, .id()), .defaulted("period", \.period, .word()),
                .optional("amount", \.amount, MoneyAmount.shape),
            ]
        ).shape
        return group.write(
            .put,
            "/v1/workspace/spending-limit",
            "Limit what the workspace, or one of its agents, may spend; an amount of null takes the limit away.",
            body: shape,
            answer: Nouns.limits.schema
        ) { [configuration = edge.configuration] _, payload, tx in
            if let agent = payload.agentID { _ = try await tx.agent(agent) }
            if let amount = payload.amount {
                let limit = SpendingLimit(agentID: payload.agentID, period: payload.period, amount: amount)
                try await tx.setSpendingLimit(limit)
            } else {
                try await tx.removeSpendingLimit(ofAgent: payload.agentID)
            }
            return Reply(.ok, WorkspaceLimits(try await tx.allowance(), configuration), Nouns.limits)
        }
    }
}

/// The body of a limit of spending.
private struct SpendingPayload: Sendable {
    var agentID: Identifier<Agent>?
    var period = SpendingLimit.Period.month
    var amount: Int64?
}
