public import MemoryModel
import Synchronization

/// A clock that stands still until a test moves it.
public final class ManualClock: WallClock {
    private let time: Mutex<Timestamp>

    /// Makes a clock that shows a time, 2026-03-02T09:00:00Z by default.
    public init(_ start: Timestamp = Timestamp(microseconds: 1_772_442_000_000_000)) {
        time = Mutex(start)
    }

    /// The time it shows.
    public var now: Timestamp { time.withLock { $0 } }

    /// Moves it forward.
    public func advance(bySeconds seconds: Int64) {
        time.withLock { $0 = $0.advanced(bySeconds: seconds) }
    }

    /// Sets it.
    public func set(_ timestamp: Timestamp) {
        time.withLock { $0 = timestamp }
    }
}
