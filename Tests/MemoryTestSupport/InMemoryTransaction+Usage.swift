import MemoryModel

extension InMemoryTransaction {
    private var today: CalendarDay { CalendarDay(of: now) }

    func recordUsage(_ records: [UsageRecord]) async throws(StoreError) {
        guard !records.isEmpty else { return }
        try write { $0.usage += records.map { (day: self.today, record: $0) } }
    }

    func holdUsage(_ hold: UsageHold) async throws(StoreError) -> UsageHoldOutcome {
        try write { workspace throws(StoreError) -> UsageHoldOutcome in
            for (id, held) in workspace.holds {
                guard held.hold.job.id == hold.job.id, held.hold.job.lease < hold.job.lease else { continue }
                workspace.holds[id] = nil
                workspace.usage.append((day: held.day, record: held.hold.record))
            }
            if hold.cost > 0 {
                for state in Self.spending(workspace, on: self.today) where state.spent >= state.limit.amount {
                    if state.limit.agentID == nil { return .refused(.spending) }
                    if state.limit.agentID == hold.subject.agentID { return .refused(.agentSpending) }
                }
            }
            let id: Identifier<UsageHold> = self.identifiers.next()
            workspace.holds[id] = (day: self.today, hold: hold)
            return .held(id)
        }
    }

    func settleUsage(
        _ id: Identifier<UsageHold>,
        as usage: ProviderUsage,
        cost: Int64
    ) async throws(StoreError) {
        try write { workspace in
            guard let (day, hold) = workspace.holds.removeValue(forKey: id), usage.calls > 0 else { return }
            let record = UsageRecord(
                userID: hold.subject.userID,
                agentID: hold.subject.agentID,
                provider: hold.provider,
                model: hold.model,
                calls: usage.calls,
                texts: usage.texts,
                tokens: usage.tokens,
                cost: cost
            )
            workspace.usage.append((day: day, record: record))
        }
    }

    func usage(_ query: UsageQuery) async throws(StoreError) -> [UsageRow] {
        try read { workspace in
            var rows: [UsageRow: UsageRow] = [:]
            for (day, record) in workspace.usage {
                if let from = query.from, day < from { continue }
                if let to = query.to, day > to { continue }
                if !query.users.isEmpty, !query.users.contains(where: { $0 == record.userID }) { continue }
                if !query.agents.isEmpty, !query.agents.contains(where: { $0 == record.agentID }) { continue }
                if !query.providers.isEmpty, !query.providers.contains(record.provider) { continue }
                if !query.models.isEmpty, !query.models.contains(record.model) { continue }
                let wanted = Set(query.dimensions)
                let key = UsageRow(
                    day: wanted.contains(.day) ? day : nil,
                    userID: wanted.contains(.user) ? record.userID : nil,
                    agentID: wanted.contains(.agent) ? record.agentID : nil,
                    provider: wanted.contains(.provider) ? record.provider : nil,
                    model: wanted.contains(.model) ? record.model : nil
                )
                rows[key, default: key].calls += record.calls
                rows[key, default: key].texts += record.texts
                rows[key, default: key].tokens += record.tokens
                rows[key, default: key].cost += record.cost
            }
            return rows.values.sorted { ($0.day?.days ?? 0, $0.model ?? "") < ($1.day?.days ?? 0, $1.model ?? "") }
        }
    }

    func allowance() async throws(StoreError) -> Allowance {
        try read { workspace in
            let tokens = workspace.usage.filter { $0.day == self.today }.reduce(0) { $0 + $1.record.tokens }
            return Allowance(
                tier: workspace.tier,
                used: [
                    .agents: Int64(workspace.agents.count), .items: Int64(workspace.items.count),
                    .messages: Int64(workspace.messages.count),
                    .vectors: workspace.feeds.values.reduce(0) { sum, feed in
                        sum + feed.entries.values.reduce(0) { $0 + Int64($1.vectors.count) }
                    },
                    .tokensPerDay: tokens,
                ],
                bytes: 0,
                spending: Self.spending(workspace, on: self.today)
            )
        }
    }

    func setSpendingLimit(_ limit: SpendingLimit) async throws(StoreError) {
        try write { workspace throws(StoreError) in
            if let agent = limit.agentID, workspace.agents[agent] == nil {
                throw StoreError(.notFound, "no such agent", field: "agent")
            }
            workspace.spendingLimits.removeAll { $0.agentID == limit.agentID }
            workspace.spendingLimits.append(limit)
        }
    }

    func removeSpendingLimit(ofAgent agentID: Identifier<Agent>?) async throws(StoreError) {
        try write { $0.spendingLimits.removeAll { $0.agentID == agentID } }
    }

    func setTier(_ tier: Tier?) async throws(StoreError) {
        try write { $0.tier = tier }
    }

    private static func spending(_ workspace: InMemoryWorkspace, on today: CalendarDay) -> [SpendingState] {
        workspace.spendingLimits.map { limit in
            let isOfAgent: (Identifier<Agent>?) -> Bool = { limit.agentID == nil || limit.agentID == $0 }
            let month = today.description.prefix(7)
            let spent = workspace.usage.reduce(Int64(0)) { sum, entry in
                let isInPeriod =
                    limit.period == .day ? entry.day == today : entry.day.description.prefix(7) == month
                return isInPeriod && isOfAgent(entry.record.agentID) ? sum + entry.record.cost : sum
            }
            let held = workspace.holds.values.reduce(Int64(0)) { sum, held in
                isOfAgent(held.hold.subject.agentID) ? sum + held.hold.cost : sum
            }
            return SpendingState(limit: limit, spent: spent + held)
        }
    }
}

extension UsageHold {
    /// What an unsettled call counts as.
    fileprivate var record: UsageRecord {
        UsageRecord(
            userID: subject.userID,
            agentID: subject.agentID,
            provider: provider,
            model: model,
            calls: 1,
            texts: texts,
            tokens: tokens,
            cost: cost
        )
    }
}
