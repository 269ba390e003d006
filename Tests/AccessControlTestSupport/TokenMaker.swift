package import AccessControl
package import Crypto
package import CryptoExtras
import Foundation
package import MemoryModel

/// An identity provider of a test: keys of every type, and tokens signed with them.
package struct TokenMaker: Sendable {
    /// The issuer of its tokens.
    package static let issuer = "https://id.example.org/"
    /// Whom its tokens are for.
    package static let audience = "https://mneme.example.org"

    /// Whose signature a token has.
    package enum Signer: Sendable, CaseIterable {
        case rsa
        case p256
        case ed25519

        /// The id of the key.
        package var keyID: String { "key-\(self)" }

        /// The algorithm of the key.
        package var algorithm: String {
            switch self {
            case .rsa: "RS256"
            case .p256: "ES256"
            case .ed25519: "EdDSA"
            }
        }
    }

    package let rsa: _RSA.Signing.PrivateKey
    package let p256 = P256.Signing.PrivateKey()
    package let ed25519 = Curve25519.Signing.PrivateKey()

    /// Makes a provider with new keys.
    package init() throws {
        rsa = try _RSA.Signing.PrivateKey(keySize: .bits2048)
    }

    /// The rules that believe its tokens.
    package static var rules: TokenRules { TokenRules(issuer: issuer, audience: audience) }

    /// The public key of a signer as a JSON Web Key.
    package func jwk(_ signer: Signer, id: String? = nil) throws -> [String: JSONValue] {
        var members: [String: JSONValue] = [
            "kid": .string(id ?? signer.keyID), "alg": .string(signer.algorithm), "use": .string("sig"),
        ]
        switch signer {
        case .rsa:
            let key = try rsa.publicKey.getKeyPrimitives()
            members["kty"] = .string("RSA")
            members["n"] = .string(Self.text(key.modulus))
            members["e"] = .string(Self.text(key.publicExponent))
        case .p256:
            let point = p256.publicKey.rawRepresentation
            members["kty"] = .string("EC")
            members["crv"] = .string("P-256")
            members["x"] = .string(Self.text(point.prefix(32)))
            members["y"] = .string(Self.text(point.suffix(32)))
        case .ed25519:
            members["kty"] = .string("OKP")
            members["crv"] = .string("Ed25519")
            members["x"] = .string(Self.text(ed25519.publicKey.rawRepresentation))
        }
        return members
    }

    /// A key set of some signers, all by default.
    package func keySet(_ signers: [Signer] = Signer.allCases) throws -> [UInt8] {
        try Self.keySet(of: signers.map { try jwk($0) })
    }

    /// A key set of some keys.
    package static func keySet(of keys: [[String: JSONValue]]) throws -> [UInt8] {
        try bytes(.object(["keys": .array(keys.map(JSONValue.object))]))
    }

    /// Claims that the rules believe.
    package static func claims(
        _ workspace: Identifier<Workspace>,
        _ subject: String,
        at now: Timestamp
    ) -> [String: JSONValue] {
        let seconds = now.microseconds / 1_000_000
        return [
            "iss": .string(issuer), "aud": .string(audience), "sub": .string(subject),
            "workspace_id": .string(workspace.description), "iat": .integer(seconds), "nbf": .integer(seconds),
            "exp": .integer(seconds + 600),
        ]
    }

    /// The header of a token that a signer signs.
    package static func header(_ signer: Signer) -> [String: JSONValue] {
        ["alg": .string(signer.algorithm), "kid": .string(signer.keyID), "typ": .string("at+jwt")]
    }

    /// A token; header and claims as they should be, unless a test has others.
    package func token(
        _ claims: [String: JSONValue],
        header: [String: JSONValue]? = nil,
        signer: Signer = .ed25519
    ) throws -> String {
        let header = try Self.bytes(.object(header ?? Self.header(signer)))
        return try token(header: header, claims: try Self.bytes(.object(claims)), signer: signer)
    }

    /// A token of any bytes, properly signed.
    package func token(header: [UInt8], claims: [UInt8], signer: Signer = .ed25519) throws -> String {
        let signed = Base64URL.encode(header) + "." + Base64URL.encode(claims)
        return signed + "." + Base64URL.encode(try signature(Array(signed.utf8), signer))
    }

    /// The signature of some bytes.
    package func signature(_ bytes: [UInt8], _ signer: Signer) throws -> [UInt8] {
        switch signer {
        case .rsa:
            let signature = try rsa.signature(for: SHA256.hash(data: bytes), padding: .insecurePKCS1v1_5)
            return Array(signature.rawRepresentation)
        case .p256: return Array(try p256.signature(for: SHA256.hash(data: bytes)).rawRepresentation)
        case .ed25519: return Array(try ed25519.signature(for: bytes))
        }
    }

    /// JSON text.
    package static func bytes(_ json: JSONValue) throws -> [UInt8] {
        Array(try JSONEncoder().encode(json))
    }

    private static func text(_ data: Data) -> String { Base64URL.encode(Array(data)) }
}
