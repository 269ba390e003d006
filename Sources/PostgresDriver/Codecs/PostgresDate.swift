/// A `date`: days since 1970-01-01 in the proleptic Gregorian calendar.
public struct PostgresDate: Hashable, Sendable, Comparable {
    /// Days since 1970-01-01; `Int32.max` and `Int32.min` stand for the two infinities.
    public var days: Int32

    /// A day by its distance from 1970-01-01.
    public init(days: Int32) {
        self.days = days
    }

    /// Whether one day is earlier.
    public static func < (left: PostgresDate, right: PostgresDate) -> Bool {
        left.days < right.days
    }

    // The server counts from 2000-01-01.
    fileprivate static let epochOffset: Int32 = 10_957
}

extension PostgresDate: PostgresEncodable, PostgresDecodable {
    /// `date`.
    public static var postgresType: PostgresType { .date }

    /// Four bytes: days since 2000-01-01.
    ///
    /// What lies before the range becomes `-infinity`.
    public func encode(into buffer: inout PostgresBindBuffer) {
        guard days != .max else { return buffer.append(Int32.max) }
        let (value, overflow) = days.subtractingReportingOverflow(Self.epochOffset)
        buffer.append(overflow ? Int32.min : value)
    }

    /// Reads `date`.
    public static func decode(
        _ bytes: Span<UInt8>,
        type: PostgresType
    ) throws(PostgresDecodingFailure) -> PostgresDate {
        guard type == .date else { throw .typeMismatch }
        guard bytes.count == 4 else { throw .malformed }
        let value = Int32(bitPattern: bytes.bigEndian(at: 0, as: UInt32.self))
        if value == .max || value == .min { return PostgresDate(days: value) }
        let (days, overflow) = value.addingReportingOverflow(epochOffset)
        guard !overflow else { throw .malformed }
        return PostgresDate(days: days)
    }
}
