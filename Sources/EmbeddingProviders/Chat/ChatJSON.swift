package import MemoryModel

#if canImport(FoundationEssentials)
internal import FoundationEssentials
#else
internal import Foundation
#endif

/// JSON as it goes to chat models, and as it comes back from them.
package enum ChatJSON {
    /// A value as bytes, members sorted so that equal requests are equal bytes.
    static func bytes(_ value: JSONValue) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Every JSON value has a JSON form.
        return (try? encoder.encode(value)).map(Array.init) ?? []
    }

    /// A schema as part of the instructions, for servers that cannot be held to it.
    static func schemaInWords(_ schema: ChatSchema) -> String {
        "\n\nAnswer with one JSON object and nothing else. It follows this JSON Schema:\n"
            + String(decoding: bytes(schema.schema), as: UTF8.self)
    }

    /// The JSON object or array that a text holds: all of it, or the first one in it, be it fenced, among prose, or with
    /// commas too many.
    ///
    /// - Parameter text: What a model wrote.
    /// - Returns: The value, or nil.
    package static func read(_ text: String) -> JSONValue? {
        if let value = parse(Array(text.utf8)) { return value }
        guard let inner = firstValue(in: Array(text.utf8)) else { return nil }
        return parse(inner) ?? parse(withoutTrailingCommas(inner))
    }

    private static func parse(_ bytes: [UInt8]) -> JSONValue? {
        let value = try? JSONDecoder().decode(JSONValue.self, from: Data(bytes))
        switch value {
        case .object, .array: return value
        default: return nil
        }
    }

    /// The bytes from the first bracket to the one that closes it.
    private static func firstValue(in bytes: [UInt8]) -> [UInt8]? {
        guard let start = bytes.firstIndex(where: { $0 == UInt8(ascii: "{") || $0 == UInt8(ascii: "[") }) else {
            return nil
        }
        var depth = 0
        var scan = StringScan()
        for index in start..<bytes.count {
            guard !scan.isInside(after: bytes[index]) else { continue }
            switch bytes[index] {
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
            default: continue
            }
            if depth == 0 { return Array(bytes[start...index]) }
        }
        return nil
    }

    /// Without commas that nothing but white space parts from a closing bracket.
    private static func withoutTrailingCommas(_ bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        var scan = StringScan()
        for byte in bytes {
            if !scan.isInside(after: byte), byte == UInt8(ascii: "}") || byte == UInt8(ascii: "]") {
                let last = result.lastIndex { !($0 == 0x20 || (0x09...0x0D).contains($0)) }
                if let last, result[last] == UInt8(ascii: ",") { result.remove(at: last) }
            }
            result.append(byte)
        }
        return result
    }

    /// Knows what is inside a string.
    private struct StringScan {
        private var isOpen = false
        private var isEscaped = false

        /// Whether a byte belongs to a string, its quotes included.
        mutating func isInside(after byte: UInt8) -> Bool {
            guard isOpen else {
                isOpen = byte == UInt8(ascii: "\"")
                return isOpen
            }
            if isEscaped {
                isEscaped = false
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if byte == UInt8(ascii: "\"") {
                isOpen = false
            }
            return true
        }
    }
}
