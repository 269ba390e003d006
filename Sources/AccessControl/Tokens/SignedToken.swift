import MemoryModel

/// A JSON Web Token in compact form (RFC 7519, 7515), split and decoded, but not yet believed.
struct SignedToken {
    /// Longer texts are refused before anything is decoded.
    static let longest = 8192

    /// Header members that would let a token choose how it is verified, or mean that it is something else.
    private static let forbiddenMembers: Set<String> = [
        "b64", "crit", "cty", "enc", "jku", "jwk", "x5c", "x5u", "zip",
    ]

    /// What the media type of a token may be; anything else was issued for another purpose.
    private static let types: Set<String> = ["jwt", "at+jwt", "application/at+jwt"]

    let algorithm: TokenAlgorithm
    let keyID: String
    let claims: [String: JSONValue]
    /// What was signed.
    let signedBytes: [UInt8]
    let signature: [UInt8]

    /// Reads a token's text; nil where it breaks a rule.
    init?(_ text: String) {
        guard text.utf8.count <= Self.longest else { return nil }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let header = Self.object(parts[0]), let claims = Self.object(parts[1]),
            let signature = Base64URL.decode(String(parts[2])), !signature.isEmpty,
            Self.forbiddenMembers.isDisjoint(with: header.keys),
            case .string(let type)? = header["typ"], Self.types.contains(type.lowercased()),
            case .string(let name)? = header["alg"], let algorithm = TokenAlgorithm(rawValue: name),
            case .string(let keyID)? = header["kid"], (1...256).contains(keyID.utf8.count)
        else { return nil }
        self.algorithm = algorithm
        self.keyID = keyID
        self.claims = claims
        self.signature = signature
        signedBytes = Array((parts[0] + "." + parts[1]).utf8)
    }

    /// Whether a text looks like a token, so that it is not taken for a mistyped key.
    static func isShaped(_ text: String) -> Bool {
        text.utf8.lazy.filter { $0 == UInt8(ascii: ".") }.count == 2
    }

    private static func object(_ part: Substring) -> [String: JSONValue]? {
        guard let bytes = Base64URL.decode(String(part)), let json = try? JSONParser.parse(bytes, limit: longest),
            case .object(let members) = json
        else { return nil }
        return members
    }
}

/// The signatures that are verified: no HMAC, and `none` is not a name here.
public enum TokenAlgorithm: String, Sendable, Hashable, CaseIterable {
    /// RSASSA-PKCS1-v1_5 with SHA-256, keys of 2048 to 8192 bits.
    case rs256 = "RS256"
    /// ECDSA on P-256 with SHA-256.
    case es256 = "ES256"
    /// Ed25519.
    case edDSA = "EdDSA"
}
