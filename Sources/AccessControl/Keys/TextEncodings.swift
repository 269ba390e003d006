import MemoryModel

/// Crockford's base 32 in lower case, for the 128 bits of an id: 26 characters, no `i`, `l`, `o` or `u`.
enum Base32 {
    static let length = 26
    private static let digits = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)

    /// The text of an id; the first character holds the top three bits.
    static func encode<Noun>(_ id: Identifier<Noun>) -> [UInt8] {
        let value = UInt128(id.high) << 64 | UInt128(id.low)
        return (0..<length).map { digits[Int(truncatingIfNeeded: value >> UInt128(5 * (length - 1 - $0))) & 31] }
    }

    /// The id of a text; nil unless it is exactly what `encode` writes.
    static func decode<Noun>(_ text: ArraySlice<UInt8>, as noun: Noun.Type = Noun.self) -> Identifier<Noun>? {
        guard text.count == length, let first = text.first, let top = digits.firstIndex(of: first), top < 8 else {
            return nil
        }
        var value: UInt128 = 0
        for byte in text {
            guard let digit = digits.firstIndex(of: byte) else { return nil }
            value = value << 5 | UInt128(digit)
        }
        return Identifier(high: UInt64(truncatingIfNeeded: value >> 64), low: UInt64(truncatingIfNeeded: value))
    }
}

/// Base 62 with a fixed number of digits, most significant first.
enum Base62 {
    private static let digits = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)

    /// Whether a byte is a digit.
    static func isDigit(_ byte: UInt8) -> Bool { digits.contains(byte) }

    /// The digits of a big-endian number; `length` must be enough for it.
    static func encode(_ number: [UInt8], length: Int) -> [UInt8] {
        var number = number
        var text = [UInt8](repeating: digits[0], count: length)
        for position in text.indices.reversed() {
            var remainder = 0
            for index in number.indices {
                let value = remainder << 8 | Int(number[index])
                number[index] = UInt8(value / 62)
                remainder = value % 62
            }
            text[position] = digits[remainder]
        }
        return text
    }

    /// The digits of a 32-bit number: six are enough.
    static func encode(_ number: UInt32) -> [UInt8] {
        encode((0..<4).map { UInt8(truncatingIfNeeded: number >> UInt32(24 - 8 * $0)) }, length: 6)
    }
}
