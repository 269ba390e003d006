/// Reads a byte form, and trusts none of it: every read is bounded by what is left, every count by the caller's limit.
struct ByteReader {
    private let bytes: [UInt8]
    private let name: String
    private var position = 0
    private let end: Int

    init(_ bytes: [UInt8], name: String, dropLast trailing: Int = 0) {
        self.bytes = bytes
        self.name = name
        end = max(bytes.count - trailing, 0)
    }

    /// The bytes not read yet.
    var remaining: Int { end - position }

    /// The error for bytes that cannot be right, with the place.
    func damaged(_ what: String) -> LexicalSearchError {
        LexicalSearchError(.damagedBytes, "\(name), byte \(position) of \(end): \(what)")
    }

    mutating func readByte() throws(LexicalSearchError) -> UInt8 {
        guard position < end else { throw damaged("ends too early") }
        defer { position += 1 }
        return bytes[position]
    }

    mutating func readFixed32() throws(LexicalSearchError) -> UInt32 {
        var value: UInt32 = 0
        for shift in [0, 8, 16, 24] as [UInt32] {
            value |= UInt32(try readByte()) << shift
        }
        return value
    }

    mutating func readFixed64() throws(LexicalSearchError) -> UInt64 {
        let low = try readFixed32()
        return UInt64(try readFixed32()) << 32 | UInt64(low)
    }

    mutating func readVarint() throws(LexicalSearchError) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            let byte = try readByte()
            guard shift < 63 || byte <= 1 else { throw damaged("a number is too long") }
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
    }

    /// A varint that must not be above `limit`.
    mutating func readCount(limit: Int) throws(LexicalSearchError) -> Int {
        let value = try readVarint()
        guard value <= UInt64(max(limit, 0)) else { throw damaged("a count is above its limit") }
        return Int(value)
    }

    /// A term written by `ByteWriter.append(term:after:)`.
    mutating func readTerm(after previous: [UInt8]) throws(LexicalSearchError) -> [UInt8] {
        let shared = try readCount(limit: min(previous.count, Self.maximumTermLength))
        let count = try readCount(limit: Self.maximumTermLength - shared)
        guard count <= remaining else { throw damaged("ends too early") }
        let term = Array(previous[..<shared]) + bytes[position..<position + count]
        position += count
        return term
    }

    /// Checks that nothing is left over.
    func finish() throws(LexicalSearchError) {
        guard remaining == 0 else { throw damaged("bytes are left over") }
    }

    private static let maximumTermLength = 1024
}
