import EmbeddingProviders
import Testing

struct RetryTests {
    @Test func waitsGrowToTheirCeilingAndJitterBelowIt() {
        let policy = RetryPolicy(attempts: 100, baseDelay: .seconds(1), maximumDelay: .seconds(10))
        var highest = RetrySequence(policy)
        var lowest = RetrySequence(policy)
        for expected in [1, 2, 4, 8, 10, 10] {
            #expect(highest.step(serverDelay: nil, remaining: nil, random: 1) == .wait(.seconds(expected)))
            #expect(lowest.step(serverDelay: nil, remaining: nil, random: 0) == .wait(.zero))
        }
        for _ in 0..<80 { _ = highest.step(serverDelay: nil, remaining: nil, random: 1) }
        #expect(highest.step(serverDelay: nil, remaining: nil, random: 1) == .wait(.seconds(10)))
    }

    @Test func attemptsEnd() {
        var retries = RetrySequence(RetryPolicy(attempts: 2))
        #expect(retries.step(serverDelay: nil, remaining: nil, random: 0) != .giveUp)
        #expect(retries.step(serverDelay: nil, remaining: nil, random: 0) == .giveUp)
        var single = RetrySequence(RetryPolicy(attempts: 1))
        #expect(single.step(serverDelay: nil, remaining: nil, random: 0) == .giveUp)
    }

    @Test func theDeadlineAndTheServerBoundTheWait() {
        var retries = RetrySequence(RetryPolicy(attempts: 9, baseDelay: .seconds(1), maximumServerDelay: .seconds(120)))
        #expect(retries.step(serverDelay: .seconds(120), remaining: nil, random: 0.5) == .wait(.milliseconds(120_500)))
        #expect(retries.step(serverDelay: .seconds(121), remaining: nil, random: 0) == .giveUp)
        #expect(retries.step(serverDelay: .seconds(5), remaining: .seconds(5), random: 0) == .giveUp)
        #expect(
            retries.step(serverDelay: .seconds(5), remaining: .seconds(6), random: 0.5) == .wait(.milliseconds(5_500))
        )
    }

    @Test func theBreakerOpensTriesAndCloses() {
        let start = ContinuousClock.now
        var breaker = CircuitBreaker(threshold: 3, firstPause: .seconds(5), longestPause: .seconds(15))
        for _ in 0..<3 {
            #expect(breaker.admit(at: start) == .go)
            breaker.recordFailure(at: start)
        }
        #expect(breaker.admit(at: start + .seconds(1)) == .refuse(.seconds(4)))
        #expect(breaker.admit(at: start + .seconds(5)) == .go)
        #expect(breaker.admit(at: start + .seconds(5)) == .refuse(.seconds(5)))
        breaker.recordFailure(at: start + .seconds(6))
        #expect(breaker.admit(at: start + .seconds(15)) == .refuse(.seconds(1)))
        #expect(breaker.admit(at: start + .seconds(16)) == .go)
        breaker.recordNothing(at: start + .seconds(16))
        #expect(breaker.admit(at: start + .seconds(16)) == .go)
        breaker.recordAnswer()
        for _ in 0..<2 {
            #expect(breaker.admit(at: start + .seconds(17)) == .go)
            breaker.recordFailure(at: start + .seconds(17))
        }
        #expect(breaker.admit(at: start + .seconds(17)) == .go)
        breaker.recordAnswer()
        breaker.recordFailure(at: start + .seconds(18))
        #expect(breaker.admit(at: start + .seconds(18)) == .go)
    }

    @Test func thePauseStopsGrowing() {
        var now = ContinuousClock.now
        var breaker = CircuitBreaker(threshold: 1, firstPause: .seconds(5), longestPause: .seconds(15))
        breaker.recordFailure(at: now)
        for pause in [5, 10, 15, 15] {
            #expect(breaker.admit(at: now) == .refuse(.seconds(pause)))
            now += .seconds(pause)
            #expect(breaker.admit(at: now) == .go)
            breaker.recordFailure(at: now)
        }
    }
}
