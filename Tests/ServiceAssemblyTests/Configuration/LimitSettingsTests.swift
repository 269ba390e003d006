import MemoryModel
import ServiceAssembly
import Testing

/// Limits and prices as operators write them.
struct LimitSettingsTests {
    @Test func aListIsReadAndWrittenAlike() throws {
        let list = try #require(LimitList(settingText: "items=5, requests=60  requests.search=20 agents=unlimited"))
        #expect(list.limits.quotas == [.items: 5])
        #expect(list.limits.requests == RequestRates(total: 60, byClass: [.search: 20]))
        #expect(LimitList(settingText: list.settingText) == list)
        for tier in Tier.allCases {
            let list = LimitList(TierTable.documented.limits[tier] ?? .unlimited)
            #expect(LimitList(settingText: list.settingText) == list)
        }
    }

    @Test(arguments: ["items", "items=", "items=0", "items=-1", "items=1.5", "x=3", "items=1 items=2", "requests.x=1"])
    func otherListsAreRefused(text: String) {
        #expect(LimitList(settingText: text) == nil)
    }

    @Test func pricesAreForAMillionTokens() throws {
        let table = try #require(PriceTable(settingText: "openai/small=0.02 openai/large=1.3,local/x=0"))
        #expect(table.prices == ["openai/small": 20, "openai/large": 1300, "local/x": 0])
        #expect(PriceTable(settingText: table.settingText) == table)
        let prices = PriceList(prices: table.prices)
        #expect(prices.cost(ofTokens: 1_000_000, provider: "openai", model: "small") == 20_000_000)
        #expect(prices.cost(ofTokens: .max, provider: "openai", model: "small") == .max)
        #expect(prices.cost(ofTokens: 5, provider: "openai", model: "unknown") == 0)
    }

    @Test(arguments: ["openai=1", "openai/x", "openai/x=", "openai/x=-1", "openai/x=0.0001", "/x=1", "a/b=1 a/b=2"])
    func otherPricesAreRefused(text: String) {
        #expect(PriceTable(settingText: text) == nil)
    }
}
