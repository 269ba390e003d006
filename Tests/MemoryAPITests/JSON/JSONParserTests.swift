import MemoryAPI
import MemoryModel
import MemoryTestSupport
import Testing

struct JSONParserTests {
    private func code(_ text: String) -> JSONError.Code? {
        code(Array(text.utf8))
    }

    private func code(_ bytes: [UInt8]) -> JSONError.Code? {
        do throws(JSONError) {
            _ = try JSONParser.parse(bytes)
            return nil
        } catch {
            return error.code
        }
    }

    @Test(arguments: [
        ("null", JSONValue.null), ("true", .bool(true)), (" [ ] ", .array([])), ("{}", .object([:])),
        ("-0", .integer(0)), ("9223372036854775807", .integer(.max)),
        ("9223372036854775808", .number(9.223372036854775808e18)),
        ("1.5e2", .number(150)), ("\"\\ud83d\\ude00\\n\\/\"", .string("😀\n/")), ("\"é\"", .string("é")),
        ("[1,\"a\",{\"b\":null}]", .array([.integer(1), .string("a"), .object(["b": .null])])),
    ])
    func validDocumentsAreRead(text: String, value: JSONValue) throws {
        #expect(try JSONParser.parse(Array(text.utf8)) == value)
    }

    @Test(arguments: [
        "", " ", "nul", "truee", "[1,]", "{\"a\":1,}", "{a:1}", "[1 2]", "01", "1.", ".5", "+1", "1e", "'a'", "\"a",
        "\"\\x\"",
        "\"\t\"", "[", "{", "{\"a\"", "{\"a\":", "{} {}", "//", "NaN", "-", "\"\\u12\"", "\u{FEFF}{}",
    ])
    func whatIsNotJSONIsRefused(text: String) {
        #expect(code(text) == .syntax)
    }

    @Test func whatStorageCannotHoldIsRefused() {
        #expect(code("\"a\\u0000b\"") == .nul)
        #expect(code([0x22, 0x00, 0x22]) == .nul)
        #expect(code("\"\\ud800\"") == .loneSurrogate)
        #expect(code("\"\\udc00\"") == .loneSurrogate)
        #expect(code("\"\\ud800\\u0041\"") == .loneSurrogate)
        #expect(code([0x22, 0xFF, 0x22]) == .encoding)
        #expect(code([0x22, 0xED, 0xA0, 0x80, 0x22]) == .encoding)
        #expect(code([0x22, 0xC0, 0x80, 0x22]) == .encoding)
        #expect(code("1e400") == .number)
        #expect(code(String(repeating: "9", count: 200)) == .number)
    }

    @Test func duplicateKeysAreRefusedWhereTheyAre() throws {
        let text = "{\"a\":{\"b\":1,\"c\":[{\"d\":1,\"d\":2}]}}"
        let error = try #require(throws: JSONError.self) { try JSONParser.parse(Array(text.utf8)) }
        #expect(error.code == .duplicateKey)
        #expect(error.pointer.description == "/a/c/0/d")
        #expect(Array(text.utf8)[error.offset...].starts(with: "\"d\":2".utf8))
        #expect(code("{\"a\":1,\"\\u0061\":2}") == .duplicateKey)
    }

    @Test func nestingIsBounded() {
        let limit = JSONParser.maximumDepth
        #expect(code(String(repeating: "[", count: limit) + String(repeating: "]", count: limit)) == nil)
        #expect(code(String(repeating: "[", count: limit + 1)) == .depth)
        #expect(code(String(repeating: "[", count: 10_000) + String(repeating: "]", count: 10_000)) == .depth)
        #expect(code(String(repeating: "{\"a\":", count: 10_000)) == .depth)
    }

    @Test func sizeIsBounded() throws {
        #expect(throws: JSONError.self) { try JSONParser.parse(Array("[1,2]".utf8), limit: 4) }
        #expect(try JSONParser.parse(Array("[1,2]".utf8), limit: 5) == .array([.integer(1), .integer(2)]))
    }

    @Test(arguments: 0..<300 as Range<UInt64>)
    func whatIsWrittenIsReadBack(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let value = RandomJSON.value(depth: 0, using: &random)
        var writer = JSONWriter()
        writer.value(value)
        #expect(try JSONParser.parse(writer.bytes) == value)
        var again = JSONWriter()
        again.value(try JSONParser.parse(writer.bytes))
        #expect(again.bytes == writer.bytes)
    }

    @Test(arguments: 0..<300 as Range<UInt64>)
    func damagedDocumentsAreReadOrRefusedButNeverBreakTheParser(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var writer = JSONWriter()
        writer.value(RandomJSON.value(depth: 0, using: &random))
        for _ in 0..<50 {
            var bytes = writer.bytes
            for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
                let position = Int.random(in: bytes.indices, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[position] = .random(in: .min ... .max, using: &random)
                case 1: bytes.remove(at: position)
                case 2: bytes.insert("{}[]\",:\\u0e-".utf8.randomElement(using: &random) ?? 0, at: position)
                default: bytes = Array(bytes.prefix(position))
                }
            }
            do {
                let value = try JSONParser.parse(bytes)
                var rewritten = JSONWriter()
                rewritten.value(value)
                #expect(throws: Never.self) { try JSONParser.parse(rewritten.bytes) }
            } catch {
                #expect((0...bytes.count).contains(error.offset))
            }
        }
    }
}

/// Random JSON values of every kind.
enum RandomJSON {
    static func value(depth: Int, using random: inout SeededGenerator) -> JSONValue {
        switch Int.random(in: 0..<(depth < 5 ? 8 : 6), using: &random) {
        case 0: return .null
        case 1: return .bool(.random(using: &random))
        case 2: return .integer(Int64(bitPattern: random.next()) >> Int64.random(in: 0..<64, using: &random))
        case 3:
            let number = Double(bitPattern: random.next())
            return number.isFinite ? .number(number) : .number(0.5)
        case 4, 5: return .string(text(using: &random))
        case 6:
            return .array(
                (0..<Int.random(in: 0..<5, using: &random)).map { _ in value(depth: depth + 1, using: &random) }
            )
        default:
            var members: [String: JSONValue] = [:]
            for _ in 0..<Int.random(in: 0..<5, using: &random) {
                members[text(using: &random)] = value(depth: depth + 1, using: &random)
            }
            return .object(members)
        }
    }

    static func text(using random: inout SeededGenerator) -> String {
        var text = ""
        for _ in 0..<Int.random(in: 0..<12, using: &random) {
            let range: ClosedRange<UInt32> =
                switch Int.random(in: 0..<4, using: &random) {
                case 0: 1...0x1F
                case 1: 0x20...0x7F
                case 2: 0x80...0xD7FF
                default: 0xE000...0x10FFFF
                }
            if let scalar = UnicodeScalar(UInt32.random(in: range, using: &random)) {
                text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}
