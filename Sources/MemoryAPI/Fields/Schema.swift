package import MemoryModel

/// A JSON Schema (2020-12, as OpenAPI 3.1 takes it), with the named schemas it refers to.
package struct Schema: Sendable, Hashable {
    /// The schema itself.
    package var json: [String: JSONValue]
    /// Named schemas it refers to, for `components/schemas`.
    package var definitions: [String: JSONValue]

    /// Makes a schema.
    package init(_ json: [String: JSONValue], definitions: [String: JSONValue] = [:]) {
        self.json = json
        self.definitions = definitions
    }

    /// A reference to this schema under a name.
    package func named(_ name: String) -> Schema {
        var definitions = definitions
        definitions[name] = .object(json)
        return Schema(["$ref": .string("#/components/schemas/\(name)")], definitions: definitions)
    }

    /// This schema, or null.
    package var nullable: Schema {
        if case .string(let type)? = json["type"] {
            var json = json
            json["type"] = .array([.string(type), .string("null")])
            if case .array(let values)? = json["enum"] { json["enum"] = .array(values + [.null]) }
            return Schema(json, definitions: definitions)
        }
        return Schema(["anyOf": .array([.object(json), .object(["type": .string("null")])])], definitions: definitions)
    }

    /// An array of this schema.
    package func list(_ count: ClosedRange<Int>? = nil) -> Schema {
        var array: [String: JSONValue] = ["type": .string("array"), "items": .object(json)]
        if let count {
            array["minItems"] = .integer(Int64(count.lowerBound))
            array["maxItems"] = .integer(Int64(count.upperBound))
        }
        return Schema(array, definitions: definitions)
    }

    /// This schema with a sentence that explains it.
    package func described(_ text: String) -> Schema {
        guard !text.isEmpty else { return self }
        var json = json
        json["description"] = .string(text)
        return Schema(json, definitions: definitions)
    }

    /// An object of these properties.
    package static func object(
        _ properties: [(name: String, schema: Schema)],
        required: [String],
        closed: Bool
    ) -> Schema {
        var definitions: [String: JSONValue] = [:]
        var members: [String: JSONValue] = [:]
        for (name, schema) in properties {
            definitions.merge(schema.definitions) { kept, _ in kept }
            members[name] = .object(schema.json)
        }
        var json: [String: JSONValue] = ["type": .string("object"), "properties": .object(members)]
        if !required.isEmpty { json["required"] = .array(required.map(JSONValue.string)) }
        if closed { json["additionalProperties"] = .bool(false) }
        return Schema(json, definitions: definitions)
    }

    static let text = Schema(["type": .string("string")])
    static let id = Schema(["type": .string("string"), "format": .string("uuid")])
    static let time = Schema(["type": .string("string"), "format": .string("date-time")])
    static let integer = Schema(["type": .string("integer")])
    static let number = Schema(["type": .string("number")])
    static let flag = Schema(["type": .string("boolean")])
    static let freeObject = Schema(["type": .string("object"), "additionalProperties": .bool(true)])

    static func word(_ words: [String]) -> Schema {
        Schema(["type": .string("string"), "enum": .array(words.map(JSONValue.string))])
    }
}
