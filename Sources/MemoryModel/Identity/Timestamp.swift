/// A point in time in microseconds since the Unix epoch, the precision Postgres keeps.
public struct Timestamp: Hashable, Comparable, Sendable {
    /// Microseconds since 1970-01-01T00:00:00Z.
    public let microseconds: Int64

    /// Makes a timestamp from microseconds since the Unix epoch.
    public init(microseconds: Int64) {
        self.microseconds = microseconds
    }

    /// Orders by time.
    public static func < (lhs: Timestamp, rhs: Timestamp) -> Bool {
        lhs.microseconds < rhs.microseconds
    }

    /// This time moved by a number of seconds.
    public func advanced(bySeconds seconds: Int64) -> Timestamp {
        Timestamp(microseconds: microseconds + seconds * 1_000_000)
    }
}

/// What the time of day is: injected, so that tests and simulations can set it.
///
/// Domain times come from here. Leases and the expiry of credentials use the database's clock; the two are never
/// compared.
public protocol WallClock: Sendable {
    /// The present time.
    var now: Timestamp { get }
}
