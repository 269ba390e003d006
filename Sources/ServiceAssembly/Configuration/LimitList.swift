package import Configuration
package import MemoryModel

/// Limits as an operator writes them: `agents=3 items=2000 requests=60 requests.search=20`.
///
/// What is left out, or `unlimited`, has no limit.
package struct LimitList: Sendable, Hashable {
    /// The limits.
    package let limits: TierLimits

    /// Makes a list.
    package init(_ limits: TierLimits) {
        self.limits = limits
    }

    /// Reads a list; nil where a name is not known or comes twice, or a value is no whole number above zero.
    package init?(settingText text: String) {
        var limits = TierLimits()
        var names: Set<Substring> = []
        for part in text.split(whereSeparator: { $0 == " " || $0 == "," }) {
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard pair.count == 2, names.insert(pair[0]).inserted else { return nil }
            let value: Int64?
            if pair[1] == "unlimited" {
                value = nil
            } else {
                guard let number = Int64(pair[1]), number > 0, number <= 1 << 40 else { return nil }
                value = number
            }
            if let quota = Quota(rawValue: String(pair[0])) {
                limits.quotas[quota] = value
            } else if pair[0] == "requests" {
                limits.requests.total = value.map { Int($0) }
            } else {
                guard pair[0].hasPrefix("requests."), let name = RateClass(rawValue: String(pair[0].dropFirst(9)))
                else { return nil }
                limits.requests.byClass[name] = value.map { Int($0) }
            }
        }
        self.limits = limits
    }
}

extension LimitList: SettingValue {
    package static var typeName: String { "a list such as `items=2000 requests=60 requests.search=20`" }

    package static func fetch(_ config: ConfigReader, _ key: ConfigKey) async throws -> LimitList? {
        guard let text = try await String.fetch(config, key) else { return nil }
        guard let list = LimitList(settingText: text) else { throw SettingSyntaxError() }
        return list
    }

    package var settingText: String {
        var parts = Quota.allCases.compactMap { quota in limits.quotas[quota].map { "\(quota.rawValue)=\($0)" } }
        if let total = limits.requests.total { parts.append("requests=\(total)") }
        for name in RateClass.allCases {
            if let number = limits.requests.byClass[name] { parts.append("requests.\(name.rawValue)=\(number)") }
        }
        return parts.isEmpty ? "requests=unlimited" : parts.joined(separator: " ")
    }
}

extension Tier: SettingChoice {}
