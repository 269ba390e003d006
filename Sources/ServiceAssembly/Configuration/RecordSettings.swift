package import Configuration
package import PostgresStorage

/// For how long records of what happened are kept.
package struct RecordSettings: Sendable, Hashable {
    /// By kind; what is absent is kept for ever.
    package let lifetimes: [RecordKind: Duration]

    /// Reads the keys `records.*`.
    package init(config: ConfigReader) async throws(ConfigurationError) {
        var lifetimes: [RecordKind: Duration] = [:]
        for (kind, setting) in Self.all {
            let lifetime = try await setting.require(config)
            if lifetime > .zero { lifetimes[kind] = lifetime }
        }
        self.lifetimes = lifetimes
    }

    private static let all: [(RecordKind, Setting<Duration>)] = [
        (.traces, setting("records.traces", "traces of context packs (replays and feedback need them)")),
        (.events, setting("records.events", "events")),
        (.audit, setting("records.audit", "lines of the audit log")),
        (.usage, setting("records.usage", "rows of usage")),
    ]

    private static func setting(_ key: String, _ what: String) -> Setting<Duration> {
        // Limits of spending add up the usage of a month.
        let longest = Duration.seconds(10 * 366 * 86_400)
        return Setting(
            key,
            default: .zero,
            range: "0s, or 768h to \(longest.settingText)",
            "For how long \(what) are kept; `0s` keeps them for ever."
        ) { $0 == .zero || (.seconds(32 * 86_400)...longest).contains($0) }
    }

    static let settings = all.map(\.1.summaryRow)
}
