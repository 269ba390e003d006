import MemoryModel

/// How a noun is written as JSON: the list that writes its members also emits their schema.
package struct Representation<Noun>: Sendable {
    /// The name of its schema.
    package let name: String
    /// Its members, in the order they are written.
    package let properties: [Property<Noun>]

    /// Makes a representation.
    package init(_ name: String, _ properties: [Property<Noun>]) {
        self.name = name
        self.properties = properties
    }

    /// Its schema; every member is always there.
    package var schema: Schema {
        Schema.object(properties.map { ($0.name, $0.schema) }, required: properties.map(\.name), closed: false)
            .named(name)
    }

    /// Writes a noun as an object.
    package func write(_ noun: Noun, to writer: inout JSONWriter) {
        writer.object { writer in writeMembers(noun, to: &writer) }
    }

    /// Writes a noun's members into an object that is open.
    func writeMembers(_ noun: Noun, to writer: inout JSONWriter) {
        for property in properties {
            writer.key(property.name)
            property.write(noun, &writer)
        }
    }

    /// A noun's bytes.
    package func bytes(_ noun: Noun) -> [UInt8] {
        var writer = JSONWriter(capacity: 512)
        write(noun, to: &writer)
        return writer.bytes
    }
}

/// One member of a representation.
package struct Property<Noun>: Sendable {
    let name: String
    let schema: Schema
    let write: @Sendable (Noun, inout JSONWriter) -> Void

    /// Makes a member.
    package init(
        _ name: String,
        _ schema: Schema,
        write: @escaping @Sendable (Noun, inout JSONWriter) -> Void
    ) {
        self.name = name
        self.schema = schema
        self.write = write
    }

    static func text(_ name: String, _ value: @escaping @Sendable (Noun) -> String) -> Property {
        Property(name, .text) { $1.string(value($0)) }
    }

    static func optionalText(_ name: String, _ value: @escaping @Sendable (Noun) -> String?) -> Property {
        Property(name, Schema.text.nullable) { noun, writer in
            if let value = value(noun) { writer.string(value) } else { writer.null() }
        }
    }

    static func word<Word: RawRepresentable & CaseIterable & SendableMetatype>(
        _ name: String,
        _ value: @escaping @Sendable (Noun) -> Word
    ) -> Property where Word.RawValue == String {
        Property(name, .word(Word.allCases.map(\.rawValue))) { $1.string(value($0).rawValue) }
    }

    static func id<Other>(_ name: String, _ value: @escaping @Sendable (Noun) -> Identifier<Other>) -> Property {
        Property(name, .id) { $1.string(value($0).description) }
    }

    static func optionalID<Other>(
        _ name: String,
        _ value: @escaping @Sendable (Noun) -> Identifier<Other>?
    ) -> Property {
        Property(name, Schema.id.nullable) { noun, writer in
            if let value = value(noun) { writer.string(value.description) } else { writer.null() }
        }
    }

    static func time(_ name: String, _ value: @escaping @Sendable (Noun) -> Timestamp) -> Property {
        Property(name, .time) { $1.string(value($0).description) }
    }

    static func optionalTime(_ name: String, _ value: @escaping @Sendable (Noun) -> Timestamp?) -> Property {
        Property(name, Schema.time.nullable) { noun, writer in
            if let value = value(noun) { writer.string(value.description) } else { writer.null() }
        }
    }

    static func integer(_ name: String, _ value: @escaping @Sendable (Noun) -> Int64) -> Property {
        Property(name, .integer) { $1.integer(value($0)) }
    }

    static func integers(_ name: String, _ value: @escaping @Sendable (Noun) -> [Int]) -> Property {
        Property(name, Schema.integer.list()) { noun, writer in
            writer.array { writer in
                for number in value(noun) { writer.integer(Int64(number)) }
            }
        }
    }

    static func number(_ name: String, _ value: @escaping @Sendable (Noun) -> Float) -> Property {
        Property(name, .number) { $1.number(value($0)) }
    }

    static func flag(_ name: String, _ value: @escaping @Sendable (Noun) -> Bool) -> Property {
        Property(name, .flag) { $1.bool(value($0)) }
    }

    static func texts(_ name: String, _ value: @escaping @Sendable (Noun) -> [String]) -> Property {
        Property(name, Schema.text.list()) { noun, writer in
            writer.array { writer in
                for text in value(noun) { writer.string(text) }
            }
        }
    }

    static func freeFields(_ name: String, _ value: @escaping @Sendable (Noun) -> [String: JSONValue]) -> Property {
        Property(name, .freeObject) { $1.value(.object(value($0))) }
    }

    static func nested<Other>(
        _ name: String,
        _ representation: Representation<Other>,
        _ value: @escaping @Sendable (Noun) -> Other
    ) -> Property {
        Property(name, representation.schema) { representation.write(value($0), to: &$1) }
    }

    static func optionalNested<Other>(
        _ name: String,
        _ representation: Representation<Other>,
        _ value: @escaping @Sendable (Noun) -> Other?
    ) -> Property {
        Property(name, representation.schema.nullable) { noun, writer in
            if let value = value(noun) { representation.write(value, to: &writer) } else { writer.null() }
        }
    }

    static func list<Other>(
        _ name: String,
        _ representation: Representation<Other>,
        _ value: @escaping @Sendable (Noun) -> [Other]
    ) -> Property {
        Property(name, representation.schema.list()) { noun, writer in
            writer.array { writer in
                for element in value(noun) { representation.write(element, to: &writer) }
            }
        }
    }

    static func optionalFlag(_ name: String, _ value: @escaping @Sendable (Noun) -> Bool?) -> Property {
        Property(name, Schema.flag.nullable) { noun, writer in
            if let value = value(noun) { writer.bool(value) } else { writer.null() }
        }
    }

    static func scores(_ name: String, _ value: @escaping @Sendable (Noun) -> [String: Float]) -> Property {
        let schema = Schema(["type": .string("object"), "additionalProperties": .object(Schema.number.json)])
        return Property(name, schema) { noun, writer in
            writer.object { writer in
                for (signal, score) in value(noun).sorted(by: { $0.key < $1.key }) {
                    writer.key(signal)
                    writer.number(score)
                }
            }
        }
    }
}
