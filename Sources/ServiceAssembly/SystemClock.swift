internal import Foundation
package import MemoryModel

/// The time of day as the system tells it.
package struct SystemClock: WallClock {
    /// The system's clock.
    package init() {}

    package var now: Timestamp {
        Timestamp(microseconds: Int64((Date().timeIntervalSince1970 * 1_000_000).rounded(.down)))
    }
}
