import Crypto
package import MemoryModel

/// Makes opaque texts that clients hand back, and tells those it made from all others.
///
/// A text is bound to a context (workspace, route, filters): it opens in no other. All API nodes of a service share
/// the key.
package struct Sealer: Sendable {
    private static let tagLength = 16
    private static let longestText = 65_536

    private let key: SymmetricKey

    /// Makes a sealer whose key is derived from a secret of the service.
    package init(secret: Secret) {
        key = secret.withBytes { bytes in
            HKDF<SHA256>.deriveKey(
                inputKeyMaterial: SymmetricKey(data: bytes),
                info: Array("mneme edge seal 1".utf8),
                outputByteCount: 32
            )
        }
    }

    /// The text of a payload, for one context.
    package func seal(_ payload: [UInt8], context: [String]) -> String {
        Base64URL.encode(payload + tag(payload, context))
    }

    /// The payload of a text, or nil where it was not made here for this context.
    package func open(_ text: String, context: [String]) -> [UInt8]? {
        guard text.utf8.count <= Self.longestText, let bytes = Base64URL.decode(text),
            bytes.count >= Self.tagLength
        else { return nil }
        let payload = Array(bytes.dropLast(Self.tagLength))
        return Secret(Array(bytes.suffix(Self.tagLength))) == Secret(tag(payload, context)) ? payload : nil
    }

    private func tag(_ payload: [UInt8], _ context: [String]) -> [UInt8] {
        var mac = HMAC<SHA256>(key: key)
        // Every part is preceded by its length, so that no two contexts run into the same bytes.
        for part in context.map({ Array($0.utf8) }) + [payload] {
            mac.update(data: ByteCoding.bytes(UInt64(part.count)))
            mac.update(data: part)
        }
        return Array(Array(mac.finalize()).prefix(Self.tagLength))
    }
}

/// Big-endian integers in sealed payloads.
enum ByteCoding {
    static func bytes(_ value: some FixedWidthInteger) -> [UInt8] {
        (0..<value.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> (value.bitWidth - 8 - 8 * $0)) }
    }

    /// Takes an integer from the front.
    static func take<Integer: FixedWidthInteger>(_ type: Integer.Type, from bytes: inout ArraySlice<UInt8>) -> Integer?
    {
        let count = Integer.bitWidth / 8
        guard bytes.count >= count else { return nil }
        defer { bytes = bytes.dropFirst(count) }
        return bytes.prefix(count).reduce(0) { $0 << 8 | Integer(truncatingIfNeeded: $1) }
    }
}
