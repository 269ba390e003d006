internal import MemoryModel
internal import PostgresDriver

extension PostgresMemoryTransaction {
    func recordUsage(_ records: [UsageRecord]) async throws(StoreError) {
        guard !records.isEmpty else { return }
        let none = records.map { _ in Int64(0) }
        try await execute(
            """
            SELECT mneme.add_usage(
                \(records.map { _ in now.day }), \(records.map(\.userID)), \(records.map(\.agentID)),
                \(records.map(\.provider)), \(records.map(\.model)), \(records.map(\.calls)), \(records.map(\.texts)),
                \(records.map(\.tokens)), \(none), \(records.map(\.cost)))
            """
        )
    }

    func holdUsage(_ hold: UsageHold) async throws(StoreError) -> UsageHoldOutcome {
        let id: Identifier<UsageHold> = identifiers.next()
        let refusal =
            try await read(
                """
                SELECT mneme.hold_usage(
                    \(id), \(hold.job.id), \(hold.job.lease), \(hold.subject.userID), \(hold.subject.agentID),
                    \(hold.provider), \(hold.model), \(hold.texts), \(hold.tokens), \(hold.cost), \(now.day),
                    make_interval(secs => \(hold.lifetime.wholeSeconds)), \(quotas?.json))
                """
            ) { row throws(PostgresError) in
                try row.decode(column: 0, as: UsedUp?.self)
            }.first ?? nil
        return refusal.map { .refused($0) } ?? .held(id)
    }

    func settleUsage(
        _ id: Identifier<UsageHold>,
        as usage: ProviderUsage,
        cost: Int64
    ) async throws(StoreError) {
        try await execute(
            "SELECT mneme.settle_usage(\(id), \(usage.calls), \(usage.texts), \(usage.tokens), \(cost))"
        )
    }

    func usage(_ query: UsageQuery) async throws(StoreError) -> [UsageRow] {
        var conditions: [PostgresQuery] = ["t.workspace_id = \(workspaceID)"]
        if let from = query.from { conditions.append("t.day >= \(PostgresDate(days: from.days))") }
        if let to = query.to { conditions.append("t.day <= \(PostgresDate(days: to.days))") }
        if !query.users.isEmpty { conditions.append("t.user_id = ANY (\(query.users))") }
        if !query.agents.isEmpty { conditions.append("t.agent_id = ANY (\(query.agents))") }
        if !query.providers.isEmpty { conditions.append("t.provider = ANY (\(query.providers))") }
        if !query.models.isEmpty { conditions.append("t.model = ANY (\(query.models))") }
        let columns = UsageDimension.allCases.map { dimension in
            query.dimensions.contains(dimension) ? dimension.column : dimension.absent
        }
        let order = query.dimensions.map(\.column).joined(separator: ", ")
        let grouping: PostgresQuery =
            query.dimensions.isEmpty ? "" : "GROUP BY \(fragment: order) ORDER BY \(fragment: order)"
        return try await read(
            """
            SELECT \(fragment: columns.joined(separator: ", ")), coalesce(sum(t.calls), 0)::bigint,
                coalesce(sum(t.texts), 0)::bigint, coalesce(sum(t.tokens), 0)::bigint,
                coalesce(sum(t.bytes), 0)::bigint, coalesce(sum(t.cost), 0)::bigint
            FROM mneme.usage AS t WHERE \(fragment: conditions.joined(separator: " AND ")) \(fragment: grouping)
            """
        ) { row throws(PostgresError) in
            var reader = RowReader(row)
            return UsageRow(
                day: try reader.next(PostgresDate?.self).map { CalendarDay(days: $0.days) },
                userID: try reader.next(),
                agentID: try reader.next(),
                provider: try reader.next(),
                model: try reader.next(),
                calls: try reader.next(),
                texts: try reader.next(),
                tokens: try reader.next(),
                bytes: try reader.next(),
                cost: try reader.next()
            )
        }
    }

    func allowance() async throws(StoreError) -> Allowance {
        let answers = try await pipeline([
            """
            SELECT w.tier, coalesce(c.agents, 0), coalesce(c.items, 0), coalesce(c.messages, 0),
                coalesce(c.vectors, 0), coalesce(c.bytes, 0), (
                    SELECT coalesce(sum(u.tokens), 0)::bigint FROM mneme.usage AS u
                    WHERE u.workspace_id = \(workspaceID) AND u.day = \(now.day)), (
                    SELECT coalesce(sum(h.tokens), 0)::bigint FROM mneme.usage_holds AS h
                    WHERE h.workspace_id = \(workspaceID))
            FROM mneme.workspaces AS w
            LEFT JOIN mneme.workspace_counts AS c ON c.workspace_id = w.workspace_id
            WHERE w.workspace_id = \(workspaceID)
            """,
            """
            SELECT agent_id, period, amount, spent FROM mneme.spending(NULL, true, \(now.day))
            ORDER BY agent_id NULLS FIRST
            """,
        ])
        let spending = try answers[1].readAll { row throws(PostgresError) in
            var reader = RowReader(row)
            let limit = SpendingLimit(
                agentID: try reader.next(),
                period: try reader.next(),
                amount: try reader.next()
            )
            return SpendingState(limit: limit, spent: try reader.next())
        }
        guard let row = answers[0].first else { throw .missing("workspace") }
        return try mappingErrors { () throws(PostgresError) in
            var reader = RowReader(row)
            let tier: Tier? = try reader.next()
            var used: [Quota: Int64] = [:]
            for quota in [Quota.agents, .items, .messages, .vectors] { used[quota] = try reader.next() }
            let bytes: Int64 = try reader.next()
            used[.tokensPerDay] = try reader.next(Int64.self) + reader.next(Int64.self)
            return Allowance(tier: tier, used: used, bytes: bytes, spending: spending)
        }
    }

    func setSpendingLimit(_ limit: SpendingLimit) async throws(StoreError) {
        try requireAdmin()
        try await execute(
            """
            INSERT INTO mneme.spending_limits (workspace_id, agent_id, period, amount, updated_at)
            VALUES (\(workspaceID), \(limit.agentID), \(limit.period), \(limit.amount), \(now))
            ON CONFLICT ON CONSTRAINT spending_limits_key DO UPDATE SET
                period = excluded.period, amount = excluded.amount, updated_at = excluded.updated_at
            """
        )
    }

    func removeSpendingLimit(ofAgent agentID: Identifier<Agent>?) async throws(StoreError) {
        try requireAdmin()
        try await execute(
            """
            DELETE FROM mneme.spending_limits
            WHERE workspace_id = \(workspaceID) AND agent_id IS NOT DISTINCT FROM \(agentID)
            """
        )
    }

    func setTier(_ tier: Tier?) async throws(StoreError) {
        try requireAdmin()
        try await executeOne(
            "UPDATE mneme.workspaces SET tier = \(tier) WHERE workspace_id = \(workspaceID)",
            field: "workspace"
        )
    }
}

extension UsageDimension {
    fileprivate var column: PostgresQuery {
        switch self {
        case .day: "t.day"
        case .user: "t.user_id"
        case .agent: "t.agent_id"
        case .provider: "t.provider"
        case .model: "t.model"
        }
    }

    /// In place of the column where sums go over all of its values.
    fileprivate var absent: PostgresQuery {
        switch self {
        case .day: "NULL::date"
        case .user, .agent: "NULL::uuid"
        case .provider, .model: "NULL::text"
        }
    }
}

extension Duration {
    fileprivate var wholeSeconds: Double { Double(max(1, components.seconds)) }
}
