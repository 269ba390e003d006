/// What tokens cost, by provider and model.
public struct PriceList: Sendable, Hashable {
    /// The currency's name, for people: nothing is converted.
    public var currency: String
    /// Billionths of the currency's unit for one token, by `provider/model`.
    ///
    /// A price of 0.02 for a million tokens is 20.
    public var prices: [String: Int64]

    /// Makes a list.
    public init(currency: String = "USD", prices: [String: Int64] = [:]) {
        self.currency = currency
        self.prices = prices
    }

    /// Everything is free.
    public static let free = PriceList()

    /// What tokens of a model cost, in billionths; what has no price is free.
    public func cost(ofTokens tokens: Int64, provider: String, model: String) -> Int64 {
        let (product, isTooMuch) = tokens.multipliedReportingOverflow(by: prices["\(provider)/\(model)"] ?? 0)
        return isTooMuch ? .max : product
    }
}
