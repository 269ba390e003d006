/// How soon a member that ended is started again.
package struct RestartPolicy: Sendable, Hashable {
    /// The pause before the first restart; each further one doubles it.
    package var firstDelay: Duration = .milliseconds(500)

    /// The longest pause while there is hope.
    package var longestDelay: Duration = .seconds(30)

    /// Having run this long, a member counts as healthy again.
    package var stableAfter: Duration = .seconds(10)

    /// So many quick ends in a row are reported once as a lasting fault; from then on ``slowDelay`` holds.
    package var hopelessAfter = 8

    /// The pause between restarts of a hopeless member.
    package var slowDelay: Duration = .seconds(60)

    /// So many failures of a member that was never ready end the whole run: nobody waits for a start that cannot work.
    package var startAttempts = 4

    /// Creates the usual policy.
    package init() {}

    /// The pause after the given number of quick ends in a row, which starts at 1.
    package func delay(afterFailures failures: Int) -> Duration {
        guard failures < hopelessAfter else { return slowDelay }
        var delay = firstDelay
        for _ in 1..<max(failures, 1) where delay < longestDelay { delay = delay * 2 }
        return min(delay, longestDelay)
    }
}
