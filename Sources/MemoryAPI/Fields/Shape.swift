package import MemoryModel

/// What a JSON value must look like to become a Swift value: decodes, validates and describes itself.
package struct Shape<Value: Sendable>: Sendable {
    /// Its JSON Schema.
    package let schema: Schema
    /// How it is written in a query string.
    package let textForm: TextForm
    /// Reads a value, or notes what is wrong and returns nil.
    package let decode: @Sendable (JSONValue, inout FieldProblems) -> Value?

    /// Makes a shape.
    package init(
        _ schema: Schema,
        textForm: TextForm = .string,
        decode: @escaping @Sendable (JSONValue, inout FieldProblems) -> Value?
    ) {
        self.schema = schema
        self.textForm = textForm
        self.decode = decode
    }

    /// The same shape, turned into another value; nil with a note where that cannot be.
    package func map<Other: Sendable>(
        _ transform: @escaping @Sendable (Value, inout FieldProblems) -> Other?
    ) -> Shape<Other> {
        Shape<Other>(schema, textForm: textForm) { [decode] json, problems in
            guard let value = decode(json, &problems) else { return nil }
            return transform(value, &problems)
        }
    }

    /// The same shape with a sentence in its schema.
    package func described(_ text: String) -> Shape {
        Shape(schema.described(text), textForm: textForm, decode: decode)
    }
}

/// How a value is written in a query string.
package indirect enum TextForm: Sendable, Hashable {
    /// As it stands.
    case string
    /// In digits.
    case integer
    /// `true` or `false`.
    case flag
    /// The parameter may come several times.
    case list(TextForm)
}

extension Shape where Value == String {
    /// A text of so many characters (Unicode scalars).
    package static func text(_ length: ClosedRange<Int>) -> Shape {
        let schema = Schema([
            "type": .string("string"),
            "minLength": .integer(Int64(length.lowerBound)),
            "maxLength": .integer(Int64(length.upperBound)),
        ])
        return Shape(schema) { json, problems in
            guard case .string(let text) = json else { return problems.refuse("must be a string") }
            // Bytes are counted first: that is free, and enough for most texts.
            let bytes = text.utf8.count
            if bytes > length.upperBound, text.unicodeScalars.count > length.upperBound {
                return problems.refuse("must not be longer than \(length.upperBound) characters")
            }
            guard bytes >= length.lowerBound,
                length.lowerBound < 2 || text.unicodeScalars.count >= length.lowerBound
            else {
                return problems.refuse(
                    length.lowerBound == 1
                        ? "must not be empty" : "must have at least \(length.lowerBound) characters"
                )
            }
            return text
        }
    }
}

extension Shape where Value == Int {
    /// An integer in a range.
    package static func integer(_ range: ClosedRange<Int>) -> Shape {
        let schema = Schema([
            "type": .string("integer"),
            "minimum": .integer(Int64(range.lowerBound)),
            "maximum": .integer(Int64(range.upperBound)),
        ])
        return Shape(schema, textForm: .integer) { json, problems in
            guard case .integer(let number) = json else { return problems.refuse("must be an integer") }
            guard let value = Int(exactly: number), range.contains(value) else {
                return problems.refuse("must lie between \(range.lowerBound) and \(range.upperBound)")
            }
            return value
        }
    }
}

extension Shape where Value == Float {
    /// A number in a range.
    package static func number(_ range: ClosedRange<Float>) -> Shape {
        let schema = Schema([
            "type": .string("number"),
            "minimum": .number(Double(range.lowerBound)),
            "maximum": .number(Double(range.upperBound)),
        ])
        return Shape(schema) { json, problems in
            let value: Float
            switch json {
            case .integer(let number): value = Float(number)
            case .number(let number): value = Float(number)
            default: return problems.refuse("must be a number")
            }
            guard range.contains(value) else {
                return problems.refuse("must lie between \(range.lowerBound) and \(range.upperBound)")
            }
            return value
        }
    }
}

extension Shape where Value == [Float] {
    /// A vector of up to 4,096 numbers.
    package static var vector: Shape {
        let range = -Float.greatestFiniteMagnitude...Float.greatestFiniteMagnitude
        return .list(.number(range), 1...4_096)
    }
}

extension Shape where Value == Bool {
    /// True or false.
    package static var flag: Shape {
        Shape(.flag, textForm: .flag) { json, problems in
            guard case .bool(let value) = json else { return problems.refuse("must be true or false") }
            return value
        }
    }
}

extension Shape where Value == Timestamp {
    /// A time as of RFC 3339, between the years 0001 and 9999.
    package static var time: Shape {
        Shape(.time) { json, problems in
            guard case .string(let text) = json, let time = Timestamp(text) else {
                return problems.refuse("must be an RFC 3339 time with a zone, such as 2026-03-01T09:30:00Z")
            }
            guard time >= Self.earliest, time <= Self.latest else {
                return problems.refuse("must lie between the years 1 and 9999")
            }
            return time
        }
    }

    private static var earliest: Timestamp { Timestamp(microseconds: -62_135_596_800_000_000) }
    private static var latest: Timestamp { Timestamp(microseconds: 253_402_300_799_999_999) }
}

extension Shape {
    /// The id of a noun.
    package static func id<Noun>() -> Shape where Value == Identifier<Noun> {
        Shape(.id) { json, problems in
            guard case .string(let text) = json, let id = Identifier<Noun>(text) else {
                return problems.refuse("must be a UUID")
            }
            return id
        }
    }

    /// One of the words of an enumeration.
    package static func word() -> Shape
    where Value: RawRepresentable & CaseIterable & SendableMetatype, Value.RawValue == String {
        words(Value.allCases.map { ($0.rawValue, $0) })
    }

    /// One of some words.
    package static func words(_ words: [(String, Value)]) -> Shape {
        Shape(.word(words.map(\.0))) { json, problems in
            guard case .string(let text) = json, let match = words.first(where: { $0.0 == text }) else {
                return problems.refuse("must be one of: " + words.map(\.0).joined(separator: ", "))
            }
            return match.1
        }
    }

    /// An array of so many elements of a shape; the first problem of each element is told.
    package static func list<Element>(_ element: Shape<Element>, _ count: ClosedRange<Int>) -> Shape
    where Value == [Element] {
        Shape(element.schema.list(count), textForm: .list(element.textForm)) { json, problems in
            guard case .array(let elements) = json else { return problems.refuse("must be an array") }
            guard count.contains(elements.count) else {
                return problems.refuse("must have \(count.lowerBound) to \(count.upperBound) elements")
            }
            var values: [Element] = []
            values.reserveCapacity(elements.count)
            for (index, json) in elements.enumerated() {
                guard let value = problems.inside(.index(index), { element.decode(json, &$0) }) else { continue }
                values.append(value)
            }
            return values.count == elements.count ? values : nil
        }
    }
}

extension Shape where Value == [String: JSONValue] {
    /// Free fields of the caller: an object whose JSON takes at most so many bytes.
    package static func freeFields(maximumBytes: Int) -> Shape {
        let schema = Schema.freeObject.described("Free fields; at most \(maximumBytes) bytes as JSON.")
        return Shape(schema) { json, problems in
            guard case .object(let members) = json else { return problems.refuse("must be an object") }
            var writer = JSONWriter()
            writer.value(json)
            guard writer.bytes.count <= maximumBytes else {
                return problems.refuse("must not take more than \(maximumBytes) bytes")
            }
            return members
        }
    }
}

extension FieldProblems {
    /// Notes that the present field is wrong.
    mutating func refuse<Value>(_ detail: String) -> Value? {
        add(detail)
        return nil
    }
}
