/// The text of a `jsonb` or `json` value; the server parses it, the driver does not.
public struct PostgresJSON: Hashable, Sendable {
    /// JSON text (RFC 8259).
    ///
    /// The server keeps no order of keys in `jsonb`.
    public var text: String

    /// Wraps JSON text, so that it binds as `jsonb`.
    public init(text: String) {
        self.text = text
    }
}

extension PostgresJSON: PostgresEncodable, PostgresDecodable {
    /// `jsonb`.
    public static var postgresType: PostgresType { .jsonb }

    /// The format's version, 1, and the text.
    public func encode(into buffer: inout PostgresBindBuffer) {
        buffer.append(byte: 1)
        buffer.append(contentsOf: text.utf8)
    }

    /// Reads `jsonb` or `json`.
    public static func decode(
        _ bytes: Span<UInt8>,
        type: PostgresType
    ) throws(PostgresDecodingFailure) -> PostgresJSON {
        if type == .json { return PostgresJSON(text: try bytes.utf8Text()) }
        guard type == .jsonb else { throw .typeMismatch }
        guard bytes.count > 0, bytes[0] == 1 else { throw .malformed }
        return PostgresJSON(text: try bytes.extracting(1..<bytes.count).utf8Text())
    }
}
