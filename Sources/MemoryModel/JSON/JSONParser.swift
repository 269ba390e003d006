/// Reads JSON (RFC 8259) in one pass, within bounds.
///
/// It refuses what storage or clients disagree about: duplicate keys, U+0000, lone surrogates, invalid UTF-8, numbers
/// that are not finite, and nesting deeper than a limit; recursion is bounded by that limit.
package struct JSONParser {
    /// The deepest nesting of arrays and objects.
    package static let maximumDepth = 64
    private static let longestNumber = 128

    private let bytes: [UInt8]
    private var position = 0
    private var steps: [JSONPointer.Step] = []

    /// The value of a document, nothing but white space around it.
    package static func parse(_ bytes: [UInt8], limit: Int = .max) throws(JSONError) -> JSONValue {
        var parser = JSONParser(bytes)
        guard bytes.count <= limit else { throw parser.error(.size) }
        parser.skipSpace()
        let value = try parser.value(depth: 0)
        parser.skipSpace()
        guard parser.position == bytes.count else { throw parser.error(.syntax) }
        return value
    }

    private init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    private func error(_ code: JSONError.Code, at offset: Int? = nil) -> JSONError {
        JSONError(code: code, pointer: JSONPointer(steps), offset: offset ?? position)
    }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
    }

    private mutating func take(_ character: UnicodeScalar) -> Bool {
        guard next == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private mutating func value(depth: Int) throws(JSONError) -> JSONValue {
        guard let next else { throw error(.syntax) }
        switch next {
        case UInt8(ascii: "{"): return try object(depth: depth + 1)
        case UInt8(ascii: "["): return try array(depth: depth + 1)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        default: throw error(.syntax)
        }
    }

    private mutating func word(_ text: StaticString, _ value: JSONValue) throws(JSONError) -> JSONValue {
        for byte in text.description.utf8 {
            guard next == byte else { throw error(.syntax) }
            position += 1
        }
        return value
    }

    private mutating func object(depth: Int) throws(JSONError) -> JSONValue {
        guard depth <= Self.maximumDepth else { throw error(.depth) }
        position += 1
        var members: [String: JSONValue] = [:]
        skipSpace()
        if take("}") { return .object(members) }
        while true {
            let start = position
            guard next == UInt8(ascii: "\"") else { throw error(.syntax) }
            let key = try string()
            steps.append(.key(key))
            guard members[key] == nil else { throw error(.duplicateKey, at: start) }
            skipSpace()
            guard take(":") else { throw error(.syntax) }
            skipSpace()
            members[key] = try value(depth: depth)
            steps.removeLast()
            skipSpace()
            if take("}") { return .object(members) }
            guard take(",") else { throw error(.syntax) }
            skipSpace()
        }
    }

    private mutating func array(depth: Int) throws(JSONError) -> JSONValue {
        guard depth <= Self.maximumDepth else { throw error(.depth) }
        position += 1
        var elements: [JSONValue] = []
        skipSpace()
        if take("]") { return .array(elements) }
        while true {
            steps.append(.index(elements.count))
            elements.append(try value(depth: depth))
            steps.removeLast()
            skipSpace()
            if take("]") { return .array(elements) }
            guard take(",") else { throw error(.syntax) }
            skipSpace()
        }
    }

    private mutating func number() throws(JSONError) -> JSONValue {
        let start = position
        var isInteger = true
        _ = take("-")
        if !take("0") { try digits() }
        if take(".") {
            isInteger = false
            try digits()
        }
        if take("e") || take("E") {
            isInteger = false
            if !take("+") { _ = take("-") }
            try digits()
        }
        guard position - start <= Self.longestNumber else { throw error(.number, at: start) }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        if isInteger, let value = Int64(text) { return .integer(value) }
        guard let value = Double(text), value.isFinite else { throw error(.number, at: start) }
        return .number(value)
    }

    private mutating func digits() throws(JSONError) {
        let start = position
        while let byte = next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { position += 1 }
        guard position > start else { throw error(.syntax) }
    }

    private mutating func string() throws(JSONError) -> String {
        position += 1
        let start = position
        // Most strings have no escapes: their bytes are taken as they stand.
        while let byte = next {
            if byte == UInt8(ascii: "\"") {
                defer { position += 1 }
                return try text(bytes[start..<position], at: start)
            }
            if byte == UInt8(ascii: "\\") { return try escapedString(from: start) }
            guard byte >= 0x20 else { throw error(byte == 0 ? .nul : .syntax) }
            position += 1
        }
        throw error(.syntax)
    }

    private mutating func escapedString(from start: Int) throws(JSONError) -> String {
        var content = Array(bytes[start..<position])
        while let byte = next {
            switch byte {
            case UInt8(ascii: "\""):
                position += 1
                return try text(content[...], at: start)
            case UInt8(ascii: "\\"):
                position += 1
                try escape(into: &content)
            case 0..<0x20:
                throw error(byte == 0 ? .nul : .syntax)
            default:
                content.append(byte)
                position += 1
            }
        }
        throw error(.syntax)
    }

    private mutating func escape(into content: inout [UInt8]) throws(JSONError) {
        guard let byte = next else { throw error(.syntax) }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): content.append(byte)
        case UInt8(ascii: "b"): content.append(0x08)
        case UInt8(ascii: "f"): content.append(0x0C)
        case UInt8(ascii: "n"): content.append(0x0A)
        case UInt8(ascii: "r"): content.append(0x0D)
        case UInt8(ascii: "t"): content.append(0x09)
        case UInt8(ascii: "u"): content.append(contentsOf: Array(String(Character(try unicodeEscape())).utf8))
        default: throw error(.syntax, at: position - 1)
        }
    }

    private mutating func unicodeEscape() throws(JSONError) -> UnicodeScalar {
        let start = position - 2
        let unit = try hexadecimal()
        guard unit != 0 else { throw error(.nul, at: start) }
        if let scalar = UnicodeScalar(unit) { return scalar }
        guard (0xD800..<0xDC00).contains(unit), take("\\"), take("u") else {
            throw error(.loneSurrogate, at: start)
        }
        let low = try hexadecimal()
        guard (0xDC00..<0xE000).contains(low) else { throw error(.loneSurrogate, at: start) }
        let combined = 0x10000 + (UInt32(unit) - 0xD800) << 10 + (UInt32(low) - 0xDC00)
        guard let scalar = UnicodeScalar(combined) else { throw error(.loneSurrogate, at: start) }
        return scalar
    }

    private mutating func hexadecimal() throws(JSONError) -> UInt16 {
        var value: UInt16 = 0
        for _ in 0..<4 {
            guard let byte = next, let digit = Character(UnicodeScalar(byte)).hexDigitValue, byte < 0x80 else {
                throw error(.syntax)
            }
            value = value << 4 | UInt16(digit)
            position += 1
        }
        return value
    }

    private func text(_ slice: ArraySlice<UInt8>, at start: Int) throws(JSONError) -> String {
        guard let text = String(validating: slice, as: UTF8.self) else { throw error(.encoding, at: start) }
        return text
    }
}
