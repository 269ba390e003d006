internal import MemoryModel
internal import PostgresDriver

#if canImport(FoundationEssentials)
private import FoundationEssentials
#else
private import Foundation
#endif

/// Values as the text of `jsonb` columns.
enum JSONText {
    /// The value's JSON.
    static func encode(_ value: some Encodable) throws(StoreError) -> PostgresJSON {
        do {
            return PostgresJSON(text: String(decoding: try JSONEncoder().encode(value), as: UTF8.self))
        } catch {
            throw StoreError(.invalid, "a value cannot be written as JSON")
        }
    }

    /// The free fields of a row.
    static func encode(metadata: [String: JSONValue]) throws(StoreError) -> PostgresJSON {
        metadata.isEmpty ? PostgresJSON(text: "{}") : try encode(metadata)
    }

    /// A value from its JSON.
    static func decode<Value: Decodable>(_ type: Value.Type, from text: String) throws(PostgresError) -> Value {
        do {
            return try JSONDecoder().decode(Value.self, from: Data(text.utf8))
        } catch {
            throw PostgresError(.decoding, "a jsonb column holds no \(type)")
        }
    }
}
