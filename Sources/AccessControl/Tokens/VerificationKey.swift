import Crypto
import CryptoExtras
import MemoryModel

/// One public key of an identity provider, bound to the one algorithm it verifies.
struct VerificationKey: Sendable {
    private enum Material: Sendable {
        case rsa(_RSA.Signing.PublicKey)
        case p256(P256.Signing.PublicKey)
        case ed25519(Curve25519.Signing.PublicKey)
    }

    let id: String
    let algorithm: TokenAlgorithm
    private let material: Material

    /// Reads a JSON Web Key; nil where it is not a key of ours: another type or curve, not for signatures, too short, without
    /// an id, private, or of an algorithm that its type does not have.
    ///
    /// A key that names no algorithm is taken only where the rules allow it: its type then decides.
    init?(jwk: JSONValue, rules: TokenRules) {
        guard case .object(let members) = jwk, case .string(let id)? = members["kid"],
            (1...256).contains(id.utf8.count), members["d"] == nil, members["k"] == nil,
            case .string(let type)? = members["kty"], let material = Self.material(type, members)
        else { return nil }
        switch members["use"] {
        case nil, .string("sig")?: break
        default: return nil
        }
        switch members["key_ops"] {
        case nil: break
        case .array(let operations)? where operations == [.string("verify")]: break
        default: return nil
        }
        let algorithm: TokenAlgorithm =
            switch material {
            case .rsa: .rs256
            case .p256: .es256
            case .ed25519: .edDSA
            }
        switch members["alg"] {
        case .string(algorithm.rawValue)?: break
        case nil where rules.takesKeysWithoutAlgorithm: break
        default: return nil
        }
        guard rules.algorithms.contains(algorithm) else { return nil }
        self.id = id
        self.algorithm = algorithm
        self.material = material
    }

    private static func material(_ type: String, _ members: [String: JSONValue]) -> Material? {
        func bytes(_ name: String) -> [UInt8]? {
            guard case .string(let text)? = members[name] else { return nil }
            return Base64URL.decode(text)
        }
        switch (type, members["crv"]) {
        case ("RSA", nil):
            guard let modulus = bytes("n"), let exponent = bytes("e"), (256...1024).contains(modulus.count),
                (1...4).contains(exponent.count), exponent.last.map({ $0 & 1 == 1 }) == true, exponent != [1]
            else { return nil }
            return (try? _RSA.Signing.PublicKey(n: modulus, e: exponent)).map(Material.rsa)
        case ("EC", .string("P-256")?):
            guard let x = bytes("x"), let y = bytes("y"), x.count == 32, y.count == 32 else { return nil }
            return (try? P256.Signing.PublicKey(rawRepresentation: x + y)).map(Material.p256)
        case ("OKP", .string("Ed25519")?):
            guard let x = bytes("x"), x.count == 32 else { return nil }
            return (try? Curve25519.Signing.PublicKey(rawRepresentation: x)).map(Material.ed25519)
        default: return nil
        }
    }

    /// Whether the token was signed by the owner of this key, with the algorithm of this key.
    func verifies(_ token: SignedToken) -> Bool {
        guard token.algorithm == algorithm else { return false }
        switch material {
        case .rsa(let key):
            return key.isValidSignature(
                _RSA.Signing.RSASignature(rawRepresentation: token.signature),
                for: SHA256.hash(data: token.signedBytes),
                padding: .insecurePKCS1v1_5
            )
        case .p256(let key):
            guard token.signature.count == 64,
                let signature = try? P256.Signing.ECDSASignature(rawRepresentation: token.signature)
            else { return false }
            return key.isValidSignature(signature, for: SHA256.hash(data: token.signedBytes))
        case .ed25519(let key):
            return token.signature.count == 64 && key.isValidSignature(token.signature, for: token.signedBytes)
        }
    }
}

/// The usable keys of a JSON Web Key Set, by id.
struct VerificationKeySet: Sendable {
    /// More keys are not read: verification is never a search.
    static let largest = 64

    let keys: [String: VerificationKey]

    /// Reads a set; nil where the bytes are no set at all.
    ///
    /// Keys that are not ours are left out, and so are all that share an id.
    init?(_ bytes: [UInt8], rules: TokenRules) {
        guard let json = try? JSONParser.parse(bytes, limit: 1 << 20), case .object(let members) = json,
            case .array(let entries)? = members["keys"], entries.count <= Self.largest
        else { return nil }
        var keys: [String: VerificationKey] = [:]
        var seen: Set<String> = []
        for entry in entries {
            guard case .object(let key) = entry, case .string(let id)? = key["kid"] else { continue }
            guard seen.insert(id).inserted else {
                keys[id] = nil
                continue
            }
            keys[id] = VerificationKey(jwk: entry, rules: rules)
        }
        self.keys = keys
    }
}
