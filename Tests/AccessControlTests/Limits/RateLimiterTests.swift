import AccessControl
import MemoryModel
import MemoryTestSupport
import Testing

/// Token buckets: what one process lets through, and what several do together.
@Suite struct RateLimiterTests {
    private let clock = ManualInstant()
    private let workspace = Identifier<Workspace>(high: 1, low: 1)

    private func ledger() -> InMemoryRateLimits {
        InMemoryRateLimits { [clock] in clock.now }
    }

    private func limiter(_ ledger: InMemoryRateLimits, _ policy: RatePolicy = RatePolicy()) -> RateLimiter {
        RateLimiter(store: ledger, policy: policy) { [clock] in clock.now }
    }

    private func user(_ number: UInt64, key: UInt64? = nil) -> Principal {
        Principal(
            workspaceID: workspace,
            userID: Identifier(high: 2, low: number),
            role: .member,
            scopes: [.itemsRead],
            keyID: key.map { Identifier(high: 3, low: $0) }
        )
    }

    /// How many of so many requests at once are let through.
    private func admitted(_ count: Int, _ limiter: RateLimiter, _ principal: Principal) async -> Int {
        var admitted = 0
        for _ in 0..<count {
            if case .admitted = await limiter.admit(principal, .read) { admitted += 1 }
        }
        return admitted
    }

    @Test func aUserHasAHundredRequestsAndThenOneEveryPartOfAMinute() async {
        let limiter = limiter(ledger())
        #expect(await admitted(150, limiter, user(1)) == 100)
        guard case .refused(let standings, let violated, let wait) = await limiter.admit(user(1), .read) else {
            Issue.record("let through")
            return
        }
        #expect(violated == ["user"] && wait == 1)
        #expect(standings == [RateStanding(policy: "user", quota: 100, window: 60, remaining: 0, reset: 60)])
        await limiter.exchange()
        clock.advance(by: .milliseconds(599))
        #expect(await admitted(3, limiter, user(1)) == 0)
        clock.advance(by: .milliseconds(2))
        #expect(await admitted(3, limiter, user(1)) == 1)
        await limiter.exchange()
        clock.advance(by: .seconds(600))
        #expect(await admitted(150, limiter, user(1)) == 100)
    }

    @Test func usersAndKeysAndClassesHaveBucketsOfTheirOwn() async {
        let policy = RatePolicy(
            user: RequestRates(total: 10, byClass: [.search: 2]),
            key: RequestRates(total: 5)
        )
        let limiter = limiter(ledger(), policy)
        #expect(await admitted(20, limiter, user(1, key: 1)) == 5)
        #expect(await admitted(20, limiter, user(1, key: 2)) == 5)
        #expect(await admitted(20, limiter, user(1, key: 3)) == 0)
        #expect(await admitted(20, limiter, user(2)) == 10)
        var searches = 0
        for _ in 0..<5 {
            if case .admitted = await limiter.admit(user(3), .search) { searches += 1 }
        }
        #expect(searches == 2)
        // What was refused took nothing.
        #expect(await admitted(20, limiter, user(3)) == 8)
    }

    @Test func aWorkspaceIsHeldToItsTierOnceThatIsKnown() async {
        let ledger = ledger()
        ledger.set(.free, of: workspace)
        let service = Principal(workspaceID: workspace, role: .admin, scopes: [.itemsRead])
        let limiter = limiter(ledger)
        // Until the first exchange the standard tier holds.
        _ = await limiter.admit(service, .read)
        await limiter.exchange()
        #expect(await admitted(200, limiter, service) == 60)
        await limiter.exchange()
        ledger.set(.starter, of: workspace)
        clock.advance(by: .seconds(11))
        _ = await limiter.admit(service, .read)
        await limiter.exchange()
        #expect(await limiter.admit(service, .read).standings.first?.quota == 600)
    }

    @Test func withoutLimitsNothingIsCounted() async {
        let ledger = ledger()
        let limiter = limiter(ledger, .unlimited)
        #expect(await admitted(10_000, limiter, user(1)) == 10_000)
        #expect(await limiter.admit(user(1), .read).standings.isEmpty)
        await limiter.exchange()
        #expect(ledger.exchanges <= 3)
    }

    @Test func whileTheDatabaseIsDownEachProcessCountsForItself() async {
        let ledger = ledger()
        ledger.setDown(true)
        let (one, other) = (limiter(ledger), limiter(ledger))
        #expect(await admitted(150, one, user(1)) == 100)
        #expect(await admitted(150, other, user(1)) == 100)
        // What is under way ends, so that from here on the order is this test's: the other hears of all that was reported.
        for limiter in [one, other] { await limiter.exchange() }
        ledger.setDown(false)
        for limiter in [one, other] { await limiter.exchange() }
        // What was too much is missing from the next minute.
        clock.advance(by: .seconds(50))
        #expect(await admitted(10, one, user(2)) == 10)
        await one.exchange()
        #expect(await admitted(150, other, user(1)) == 0)
        clock.advance(by: .seconds(13))
        #expect(await admitted(150, other, user(1)) <= 10)
    }

    /// Several processes, requests at random, exchanges at random: never more than the stated bound.
    @Test(arguments: 0..<60 as Range<UInt64>)
    func processesTogetherStayWithinTheStatedBound(seed: UInt64) async {
        var random = SeededGenerator(seed: seed)
        let processes = Int.random(in: 1...5, using: &random)
        let quota = [1, 7, 10, 100, 600].randomElement(using: &random) ?? 100
        let ledger = ledger()
        let policy = RatePolicy(user: RequestRates(total: quota), tiers: .unlimited)
        let limiters = (0..<processes).map { _ in limiter(ledger, policy) }
        let start = clock.now
        var passed = 0
        for _ in 0..<600 {
            let limiter = limiters[Int.random(in: 0..<processes, using: &random)]
            switch Int.random(in: 0..<10, using: &random) {
            case 0: clock.advance(by: .milliseconds(Int.random(in: 0...2000, using: &random)))
            case 1: await limiter.exchange()
            default: passed += await admitted(Int.random(in: 1...max(2, quota / 20), using: &random), limiter, user(1))
            }
            let (seconds, fraction) = (clock.now - start).components
            let elapsed = Double(seconds) + Double(fraction) * 1e-18
            let bound = Double(quota) * (1 + elapsed / 60) + Double((processes - 1) * max(1, quota / 10))
            #expect(Double(passed) <= bound + 1e-6, "\(processes) processes, quota \(quota)")
        }
    }

    @Test func manyRequestsAtOnceAreLetThroughExactly() async {
        let limiter = limiter(ledger())
        let admitted = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<400 {
                group.addTask {
                    if case .admitted = await limiter.admit(user(1), .read) { true } else { false }
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(admitted == 100)
    }
}
