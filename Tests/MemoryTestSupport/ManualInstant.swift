import Synchronization

/// A monotonic clock that stands still until a test moves it.
public final class ManualInstant: Sendable {
    private let state = Mutex(ContinuousClock().now)

    /// Makes a clock that shows the present moment.
    public init() {}

    /// The moment it shows.
    public var now: ContinuousClock.Instant { state.withLock { $0 } }

    /// Moves it forward.
    public func advance(by duration: Duration) {
        state.withLock { $0 = $0.advanced(by: duration) }
    }
}
