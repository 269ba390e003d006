import Crypto
package import MemoryModel

/// Turns a key's secret into what is stored: HMAC-SHA-256 of id and secret under the service's pepper.
///
/// The secret has 256 random bits, so that a fast hash is enough; the pepper keeps a copy of the table from being of
/// use alone, and the id in it keeps one key's hash from being put under another's.
package struct KeyHasher: Sendable {
    private let pepper: SymmetricKey

    /// Makes a hasher; the pepper should have 32 bytes or more.
    package init(pepper: Secret) {
        self.pepper = pepper.withBytes { SymmetricKey(data: $0) }
    }

    /// The 32 bytes to store for a key.
    package func hash(_ key: KeyText) -> [UInt8] {
        var mac = HMAC<SHA256>(key: pepper)
        mac.update(data: Array(key.id.description.utf8))
        key.secret.withBytes { mac.update(data: $0) }
        return Array(mac.finalize())
    }

    /// Whether a key is the one whose hash is stored; takes the same time either way.
    package func matches(_ key: KeyText, _ storedHash: [UInt8]) -> Bool {
        Secret(hash(key)) == Secret(storedHash)
    }
}
