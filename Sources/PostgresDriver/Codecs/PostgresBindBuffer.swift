/// The bytes of parameters, in the order they were bound; integers are big-endian.
public struct PostgresBindBuffer: Sendable {
    package private(set) var bytes: [UInt8] = []

    package init() {}

    /// Appends one byte.
    public mutating func append(byte: UInt8) {
        bytes.append(byte)
    }

    /// Appends an integer, most significant byte first.
    public mutating func append<Integer: FixedWidthInteger>(_ integer: Integer) {
        var shift = Integer.bitWidth
        while shift > 0 {
            shift -= 8
            bytes.append(UInt8(truncatingIfNeeded: integer >> shift))
        }
    }

    /// Appends bytes as they are.
    public mutating func append(contentsOf content: some Sequence<UInt8>) {
        bytes.append(contentsOf: content)
    }

    /// Reserves four bytes for a length, lets `body` append, and writes the length of what it appended.
    package mutating func appendLengthPrefixed(_ body: (inout PostgresBindBuffer) -> Void) {
        let lengthAt = bytes.count
        append(Int32(0))
        body(&self)
        let length = UInt32(truncatingIfNeeded: bytes.count - lengthAt - 4)
        for index in 0..<4 {
            bytes[lengthAt + index] = UInt8(truncatingIfNeeded: length >> UInt32(24 - 8 * index))
        }
    }
}

extension Span<UInt8> {
    /// The big-endian integer at an offset; the caller has checked the length.
    @inline(__always)
    package func bigEndian<Integer: FixedWidthInteger & UnsignedInteger>(
        at offset: Int,
        as type: Integer.Type
    ) -> Integer {
        var value: Integer = 0
        for index in offset..<offset + MemoryLayout<Integer>.size {
            value = (value << 8) | Integer(truncatingIfNeeded: self[index])
        }
        return value
    }

    /// A copy of all bytes.
    package func copied() -> [UInt8] {
        unsafe withUnsafeBufferPointer { unsafe Array($0) }
    }

    /// The text the bytes are in UTF-8.
    package func utf8Text() throws(PostgresDecodingFailure) -> String {
        let text = unsafe withUnsafeBufferPointer { unsafe String(validating: $0, as: UTF8.self) }
        guard let text else { throw .malformed }
        return text
    }
}
