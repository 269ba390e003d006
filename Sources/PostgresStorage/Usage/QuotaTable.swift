internal import MemoryModel
internal import PostgresDriver

/// The quotas of all tiers, as `write_counts` and `hold_usage` read them.
struct QuotaTable: Sendable {
    let json: PostgresJSON

    /// Makes the table; nil where no tier has a quota.
    init?(_ tiers: TierTable) {
        guard tiers.limits.values.contains(where: { !$0.quotas.isEmpty }) else { return nil }
        let rows = Tier.allCases.map { tier in
            let quotas = tiers[tier].quotas.sorted { $0.key.rawValue < $1.key.rawValue }
            let members = quotas.map { "\"\($0.key.rawValue)\":\($0.value)" }
            return "\"\(tier.rawValue)\":{\(members.joined(separator: ","))}"
        }
        let members = rows + ["\"standard\":\"\(tiers.standard.rawValue)\""]
        json = PostgresJSON(text: "{\(members.joined(separator: ","))}")
    }
}
