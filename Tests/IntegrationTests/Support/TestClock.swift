import MemoryModel
import Synchronization

/// A clock that moves by a millisecond each time it is read, so that no two moments of a test are the same.
final class TestClock: WallClock {
    private let time = Mutex(Timestamp(microseconds: 1_772_442_000_000_000))

    var now: Timestamp {
        time.withLock { time in
            time = Timestamp(microseconds: time.microseconds + 1_000)
            return time
        }
    }

    /// Moves the clock.
    func advance(bySeconds seconds: Int64) {
        time.withLock { $0 = $0.advanced(bySeconds: seconds) }
    }
}
