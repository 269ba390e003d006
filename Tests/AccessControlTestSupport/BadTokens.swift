import AccessControl
import Crypto
import CryptoExtras
import Foundation
package import MemoryModel

/// Tokens that must open nothing: each class differs from a good one in one respect.
package struct BadTokens: Sendable {
    /// A class and a token of it.
    package struct Sample: Sendable, CustomStringConvertible {
        /// What is wrong with it.
        package let description: String
        /// The token.
        package let text: String
    }

    private let maker: TokenMaker
    private let stranger: TokenMaker
    private let good: [String: JSONValue]
    private let now: Int64

    /// Makes bad tokens after the model of good ones: `maker`'s for the given claims.
    package init(maker: TokenMaker, good: [String: JSONValue], at now: Timestamp) throws {
        self.maker = maker
        stranger = try TokenMaker()
        self.good = good
        self.now = now.microseconds / 1_000_000
    }

    /// One token of each class.
    package func all() throws -> [Sample] {
        try shapes() + headers() + signatures() + claims()
    }

    private func claims(_ name: String, _ value: JSONValue?) throws -> Sample {
        var claims = good
        claims[name] = value
        let text = value.map {
            (try? TokenMaker.bytes($0)).map { String(decoding: $0.prefix(40), as: UTF8.self) } ?? ""
        }
        return Sample(description: "\(name) is \(text ?? "absent")", text: try maker.token(claims))
    }

    private func header(
        _ name: String,
        _ value: JSONValue?,
        signer: TokenMaker.Signer = .ed25519
    ) throws -> Sample {
        var header = TokenMaker.header(signer)
        header[name] = value
        let text = value.map {
            (try? TokenMaker.bytes($0)).map { String(decoding: $0.prefix(40), as: UTF8.self) } ?? ""
        }
        return Sample(
            description: "header \(name) is \(text ?? "absent") by \(signer)",
            text: try maker.token(good, header: header, signer: signer)
        )
    }

    // MARK: Shapes

    private func shapes() throws -> [Sample] {
        let text = try maker.token(good)
        let parts = text.split(separator: ".").map(String.init)
        let header = try TokenMaker.bytes(.object(TokenMaker.header(.ed25519)))
        let claims = try TokenMaker.bytes(.object(good))
        func raw(_ name: String, header: [UInt8]? = nil, claims: String) throws -> Sample {
            Sample(
                description: name,
                text: try maker.token(
                    header: header ?? TokenMaker.bytes(.object(TokenMaker.header(.ed25519))),
                    claims: Array(claims.utf8)
                )
            )
        }
        let json = String(decoding: claims, as: UTF8.self)
        let deep = String(repeating: "[", count: 100) + String(repeating: "]", count: 100)
        var padding = good
        padding["pad"] = .string(String(repeating: "x", count: 8000))
        return [
            Sample(description: "no parts", text: ".."),
            Sample(description: "two parts", text: parts[0] + "." + parts[1]),
            Sample(description: "four parts", text: text + "." + parts[2]),
            Sample(description: "five parts, as an encrypted token has", text: text + ".AA.AA"),
            Sample(description: "an empty header", text: "." + parts[1] + "." + parts[2]),
            Sample(description: "empty claims", text: parts[0] + ".." + parts[2]),
            Sample(description: "padded base 64", text: text + "=="),
            Sample(
                description: "the other alphabet of base 64",
                text: parts[0] + "." + parts[1] + ".+/" + parts[2].dropFirst(2)
            ),
            Sample(description: "a space inside", text: parts[0] + ". " + parts[1] + "." + parts[2]),
            Sample(description: "left-over bits in the signature", text: String(text.dropLast()) + "9"),
            Sample(description: "longer than 8 KiB", text: try maker.token(padding)),
            try raw("claims that are no JSON", claims: "{"),
            try raw("claims that are a list", claims: "[\(json)]"),
            try raw("claims that are a text", claims: "\"x\""),
            try raw("claims twice", claims: json + json),
            try raw("claims that hold NUL", claims: String(json.dropLast()) + ",\"x\":\"\\u0000\"}"),
            try raw("claims nested too deep", claims: String(json.dropLast()) + ",\"x\":\(deep)}"),
            try raw("claims with a number that is infinite", claims: String(json.dropLast()) + ",\"x\":1e400}"),
            try raw("a claim twice", claims: String(json.dropLast()) + ",\"iss\":\"\(TokenMaker.issuer)\"}"),
            try raw("a byte order mark", claims: "\u{feff}" + json),
            Sample(
                description: "claims that are not UTF-8",
                text: try maker.token(
                    header: header,
                    claims: claims.dropLast() + Array(",\"x\":\"".utf8) + [0xFF, 0x22, 0x7D]
                )
            ),
            Sample(
                description: "a header that is a list",
                text: try maker.token(header: [UInt8(ascii: "[")] + header + [UInt8(ascii: "]")], claims: claims)
            ),
            Sample(
                description: "a header that is no JSON",
                text: try maker.token(header: Array("alg".utf8), claims: claims)
            ),
            Sample(
                description: "the algorithm twice in the header",
                text: try maker.token(header: header.dropLast() + Array(",\"alg\":\"none\"}".utf8), claims: claims)
            ),
        ]
    }

    // MARK: Headers

    private func headers() throws -> [Sample] {
        let otherAlgorithms = [
            "none", "None", "nOnE", "HS256", "HS384", "HS512", "RS384", "RS512", "PS256", "ES384", "ES512", "ES256K",
            "eddsa", "EdDSA ", "",
        ]
        let key = try maker.jwk(.ed25519)
        let chosen: [(String, JSONValue)] = [
            ("jku", .string("https://evil.example/keys")), ("x5u", .string("https://evil.example/cert")),
            ("x5c", .array([.string("MIIB")])),
            ("jwk", .object(key)), ("crit", .array([.string("exp")])), ("crit", .array([])), ("b64", .bool(false)),
            ("zip", .string("DEF")), ("cty", .string("JWT")), ("enc", .string("A128GCM")),
        ]
        let types: [JSONValue?] = [
            nil, .string("JWS"), .string("id+jwt"), .string("logout+jwt"), .string(""), .integer(1), .null,
        ]
        let keyIDs: [JSONValue?] = [
            nil, .string(""), .string("key-of-nobody"), .string("../../../dev/null"), .string("' OR 1=1 --"),
            .string(String(repeating: "k", count: 300)), .integer(7), .array([.string("key-ed25519")]), .null,
            .string("KEY-ED25519"),
        ]
        return try otherAlgorithms.map { try header("alg", .string($0)) }
            + [JSONValue?.none, .integer(1), .null].map { try header("alg", $0) }
            + [header("alg", .string("EdDSA"), signer: .rsa), header("alg", .string("ES256"), signer: .rsa)]
            + [header("alg", .string("RS256"), signer: .p256), header("alg", .string("EdDSA"), signer: .p256)]
            + [header("alg", .string("RS256"), signer: .ed25519), header("alg", .string("PS256"), signer: .rsa)]
            + [header("kid", .string("key-rsa"), signer: .p256), header("kid", .string("key-p256"), signer: .ed25519)]
            + chosen.map { try header($0.0, $0.1) } + types.map { try header("typ", $0) }
            + keyIDs.map { try header("kid", $0) }
    }

    // MARK: Signatures

    private func signatures() throws -> [Sample] {
        var samples: [Sample] = []
        for signer in TokenMaker.Signer.allCases {
            let text = try maker.token(good, signer: signer)
            let parts = text.split(separator: ".").map(String.init)
            let signature = Base64URL.decode(parts[2]) ?? []
            let signed = parts[0] + "." + parts[1] + "."
            func sample(_ name: String, _ signature: [UInt8]) {
                samples.append(Sample(description: "\(name) (\(signer))", text: signed + Base64URL.encode(signature)))
            }
            sample("no signature", [])
            sample("a signature cut short", Array(signature.dropLast()))
            sample("a signature with one byte more", signature + [0])
            sample("a signature of zeros", [UInt8](repeating: 0, count: signature.count))
            sample("a signature of ones", [UInt8](repeating: 0xFF, count: signature.count))
            sample("one bit of the signature turned", [signature[0] ^ 1] + signature.dropFirst())
            sample("the signature of another text", try maker.signature(Array("another".utf8), signer))
            sample("the signature of a stranger", try stranger.signature(Array(signed.utf8.dropLast()), signer))
            var claims = good
            claims["exp"] = .integer(now + 601)
            let changed = Base64URL.encode(try TokenMaker.bytes(.object(claims)))
            samples.append(
                Sample(
                    description: "claims changed after signing (\(signer))",
                    text: parts[0] + "." + changed + "." + parts[2]
                )
            )
        }
        let header = TokenMaker.header(.p256)
        let signed = try maker.token(good, header: header, signer: .p256).split(separator: ".").prefix(2).joined(
            separator: "."
        )
        let signature = try maker.p256.signature(for: SHA256.hash(data: Array(signed.utf8)))
        samples.append(
            Sample(
                description: "an ECDSA signature in DER",
                text: signed + "." + Base64URL.encode(Array(signature.derRepresentation))
            )
        )
        return samples + (try confusions())
    }

    /// An HMAC whose key is what everybody knows: the public key in its forms.
    private func confusions() throws -> [Sample] {
        let secrets: [(String, [UInt8])] = [
            ("the RSA key in PEM", Array(maker.rsa.publicKey.pemRepresentation.utf8)),
            ("the RSA key in DER", Array(maker.rsa.publicKey.derRepresentation)),
            ("the Ed25519 key", Array(maker.ed25519.publicKey.rawRepresentation)),
            ("nothing", []),
        ]
        return try secrets.map { name, secret in
            var header = TokenMaker.header(.rsa)
            header["alg"] = .string("HS256")
            let text = try maker.token(good, header: header).split(separator: ".").prefix(2).joined(separator: ".")
            let mac = HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: SymmetricKey(data: secret))
            return Sample(description: "HS256 under \(name)", text: text + "." + Base64URL.encode(Array(mac)))
        }
    }

    // MARK: Claims

    private func claims() throws -> [Sample] {
        let issuers: [JSONValue?] = [
            nil, .null, .integer(1), .string(""), .string("https://id.example.org"), .string("https://ID.example.org/"),
            .string("https://id.example.org/ "), .array([.string(TokenMaker.issuer)]),
        ]
        let audiences: [JSONValue?] = [
            nil, .null, .integer(1), .string(""), .string("https://other.example.org"),
            .string("https://mneme.example.or"),
            .array([]), .array([.string("https://other.example.org")]), .object([TokenMaker.audience: .bool(true)]),
            .array([.array([.string(TokenMaker.audience)])]),
        ]
        let expiries: [JSONValue?] = [
            nil, .null, .string(String(now + 600)), .bool(true), .integer(now - 31), .integer(now - 86_400),
            .integer(0),
            .integer(-1), .integer(.max), .integer(now + 864_000), .number(1e300), .integer(now),
            .array([.integer(now + 600)]),
        ]
        let issued: [JSONValue?] = [
            nil, .null, .string(String(now)), .integer(now + 31), .integer(now + 3600), .integer(now - 900_000),
        ]
        let notBefore: [JSONValue] = [
            .null, .string("0"), .integer(now + 31), .integer(now + 3600), .integer(-1), .bool(false),
        ]
        let workspaces: [JSONValue?] = [
            nil, .null, .string(""), .string("default"), .integer(1), .string("0193f000-0000-7000-8000-00000000dead"),
            .array([good["workspace_id"] ?? .null]), .string("%"),
        ]
        let subjects: [JSONValue?] = [
            nil, .null, .string(""), .integer(1), .string("nobody"), .string(String(repeating: "s", count: 300)),
            .string("0193f000-0000-7000-8000-00000000dead"), .array([good["sub"] ?? .null]), .string("' OR ''='"),
            .string("%"),
        ]
        return try issuers.map { try claims("iss", $0) } + audiences.map { try claims("aud", $0) }
            + expiries.map { try claims("exp", $0) } + issued.map { try claims("iat", $0) }
            + notBefore.map { try claims("nbf", $0) } + workspaces.map { try claims("workspace_id", $0) }
            + subjects.map { try claims("sub", $0) }
    }
}
