/// Time and chance, as a provider's client uses them; injected so that tests decide both.
public struct ProviderClock: Sendable {
    /// The monotonic time now.
    public let now: @Sendable () -> ContinuousClock.Instant
    /// Waits; throws when the task is cancelled.
    public let sleep: @Sendable (Duration) async throws -> Void
    /// A number in 0 ..< 1.
    public let random: @Sendable () -> Double

    /// Makes a clock from its parts.
    public init(
        now: @escaping @Sendable () -> ContinuousClock.Instant,
        sleep: @escaping @Sendable (Duration) async throws -> Void,
        random: @escaping @Sendable () -> Double
    ) {
        self.now = now
        self.sleep = sleep
        self.random = random
    }

    /// The machine's own.
    public static let system = ProviderClock(
        now: { ContinuousClock.now },
        sleep: { try await ContinuousClock().sleep(for: $0) },
        random: { Double.random(in: 0..<1) }
    )
}
