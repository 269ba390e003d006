/// A value that can be bound to a parameter, in binary.
public protocol PostgresEncodable: Sendable {
    /// The type the parameter is declared with.
    static var postgresType: PostgresType { get }

    /// Whether the value is sent as NULL; `encode` is then not called. The default is `false`.
    var isPostgresNull: Bool { get }

    /// Appends the value's binary form, without a length.
    func encode(into buffer: inout PostgresBindBuffer)
}

extension PostgresEncodable {
    /// Only an `Optional` is NULL.
    public var isPostgresNull: Bool { false }
}

/// A value that can be read from a column, in binary.
public protocol PostgresDecodable: Sendable {
    /// Reads the value from the bytes of one column of the given type.
    ///
    /// - Throws: ``PostgresDecodingFailure``; the row adds the column's name.
    static func decode(_ bytes: Span<UInt8>, type: PostgresType) throws(PostgresDecodingFailure) -> Self

    /// What NULL is read as. The default throws ``PostgresDecodingFailure/unexpectedNull``.
    static func decodeNull() throws(PostgresDecodingFailure) -> Self
}

/// Why the bytes of a column are no value of the type asked for.
public enum PostgresDecodingFailure: Error, Hashable, Sendable {
    /// NULL, where a value was asked for.
    case unexpectedNull
    /// The column is of a type that this value is not read from.
    case typeMismatch
    /// The bytes are not a value of the column's type, or not one of the values the Swift type allows.
    case malformed
}

extension PostgresDecodable {
    /// Refuses NULL: read an `Optional` where a column may be NULL.
    public static func decodeNull() throws(PostgresDecodingFailure) -> Self {
        throw .unexpectedNull
    }
}

extension Optional: PostgresEncodable where Wrapped: PostgresEncodable {
    /// The type of the wrapped value.
    public static var postgresType: PostgresType { Wrapped.postgresType }

    /// `nil` is NULL.
    public var isPostgresNull: Bool { map { $0.isPostgresNull } ?? true }

    /// Encodes the wrapped value.
    public func encode(into buffer: inout PostgresBindBuffer) {
        self?.encode(into: &buffer)
    }
}

extension Optional: PostgresDecodable where Wrapped: PostgresDecodable {
    /// Reads the wrapped value.
    public static func decode(_ bytes: Span<UInt8>, type: PostgresType) throws(PostgresDecodingFailure) -> Wrapped? {
        try Wrapped.decode(bytes, type: type)
    }

    /// Reads NULL as `nil`.
    public static func decodeNull() throws(PostgresDecodingFailure) -> Wrapped? { nil }
}

/// A type of another target that Postgres holds as one of the driver's types.
///
/// An identifier over a UUID needs two lines: `init?(postgresValue: PostgresUUID)` and `postgresValue`.
public protocol PostgresConvertible: PostgresEncodable, PostgresDecodable {
    /// The driver's type that carries the value.
    associatedtype PostgresValue: PostgresEncodable & PostgresDecodable

    /// The value the column's content stands for, or `nil` where it stands for none.
    init?(postgresValue: PostgresValue)

    /// What the column holds.
    var postgresValue: PostgresValue { get }
}

extension PostgresConvertible {
    /// The type of the carrying value.
    public static var postgresType: PostgresType { PostgresValue.postgresType }

    /// Encodes the carrying value.
    public func encode(into buffer: inout PostgresBindBuffer) {
        postgresValue.encode(into: &buffer)
    }

    /// Decodes the carrying value and converts it.
    public static func decode(_ bytes: Span<UInt8>, type: PostgresType) throws(PostgresDecodingFailure) -> Self {
        guard let value = Self(postgresValue: try PostgresValue.decode(bytes, type: type)) else { throw .malformed }
        return value
    }
}

extension PostgresConvertible where PostgresValue: PostgresArrayElement {
    /// The array type of the carrying value.
    public static var postgresArrayType: PostgresType { PostgresValue.postgresArrayType }
}

extension PostgresArrayElement where Self: RawRepresentable, RawValue: PostgresArrayElement {
    /// The array type of the raw value.
    public static var postgresArrayType: PostgresType { RawValue.postgresArrayType }
}

extension PostgresEncodable where Self: RawRepresentable, RawValue: PostgresEncodable {
    /// The type of the raw value.
    public static var postgresType: PostgresType { RawValue.postgresType }

    /// Encodes the raw value.
    public func encode(into buffer: inout PostgresBindBuffer) {
        rawValue.encode(into: &buffer)
    }
}

extension PostgresDecodable where Self: RawRepresentable, RawValue: PostgresDecodable {
    /// Decodes the raw value; one that the type does not have is malformed.
    public static func decode(_ bytes: Span<UInt8>, type: PostgresType) throws(PostgresDecodingFailure) -> Self {
        guard let value = Self(rawValue: try RawValue.decode(bytes, type: type)) else { throw .malformed }
        return value
    }
}
