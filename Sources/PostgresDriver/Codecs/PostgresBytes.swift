/// The content of a `bytea`.
public struct PostgresBytes: Hashable, Sendable, ExpressibleByArrayLiteral {
    /// The bytes.
    public var bytes: [UInt8]

    /// Wraps bytes, so that they bind as `bytea`.
    public init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Bytes as a literal.
    public init(arrayLiteral elements: UInt8...) {
        bytes = elements
    }
}

extension PostgresBytes: PostgresEncodable, PostgresDecodable {
    /// `bytea`.
    public static var postgresType: PostgresType { .bytea }

    /// The bytes as they are.
    public func encode(into buffer: inout PostgresBindBuffer) {
        buffer.append(contentsOf: bytes)
    }

    /// Reads `bytea`.
    ///
    /// To look at bytes without a copy use ``PostgresRow/withBytes(at:_:)``.
    public static func decode(
        _ bytes: Span<UInt8>,
        type: PostgresType
    ) throws(PostgresDecodingFailure) -> PostgresBytes {
        guard type == .bytea else { throw .typeMismatch }
        return PostgresBytes(bytes.copied())
    }
}
