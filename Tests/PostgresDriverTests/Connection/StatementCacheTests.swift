import PostgresDriver
import Testing

struct StatementCacheTests {
    private func key(_ text: String, _ types: [PostgresType] = []) -> StatementCache.Key {
        StatementCache.Key(sql: text, types: types)
    }

    @Test func aStatementKeepsItsName() {
        var cache = StatementCache(limit: 2)
        #expect(cache.use(key("a")) == .new(name: "s1"))
        #expect(cache.use(key("a")) == .prepared(name: "s1"))
        #expect(cache.use(key("a", [.text])) == .new(name: "s2"))
    }

    @Test func theLeastRecentlyUsedGoesFirst() {
        var cache = StatementCache(limit: 2)
        _ = cache.use(key("a"))
        _ = cache.use(key("b"))
        _ = cache.use(key("a"))
        #expect(cache.use(key("c")) == .new(name: "s3"))
        #expect(cache.takeEvicted() == ["s2"])
        #expect(cache.takeEvicted().isEmpty)
        #expect(cache.use(key("a")) == .prepared(name: "s1"))
        #expect(cache.use(key("b")) == .new(name: "s4"))
        #expect(cache.count == 2)
    }

    @Test func aForgottenStatementGetsAnotherName() {
        var cache = StatementCache(limit: 2)
        _ = cache.use(key("a"))
        cache.forget(key("a"))
        #expect(cache.evicted.isEmpty)
        #expect(cache.use(key("a")) == .new(name: "s2"))
        cache.discard(key("a"))
        #expect(cache.evicted == ["s2"])
    }

    @Test func withoutRoomNothingIsNamed() {
        #expect(!StatementCache(limit: 0).isEnabled)
    }
}
