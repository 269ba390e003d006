import MemoryAPI
import MemoryTestSupport
import Testing

/// When a connection is closed, as a value.
struct ConnectionPaceTests {
    private let start = ContinuousClock().now
    private let limits = ConnectionPace.Limits()

    private func at(_ seconds: Double) -> ContinuousClock.Instant { start + .milliseconds(Int(seconds * 1000)) }

    @Test func headerFieldsThatDripAreLateTenSecondsAfterTheFirstByte() {
        var pace = ConnectionPace(limits, at: start)
        for second in 0..<10 { pace.received(at: at(Double(second))) }
        #expect(pace.deadline == at(10))
        pace.receivedHead(at: at(9))
        pace.receivedEnd(at: at(9))
        #expect(pace.deadline == nil)
        pace.wrote(at: at(9))
        pace.sent(isLast: true, at: at(9))
        #expect(pace.deadline == at(84))
        // The next request has its own ten seconds, from its first byte on.
        pace.received(at: at(50))
        for second in 51..<60 { pace.received(at: at(Double(second))) }
        #expect(pace.deadline == at(60))
    }

    @Test func aBodyHasFiveSecondsThenMustKeepUpAndHasAnEnd() {
        var pace = ConnectionPace(limits, at: start)
        pace.receivedHead(at: start)
        #expect(pace.deadline == at(5 + 2))
        pace.receivedBody(1024)
        #expect(pace.deadline == at(6 + 2))
        pace.receivedBody(9 * 1024)
        #expect(pace.deadline == at(15 + 2))
        pace.receivedBody(10 << 20)
        #expect(pace.deadline == at(25 + 2))
        pace.receivedEnd(at: at(12))
        #expect(pace.deadline == nil)
    }

    @Test func whatNobodyReadsMayComeForTwoSecondsMore() {
        var pace = ConnectionPace(limits, at: start)
        pace.receivedHead(at: start)
        pace.receivedBody(100_000)
        pace.wrote(at: at(1))
        pace.sent(isLast: true, at: at(1))
        #expect(pace.deadline == at(3))
        for second in 1..<3 {
            pace.received(at: at(Double(second)))
            pace.receivedBody(1 << 20)
        }
        #expect(pace.deadline == at(3))
        pace.receivedEnd(at: at(2.5))
        #expect(pace.deadline == at(2.5 + 75))
    }

    @Test func anAnswerThatIsNotTakenIsGivenUp() {
        var pace = ConnectionPace(limits, at: start)
        pace.receivedHead(at: start)
        pace.receivedEnd(at: start)
        for _ in 0..<3 { pace.wrote(at: at(1)) }
        #expect(pace.deadline == at(31))
        pace.sent(isLast: false, at: at(20))
        #expect(pace.deadline == at(50))
        pace.sent(isLast: false, at: at(21))
        pace.sent(isLast: true, at: at(22))
        #expect(pace.deadline == at(97))
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func noClientKeepsAConnectionByDripping(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var pace = ConnectionPace(limits, at: start)
        var now = 0.0
        var answered = 0.0
        var isBody = false
        // Whatever drips, an unfinished request is late within 30 seconds of its first byte.
        while let deadline = pace.deadline, deadline > at(now) {
            now += Double.random(in: 0.1..<2, using: &random)
            guard deadline > at(now) else { break }
            pace.received(at: at(now))
            if !isBody, Bool.random(using: &random) {
                pace.receivedHead(at: at(now))
                answered = now
                isBody = true
            } else if isBody {
                pace.receivedBody(Int.random(in: 0..<8, using: &random))
            }
            #expect(now < 40)
        }
        #expect(now - answered <= 30)
    }
}
