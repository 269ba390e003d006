internal import MemoryModel

/// Appends numbers and texts to bytes.
struct EntryWriter {
    private(set) var bytes: [UInt8] = []

    mutating func append(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    mutating func append(signed value: Int64) {
        append(UInt64(bitPattern: value << 1 ^ value >> 63))
    }

    mutating func append(_ text: String) {
        append(UInt64(text.utf8.count))
        bytes += text.utf8
    }

    mutating func append<Noun>(_ id: Identifier<Noun>) {
        for half in [id.high, id.low] {
            for shift in stride(from: 56, through: 0, by: -8) {
                bytes.append(UInt8(truncatingIfNeeded: half >> UInt64(shift)))
            }
        }
    }

    mutating func append<Value>(_ value: Value?, _ body: (inout EntryWriter, Value) -> Void) {
        append(value == nil ? 0 : 1)
        if let value { body(&self, value) }
    }
}

/// Reads back what `EntryWriter` wrote; nothing is taken on trust.
package struct EntryReader {
    /// The bytes are not what a writer made.
    package struct Damaged: Error {}

    private let bytes: [UInt8]
    private var index = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    var isAtEnd: Bool { index == bytes.count }
    var remaining: Int { bytes.count - index }

    mutating func number() throws(Damaged) -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 64, by: 7) {
            guard index < bytes.count else { throw Damaged() }
            let byte = bytes[index]
            index += 1
            guard shift < 63 || byte < 2 else { throw Damaged() }
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
        }
        throw Damaged()
    }

    mutating func signed() throws(Damaged) -> Int64 {
        let value = try number()
        return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
    }

    /// A number that is at most so large.
    mutating func count(limit: Int) throws(Damaged) -> Int {
        let value = try number()
        guard value <= UInt64(max(0, limit)) else { throw Damaged() }
        return Int(value)
    }

    mutating func text() throws(Damaged) -> String {
        let length = try count(limit: Int.max)
        guard length <= remaining else { throw Damaged() }
        defer { index += length }
        guard let text = String(validating: bytes[index..<(index + length)], as: UTF8.self) else { throw Damaged() }
        return text
    }

    mutating func identifier<Noun>(_ noun: Noun.Type) throws(Damaged) -> Identifier<Noun> {
        guard remaining >= 16 else { throw Damaged() }
        defer { index += 16 }
        let high = bytes[index..<(index + 8)].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        let low = bytes[(index + 8)..<(index + 16)].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return Identifier(high: high, low: low)
    }

    mutating func optional<Value>(
        _ body: (inout EntryReader) throws(Damaged) -> Value
    ) throws(Damaged) -> Value? {
        try count(limit: 1) == 0 ? nil : try body(&self)
    }
}
