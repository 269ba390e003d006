/// How long to wait after failed attempts to connect: doubling, bounded, with jitter.
package struct ConnectBackoff: Sendable {
    package let initial: Duration
    package let maximum: Duration

    package init(initial: Duration, maximum: Duration) {
        self.initial = initial
        self.maximum = maximum
    }

    /// The delay after so many failures in a row, 1 or more: between half of the full delay and all of it, so that
    /// many processes do not come back in step.
    package func delay(failures: Int, random: inout some RandomNumberGenerator) -> Duration {
        var full = initial
        var doublings = failures - 1
        while doublings > 0, full < maximum {
            full *= 2
            doublings -= 1
        }
        full = min(full, maximum)
        return full * Double.random(in: 0.5...1, using: &random)
    }
}
