/// A type that has an array type in Postgres, so that `[Self]` binds as one parameter.
public protocol PostgresArrayElement: PostgresEncodable, PostgresDecodable {
    /// The type of an array of such values.
    static var postgresArrayType: PostgresType { get }
}

// The binary form of an array: dimensions, a NULL flag and the element's type, then length and lower bound per
// dimension, then each element with its length, -1 for NULL (PostgreSQL source, `array_send`).

extension Array: PostgresEncodable where Element: PostgresArrayElement {
    /// The array type of the element.
    public static var postgresType: PostgresType { Element.postgresArrayType }

    /// One dimension with lower bound 1; no dimension at all for an empty array.
    public func encode(into buffer: inout PostgresBindBuffer) {
        buffer.append(Int32(isEmpty ? 0 : 1))
        buffer.append(Int32(contains { $0.isPostgresNull } ? 1 : 0))
        buffer.append(Element.postgresType.rawValue)
        guard !isEmpty else { return }
        buffer.append(Int32(truncatingIfNeeded: count))
        buffer.append(Int32(1))
        for element in self {
            if element.isPostgresNull {
                buffer.append(Int32(-1))
            } else {
                buffer.appendLengthPrefixed { element.encode(into: &$0) }
            }
        }
    }
}

extension Array: PostgresDecodable where Element: PostgresDecodable {
    /// Reads an array of one dimension, or an empty one.
    ///
    /// NULL elements need an optional element type.
    public static func decode(_ bytes: Span<UInt8>, type: PostgresType) throws(PostgresDecodingFailure) -> [Element] {
        // The header tells the element's type, so a scalar must be told apart by the column's type first.
        guard !type.isScalar else { throw .typeMismatch }
        guard bytes.count >= 12 else { throw .malformed }
        let dimensions = bytes.bigEndian(at: 0, as: UInt32.self)
        let elementType = PostgresType(rawValue: bytes.bigEndian(at: 8, as: UInt32.self))
        if dimensions == 0 { return [] }
        guard dimensions == 1, bytes.count >= 20 else { throw .malformed }
        let count = Int(bytes.bigEndian(at: 12, as: UInt32.self))
        // Every element takes at least its length: a larger count cannot be true.
        guard count <= (bytes.count - 20) / 4 else { throw .malformed }
        var elements: [Element] = []
        elements.reserveCapacity(count)
        var offset = 20
        for _ in 0..<count {
            guard bytes.count - offset >= 4 else { throw .malformed }
            let length = Int(Int32(bitPattern: bytes.bigEndian(at: offset, as: UInt32.self)))
            offset += 4
            if length == -1 {
                elements.append(try Element.decodeNull())
                continue
            }
            guard length >= 0, length <= bytes.count - offset else { throw .malformed }
            elements.append(try Element.decode(bytes.extracting(offset..<offset + length), type: elementType))
            offset += length
        }
        guard offset == bytes.count else { throw .malformed }
        return elements
    }
}

extension PostgresType {
    private static let scalars: Set<PostgresType> = [
        .bool, .bytea, .name, .int8, .int2, .int4, .text, .json, .float4, .float8, .bpchar, .varchar, .date,
        .timestamptz, .uuid, .jsonb,
    ]

    fileprivate var isScalar: Bool { Self.scalars.contains(self) }
}

extension Optional: PostgresArrayElement where Wrapped: PostgresArrayElement {
    /// The array type of the wrapped value: any array may hold NULL.
    public static var postgresArrayType: PostgresType { Wrapped.postgresArrayType }
}

extension Bool: PostgresArrayElement {
    /// `bool[]`.
    public static var postgresArrayType: PostgresType { .boolArray }
}

extension Int16: PostgresArrayElement {
    /// `int2[]`.
    public static var postgresArrayType: PostgresType { .int2Array }
}

extension Int32: PostgresArrayElement {
    /// `int4[]`.
    public static var postgresArrayType: PostgresType { .int4Array }
}

extension Int64: PostgresArrayElement {
    /// `int8[]`.
    public static var postgresArrayType: PostgresType { .int8Array }
}

extension Int: PostgresArrayElement {
    /// `int8[]`.
    public static var postgresArrayType: PostgresType { .int8Array }
}

extension Float: PostgresArrayElement {
    /// `float4[]`.
    public static var postgresArrayType: PostgresType { .float4Array }
}

extension Double: PostgresArrayElement {
    /// `float8[]`.
    public static var postgresArrayType: PostgresType { .float8Array }
}

extension String: PostgresArrayElement {
    /// `text[]`.
    public static var postgresArrayType: PostgresType { .textArray }
}

extension PostgresUUID: PostgresArrayElement {
    /// `uuid[]`.
    public static var postgresArrayType: PostgresType { .uuidArray }
}

extension PostgresBytes: PostgresArrayElement {
    /// `bytea[]`.
    public static var postgresArrayType: PostgresType { .byteaArray }
}

extension PostgresTimestamp: PostgresArrayElement {
    /// `timestamptz[]`.
    public static var postgresArrayType: PostgresType { .timestamptzArray }
}

extension PostgresDate: PostgresArrayElement {
    /// `date[]`.
    public static var postgresArrayType: PostgresType { .dateArray }
}

extension PostgresJSON: PostgresArrayElement {
    /// `jsonb[]`.
    public static var postgresArrayType: PostgresType { .jsonbArray }
}
