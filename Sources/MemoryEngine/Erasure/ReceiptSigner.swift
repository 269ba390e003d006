internal import Crypto
internal import Foundation
public import MemoryModel

/// Signs erasure receipts with Ed25519, in the compact form of a JWS (RFC 7515, RFC 8037).
public struct ReceiptSigner: Sendable {
    private let key: Curve25519.Signing.PrivateKey
    /// The key's name: its thumbprint (RFC 7638).
    public let keyID: String

    /// Makes a signer on 32 secret bytes, the seed of the key; nil where there are not 32.
    public init?(seed: Secret) {
        let key = seed.withBytes { try? Curve25519.Signing.PrivateKey(rawRepresentation: $0) }
        guard let key else { return nil }
        self.key = key
        let members = #"{"crv":"Ed25519","kty":"OKP","x":"\#(Self.base64URL(key.publicKey.rawRepresentation))"}"#
        keyID = Self.base64URL(SHA256.hash(data: Array(members.utf8)))
    }

    /// The public key's 32 bytes, as the `x` of a JWK.
    public var publicKey: String { Self.base64URL(key.publicKey.rawRepresentation) }

    /// A signed receipt.
    ///
    /// - Throws: what encoding or signing throws; neither happens with values of this service.
    func sign(_ receipt: ErasureReceipt) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        let header = #"{"alg":"EdDSA","kid":"\#(keyID)","typ":"mneme-erasure+jwt"}"#
        let signed = Self.base64URL(Array(header.utf8)) + "." + Self.base64URL(try encoder.encode(receipt))
        return signed + "." + Self.base64URL(try key.signature(for: Array(signed.utf8)))
    }

    private static func base64URL(_ bytes: some Sequence<UInt8>) -> String {
        Data(bytes).base64EncodedString()
            .replacingOccurrences(of: "+", with: "-")
            .replacingOccurrences(of: "/", with: "_")
            .replacingOccurrences(of: "=", with: "")
    }
}

/// What a receipt says.
struct ErasureReceipt: Encodable {
    /// What was erased.
    struct Target: Encodable {
        let kind: String
        let id: String
    }

    /// A store with what it lost.
    struct Store: Encodable {
        let store: String
        let node: String?
        let erased: Int64
        let at: String
    }

    /// A node that has copies and was not there: an operator removes its snapshots by hand.
    struct AbsentNode: Encodable {
        let node: String
        let name: String
        let seenAt: String
    }

    let id: String
    let workspaceId: String
    let target: Target
    let includeDerived: Bool
    let requestedBy: String?
    let requestedAt: String
    let rowsErasedAt: String
    let completedAt: String
    let stores: [Store]
    let absentNodes: [AbsentNode]
    /// Until when backups and the database's log may still hold what was erased.
    let backupsUntil: String
}
