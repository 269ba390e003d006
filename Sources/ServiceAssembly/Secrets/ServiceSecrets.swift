internal import Crypto
internal import Foundation
package import MemoryEngine
package import MemoryModel
internal import PostgresStorage

/// Everything secret that the service makes for itself, derived from one root.
///
/// The root is the setting `secret`, or else made at first start and kept in the data directory. Nodes that share a
/// database need the same one.
package struct ServiceSecrets: Sendable {
    private let root: SymmetricKey

    /// Reads the root, or makes it.
    package static func open(
        in directory: DataDirectory,
        setting: Secret?
    ) throws(DataDirectoryError) -> ServiceSecrets {
        if let setting { return ServiceSecrets(text: setting.revealed) }
        let path = directory.file("secret")
        if let kept = try PrivateFile.read(path), !kept.isEmpty { return ServiceSecrets(text: kept) }
        var random = SystemRandomNumberGenerator()
        let made = Data((0..<32).map { _ in UInt8(truncatingIfNeeded: random.next()) }).base64EncodedString()
        try PrivateFile.write(made, to: path)
        return ServiceSecrets(text: made)
    }

    private init(text: String) {
        root = SymmetricKey(data: SHA256.hash(data: Data(text.utf8)))
    }

    /// What API keys are hashed with.
    package var pepper: Secret { Secret(derived("pepper of API keys")) }

    /// What cursors and consistency tokens are sealed with.
    var sealing: Secret { Secret(derived("seal of cursors and tokens")) }

    /// What erasure receipts are signed with.
    package var receipts: ReceiptSigner {
        guard let signer = ReceiptSigner(seed: Secret(derived("seed of the key that signs erasure receipts"))) else {
            preconditionFailure("a derived secret has 32 bytes")
        }
        return signer
    }

    /// The password of a login, where the service sets it itself.
    func password(of login: DatabaseLogin) -> String {
        derived("password of \(login.roleName)").map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    private func derived(_ purpose: String) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: Data(purpose.utf8), using: root))
    }
}
