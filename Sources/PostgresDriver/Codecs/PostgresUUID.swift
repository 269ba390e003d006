/// The sixteen bytes of a `uuid`, as two halves.
public struct PostgresUUID: Hashable, Sendable {
    /// The first eight bytes, the first one most significant.
    public var high: UInt64
    /// The last eight bytes.
    public var low: UInt64

    /// A UUID of its two halves.
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }
}

extension PostgresUUID: Comparable {
    /// The order of the server: by bytes, the first one most significant.
    public static func < (left: PostgresUUID, right: PostgresUUID) -> Bool {
        (left.high, left.low) < (right.high, right.low)
    }
}

extension PostgresUUID: CustomStringConvertible {
    /// The 36 characters of RFC 9562, in lower case.
    public var description: String {
        var text = ""
        text.reserveCapacity(36)
        for (index, half) in [high, low].enumerated() {
            for nibble in 0..<16 {
                let position = index * 16 + nibble
                if position == 8 || position == 12 || position == 16 || position == 20 { text.append("-") }
                text += String((half >> UInt64(60 - 4 * nibble)) & 0xF, radix: 16)
            }
        }
        return text
    }
}

extension PostgresUUID: PostgresEncodable, PostgresDecodable {
    /// `uuid`.
    public static var postgresType: PostgresType { .uuid }

    /// Sixteen bytes.
    public func encode(into buffer: inout PostgresBindBuffer) {
        buffer.append(high)
        buffer.append(low)
    }

    /// Reads `uuid`.
    public static func decode(
        _ bytes: Span<UInt8>,
        type: PostgresType
    ) throws(PostgresDecodingFailure) -> PostgresUUID {
        guard type == .uuid else { throw .typeMismatch }
        guard bytes.count == 16 else { throw .malformed }
        return PostgresUUID(
            high: bytes.bigEndian(at: 0, as: UInt64.self),
            low: bytes.bigEndian(at: 8, as: UInt64.self)
        )
    }
}
