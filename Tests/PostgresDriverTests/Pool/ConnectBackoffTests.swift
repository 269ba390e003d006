import PostgresDriver
import Testing

struct ConnectBackoffTests {
    @Test(arguments: 1...40)
    func delaysDoubleUpToTheLimit(failures: Int) {
        let backoff = ConnectBackoff(initial: .milliseconds(100), maximum: .seconds(5))
        var random = SplitMix(seed: UInt64(failures))
        let full = failures > 6 ? Duration.seconds(5) : min(.seconds(5), .milliseconds(100 << (failures - 1)))
        for _ in 0..<50 {
            let delay = backoff.delay(failures: failures, random: &random)
            #expect(delay >= full / 2 && delay <= full)
        }
    }
}
