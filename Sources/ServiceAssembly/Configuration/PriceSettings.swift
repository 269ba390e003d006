package import Configuration
package import MemoryModel

/// Prices as an operator writes them: `openai/text-embedding-3-small=0.02`, for a million tokens.
package struct PriceTable: Sendable, Hashable {
    /// Billionths of the currency's unit for one token, by `provider/model`.
    package let prices: [String: Int64]

    /// Makes a table.
    package init(prices: [String: Int64]) {
        self.prices = prices
    }

    /// Reads a table; nil where a model comes twice, or a price is no decimal number of at most three decimals.
    package init?(settingText text: String) {
        var prices: [String: Int64] = [:]
        for part in text.split(whereSeparator: { $0 == " " || $0 == "," }) {
            guard let place = part.lastIndex(of: "="), let price = Self.thousandths(part[part.index(after: place)...])
            else { return nil }
            let name = String(part[..<place])
            guard name.contains("/"), !name.hasPrefix("/"), !name.hasSuffix("/"), prices[name] == nil else {
                return nil
            }
            // A thousandth of the unit for a million tokens is a billionth for one.
            prices[name] = price
        }
        self.prices = prices
    }

    private static func thousandths(_ text: Substring) -> Int64? {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let isDigits: (Substring) -> Bool = { !$0.isEmpty && $0.allSatisfy { $0.isASCII && $0.isNumber } }
        guard let whole = parts.first, isDigits(whole), whole.count <= 6, let units = Int64(whole) else { return nil }
        guard parts.count == 2 else { return units * 1000 }
        let decimals = parts[1]
        guard isDigits(decimals), decimals.count <= 3 else { return nil }
        let padded = decimals + String(repeating: "0", count: 3 - decimals.count)
        return Int64(padded).map { units * 1000 + $0 }
    }
}

extension PriceTable: SettingValue {
    package static var typeName: String { "a list such as `openai/text-embedding-3-small=0.02`" }

    package static func fetch(_ config: ConfigReader, _ key: ConfigKey) async throws -> PriceTable? {
        guard let text = try await String.fetch(config, key) else { return nil }
        guard let table = PriceTable(settingText: text) else { throw SettingSyntaxError() }
        return table
    }

    package var settingText: String {
        prices.sorted { $0.key < $1.key }.map { name, price in
            let decimals = String(1000 + price % 1000).dropFirst()
            return "\(name)=\(price / 1000).\(decimals)"
        }.joined(separator: " ")
    }
}

/// What providers cost.
enum PriceSettings {
    static let prices = Setting<PriceTable>(
        "usage.prices",
        range: "at most three decimals",
        "What a million tokens of a model cost, by provider and model; what has no price is free."
    )

    static let currency = Setting(
        "usage.currency",
        default: "USD",
        "The currency of prices and limits of spending; a name only, nothing is converted."
    )

    static let settings = [prices.summaryRow, currency.summaryRow]

    /// Reads the keys `usage.*`.
    static func read(_ config: ConfigReader) async throws(ConfigurationError) -> PriceList {
        PriceList(
            currency: try await currency.require(config),
            prices: try await prices.read(config)?.prices ?? [:]
        )
    }
}
