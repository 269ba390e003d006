/// A `timestamptz`: microseconds since 1970-01-01 00:00:00 UTC, without leap seconds.
public struct PostgresTimestamp: Hashable, Sendable, Comparable {
    /// Microseconds since the Unix epoch; `Int64.max` and `Int64.min` stand for the two infinities.
    public var microseconds: Int64

    /// A moment by its microseconds since the Unix epoch.
    public init(microseconds: Int64) {
        self.microseconds = microseconds
    }

    /// Postgres' `infinity`: later than every moment.
    public static let infinity = PostgresTimestamp(microseconds: .max)
    /// Postgres' `-infinity`: earlier than every moment.
    public static let negativeInfinity = PostgresTimestamp(microseconds: .min)

    /// Whether one moment is earlier.
    public static func < (left: PostgresTimestamp, right: PostgresTimestamp) -> Bool {
        left.microseconds < right.microseconds
    }

    // The server counts from 2000-01-01.
    fileprivate static let epochOffset: Int64 = 946_684_800_000_000
}

extension PostgresTimestamp: PostgresEncodable, PostgresDecodable {
    /// `timestamptz`.
    public static var postgresType: PostgresType { .timestamptz }

    /// Eight bytes: microseconds since 2000-01-01.
    ///
    /// What lies before the range becomes `-infinity`.
    public func encode(into buffer: inout PostgresBindBuffer) {
        guard self != .infinity else { return buffer.append(Int64.max) }
        let (value, overflow) = microseconds.subtractingReportingOverflow(Self.epochOffset)
        buffer.append(overflow ? Int64.min : value)
    }

    /// Reads `timestamptz`.
    public static func decode(
        _ bytes: Span<UInt8>,
        type: PostgresType
    ) throws(PostgresDecodingFailure) -> PostgresTimestamp {
        guard type == .timestamptz else { throw .typeMismatch }
        guard bytes.count == 8 else { throw .malformed }
        let value = Int64(bitPattern: bytes.bigEndian(at: 0, as: UInt64.self))
        if value == .max { return .infinity }
        if value == .min { return .negativeInfinity }
        let (microseconds, overflow) = value.addingReportingOverflow(epochOffset)
        guard !overflow else { throw .malformed }
        return PostgresTimestamp(microseconds: microseconds)
    }
}
