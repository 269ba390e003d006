// The binary forms of Swift's own scalars (PostgreSQL source, `*_send` and `*_recv` functions of each type).

extension Bool: PostgresEncodable, PostgresDecodable {
    /// `bool`.
    public static var postgresType: PostgresType { .bool }

    /// One byte, 1 or 0.
    public func encode(into buffer: inout PostgresBindBuffer) {
        buffer.append(byte: self ? 1 : 0)
    }

    /// Reads `bool`.
    public static func decode(_ bytes: Span<UInt8>, type: PostgresType) throws(PostgresDecodingFailure) -> Bool {
        guard type == .bool else { throw .typeMismatch }
        guard bytes.count == 1 else { throw .malformed }
        return bytes[0] != 0
    }
}

extension PostgresDecodable where Self: FixedWidthInteger & SignedInteger {
    /// Reads `int2`, `int4` or `int8`; a value outside this type's range is malformed.
    public static func decode(_ bytes: Span<UInt8>, type: PostgresType) throws(PostgresDecodingFailure) -> Self {
        let wide: Int64
        switch (type, bytes.count) {
        case (.int8, 8): wide = Int64(bitPattern: bytes.bigEndian(at: 0, as: UInt64.self))
        case (.int4, 4): wide = Int64(Int32(bitPattern: bytes.bigEndian(at: 0, as: UInt32.self)))
        case (.int2, 2): wide = Int64(Int16(bitPattern: bytes.bigEndian(at: 0, as: UInt16.self)))
        case (.int8, _), (.int4, _), (.int2, _): throw .malformed
        default: throw .typeMismatch
        }
        guard let value = Self(exactly: wide) else { throw .malformed }
        return value
    }
}

extension Int16: PostgresEncodable, PostgresDecodable {
    /// `int2`.
    public static var postgresType: PostgresType { .int2 }

    /// Two bytes.
    public func encode(into buffer: inout PostgresBindBuffer) { buffer.append(self) }
}

extension Int32: PostgresEncodable, PostgresDecodable {
    /// `int4`.
    public static var postgresType: PostgresType { .int4 }

    /// Four bytes.
    public func encode(into buffer: inout PostgresBindBuffer) { buffer.append(self) }
}

extension Int64: PostgresEncodable, PostgresDecodable {
    /// `int8`.
    public static var postgresType: PostgresType { .int8 }

    /// Eight bytes.
    public func encode(into buffer: inout PostgresBindBuffer) { buffer.append(self) }
}

extension Int: PostgresEncodable, PostgresDecodable {
    /// `int8`.
    public static var postgresType: PostgresType { .int8 }

    /// Eight bytes.
    public func encode(into buffer: inout PostgresBindBuffer) { buffer.append(Int64(self)) }
}

extension Float: PostgresEncodable, PostgresDecodable {
    /// `float4`.
    public static var postgresType: PostgresType { .float4 }

    /// The four bytes of IEEE 754.
    public func encode(into buffer: inout PostgresBindBuffer) { buffer.append(bitPattern) }

    /// Reads `float4`.
    public static func decode(_ bytes: Span<UInt8>, type: PostgresType) throws(PostgresDecodingFailure) -> Float {
        guard type == .float4 else { throw .typeMismatch }
        guard bytes.count == 4 else { throw .malformed }
        return Float(bitPattern: bytes.bigEndian(at: 0, as: UInt32.self))
    }
}

extension Double: PostgresEncodable, PostgresDecodable {
    /// `float8`.
    public static var postgresType: PostgresType { .float8 }

    /// The eight bytes of IEEE 754.
    public func encode(into buffer: inout PostgresBindBuffer) { buffer.append(bitPattern) }

    /// Reads `float8` or `float4`.
    public static func decode(_ bytes: Span<UInt8>, type: PostgresType) throws(PostgresDecodingFailure) -> Double {
        switch (type, bytes.count) {
        case (.float8, 8): return Double(bitPattern: bytes.bigEndian(at: 0, as: UInt64.self))
        case (.float4, 4): return Double(Float(bitPattern: bytes.bigEndian(at: 0, as: UInt32.self)))
        case (.float8, _), (.float4, _): throw .malformed
        default: throw .typeMismatch
        }
    }
}

extension String: PostgresEncodable, PostgresDecodable {
    /// `text`.
    public static var postgresType: PostgresType { .text }

    /// UTF-8, no terminator.
    ///
    /// The server refuses NUL with 22021.
    public func encode(into buffer: inout PostgresBindBuffer) { buffer.append(contentsOf: utf8) }

    /// Reads `text`, `varchar`, `name`, `json`, enums and other types whose binary form is their text.
    public static func decode(_ bytes: Span<UInt8>, type: PostgresType) throws(PostgresDecodingFailure) -> String {
        guard type.isTextual else { throw .typeMismatch }
        return try bytes.utf8Text()
    }
}
