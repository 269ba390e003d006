internal import Crypto

/// SHA-256, as content and embedded strings are told apart by.
enum ContentHash {
    /// The 32 bytes of a text's UTF-8.
    static func of(_ text: String) -> [UInt8] {
        Array(SHA256.hash(data: Array(text.utf8)))
    }

    /// The 32 bytes of a vector; never those of a text, which holds no NUL.
    static func of(_ vector: [Float]) -> [UInt8] {
        var bytes: [UInt8] = [0]
        bytes.reserveCapacity(1 + 4 * vector.count)
        for number in vector {
            let bits = number.bitPattern
            for shift: UInt32 in [0, 8, 16, 24] { bytes.append(UInt8(truncatingIfNeeded: bits >> shift)) }
        }
        return Array(SHA256.hash(data: bytes))
    }

    /// The hash in lower-case hexadecimal.
    static func hexadecimal(of text: String) -> String {
        hexadecimal(of(text))
    }

    /// Bytes in lower-case hexadecimal.
    static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        for byte in bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}
