public import MemoryModel
import Synchronization

/// Makes API keys.
///
/// It stores nothing: `issue` gives the text to show once and the hash to keep.
public final class KeyIssuer: Sendable {
    private let hasher: KeyHasher
    private let random: Mutex<any RandomNumberGenerator & Sendable>

    /// Makes an issuer on the service's pepper and a source of randomness, which must be a secure one.
    public init(
        pepper: Secret,
        random: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator()
    ) {
        self.hasher = KeyHasher(pepper: pepper)
        self.random = Mutex(random)
    }

    /// Makes the secret of a key with this id.
    public func issue(_ id: Identifier<APIKey>) -> IssuedKey {
        let bytes = random.withLock { random in
            (0..<KeyText.secretBytes).map { _ in UInt8(truncatingIfNeeded: random.next() as UInt64) }
        }
        let key = KeyText(id: id, random: bytes)
        return IssuedKey(text: key.text, secretHash: hasher.hash(key))
    }

    /// Fails with `exceedsIssuer` where a key would have more than the principal that makes it.
    public static func authorize(
        role: Role,
        scopes: Set<AccessScope>,
        userID: Identifier<User>?,
        by principal: Principal
    ) throws(AccessError) {
        guard role.isWithin(principal.role), scopes.isSubset(of: principal.scopes) else {
            throw AccessError(.exceedsIssuer)
        }
        // A key that acts for one user makes keys for that user alone.
        if let bound = principal.userID, principal.role != .admin, userID != bound {
            throw AccessError(.exceedsIssuer)
        }
    }
}

/// A key just made.
public struct IssuedKey: Sendable {
    /// The whole text, to be shown once and kept nowhere.
    public let text: Secret
    /// What is stored: 32 bytes.
    public let secretHash: [UInt8]
}
