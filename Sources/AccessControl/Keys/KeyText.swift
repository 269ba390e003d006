package import MemoryModel

/// The text of an API key: `mn_<id>_<secret><checksum>`.
///
/// | part | characters | meaning |
/// | --- | --- | --- |
/// | `mn_` | 3 | what secret scanners look for |
/// | id | 26 | the key's UUID in Crockford's base 32, lower case |
/// | secret | 43 | 32 random bytes in base 62 |
/// | checksum | 6 | CRC-32 of all that comes before, in base 62: refuses a mistyped key without a query |
package struct KeyText: Sendable {
    /// What every key starts with.
    package static let prefix = "mn_"
    /// Random bytes of a secret.
    package static let secretBytes = 32
    /// Characters of a key's text.
    package static let length = 3 + Base32.length + 1 + secretLength + checksumLength

    private static let secretLength = 43
    private static let checksumLength = 6

    /// The key's id.
    package let id: Identifier<APIKey>
    /// The secret's 43 characters.
    package let secret: Secret

    /// Writes a key from its id and 32 random bytes.
    package init(id: Identifier<APIKey>, random: [UInt8]) {
        precondition(random.count == Self.secretBytes, "a key's secret has 32 bytes")
        self.id = id
        self.secret = Secret(Base62.encode(random, length: Self.secretLength))
    }

    /// Reads a key's text; nil where it is no key of ours or was mistyped.
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == Self.length, bytes.starts(with: Self.prefix.utf8) else { return nil }
        let idEnd = 3 + Base32.length
        guard bytes[idEnd] == UInt8(ascii: "_"), let id = Base32.decode(bytes[3..<idEnd], as: APIKey.self) else {
            return nil
        }
        let checksumStart = bytes.count - Self.checksumLength
        let secret = bytes[(idEnd + 1)..<checksumStart]
        guard secret.allSatisfy(Base62.isDigit),
            bytes[checksumStart...].elementsEqual(Base62.encode(Checksum.crc32(bytes[..<checksumStart])))
        else { return nil }
        self.id = id
        self.secret = Secret(Array(secret))
    }

    /// The whole text, to be shown once.
    package var text: Secret {
        var bytes = Array(Self.prefix.utf8) + Base32.encode(id) + [UInt8(ascii: "_")]
        secret.withBytes { bytes += $0 }
        return Secret(bytes + Base62.encode(Checksum.crc32(bytes)))
    }
}
