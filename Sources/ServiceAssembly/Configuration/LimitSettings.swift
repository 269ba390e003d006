internal import AccessControl
package import Configuration
package import MemoryModel

/// How much callers and workspaces may use.
package struct LimitSettings: Sendable, Hashable {
    /// Requests a minute of one user.
    package let user: RequestRates

    /// Requests a minute of one API key.
    package let key: RequestRates

    /// What workspaces may use, by tier.
    package let tiers: TierTable

    /// The rates that the API holds callers to.
    var policy: RatePolicy { RatePolicy(user: user, key: key, tiers: tiers) }

    /// Reads the keys `limits.*`.
    package init(config: ConfigReader) async throws(ConfigurationError) {
        user = try await Self.userSetting.require(config).limits.requests
        key = try await Self.keySetting.require(config).limits.requests
        var limits: [Tier: TierLimits] = [:]
        for (tier, setting) in Self.tierSettings { limits[tier] = try await setting.require(config).limits }
        tiers = TierTable(limits: limits, standard: try await Self.standardTierSetting.require(config))
    }

    private static let userSetting = Setting(
        "limits.user",
        default: LimitList(TierLimits(requests: RequestRates(total: 100))),
        range: "`requests` and `requests.` with one of \(classes)",
        "Requests a minute of one user, over all keys and tokens that act for it; in all, and by class of request.",
        where: \.limits.quotas.isEmpty
    )

    private static let keySetting = Setting(
        "limits.key",
        default: LimitList(.unlimited),
        range: "as in `limits.user`",
        "Requests a minute of one API key.",
        where: \.limits.quotas.isEmpty
    )

    private static let standardTierSetting = Setting(
        "limits.standardTier",
        default: TierTable.documented.standard,
        "The tier of a workspace that `mneme tier` has given none."
    )

    private static let tierSettings: [(Tier, Setting<LimitList>)] = Tier.allCases.map { tier in
        let limits = TierTable.documented.limits[tier] ?? .unlimited
        let setting = Setting(
            "limits.tiers.\(tier.rawValue)",
            default: LimitList(limits),
            range: "\(quotas), and requests as in `limits.user`",
            "What a workspace of the tier `\(tier.rawValue)` may use; what is left out has no limit."
        )
        return (tier, setting)
    }

    private static var classes: String { RateClass.allCases.map { "`\($0.rawValue)`" }.joined(separator: ", ") }

    private static var quotas: String { Quota.allCases.map { "`\($0.rawValue)`" }.joined(separator: ", ") }

    static let settings =
        [userSetting.summaryRow, keySetting.summaryRow, standardTierSetting.summaryRow]
        + tierSettings.map(\.1.summaryRow)
}
