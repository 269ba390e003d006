/// How long a failed job waits before the next try.
struct BackOff: Sendable {
    let shortest: Duration
    let longest: Duration

    /// Doubles with each attempt up to the longest; between half and all of that, so that jobs that failed together do not come back together.
    ///
    /// What the provider asked for is the least.
    ///
    /// - Parameters:
    ///   - attempt: 1 after the first failure.
    ///   - asked: How long the provider asked to wait.
    ///   - fraction: A random number from 0 up to 1.
    /// - Returns: The wait before the next try.
    func delay(after attempt: Int, asked: Duration?, fraction: Double) -> Duration {
        let doublings = min(max(0, attempt - 1), 30)
        let full = min(longest.milliseconds, shortest.milliseconds * Double(1 << doublings))
        let delay = Duration.milliseconds(Int64(full * (0.5 + 0.5 * fraction)))
        return max(delay, asked ?? .zero)
    }
}
