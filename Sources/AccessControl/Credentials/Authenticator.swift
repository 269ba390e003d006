public import MemoryModel
import Synchronization

/// Turns a credential into a principal, or refuses it: an API key, or a token of the operator's identity provider.
///
/// What the store says of a key is kept for at most a second, so that a revoked key stops working within one. The
/// secret is compared in constant time on every request; a key that is not there is compared against a dummy, so that
/// time does not tell whether an id exists. Uses are noted in memory and written together by `run()`.
public final class Authenticator: Sendable {
    /// How an authenticator behaves.
    public struct Configuration: Sendable {
        /// How long a looked-up key is believed; at most a second.
        public var cacheLifetime: Duration
        /// How many keys are kept.
        public var cacheCapacity: Int
        /// How often uses are written.
        public var lastUseInterval: Duration

        /// Makes a configuration.
        public init(
            cacheLifetime: Duration = .milliseconds(900),
            cacheCapacity: Int = 10_000,
            lastUseInterval: Duration = .seconds(30)
        ) {
            self.cacheLifetime = min(cacheLifetime, .seconds(1))
            self.cacheCapacity = cacheCapacity
            self.lastUseInterval = lastUseInterval
        }
    }

    private struct State {
        // It holds what the store said, not that a secret was right: every request's secret is compared anew.
        var cache: RecentValues<Identifier<APIKey>, KeyCredential>
        var used: Set<Identifier<APIKey>> = []
    }

    private let store: any CredentialStore
    private let hasher: KeyHasher
    private let tokens: TokenAuthentication?
    private let operatorAccess: OperatorAccess?
    private let configuration: Configuration
    private let now: @Sendable () -> ContinuousClock.Instant
    private let state: Mutex<State>
    private let dummyHash = [UInt8](repeating: 0, count: 32)

    /// Makes an authenticator over the credentials of a store, and over tokens where there is an identity provider.
    public init(
        store: any CredentialStore,
        pepper: Secret,
        tokens: TokenAuthentication? = nil,
        operatorAccess: OperatorAccess? = nil,
        configuration: Configuration = Configuration(),
        now: @escaping @Sendable () -> ContinuousClock.Instant = { ContinuousClock().now }
    ) {
        self.store = store
        self.hasher = KeyHasher(pepper: pepper)
        self.tokens = tokens
        self.operatorAccess = operatorAccess
        self.configuration = configuration
        self.now = now
        self.state = Mutex(
            State(
                cache: RecentValues(
                    lifetime: configuration.cacheLifetime,
                    capacity: configuration.cacheCapacity
                )
            )
        )
    }

    /// The principal of a bearer credential.
    ///
    /// Throws `missingCredential`, `malformedCredential`, `refusedCredential`, or `unavailable` where the store failed.
    public func principal(
        bearer: String?,
        deadline: ContinuousClock.Instant? = nil
    ) async throws(AccessError) -> Principal {
        guard let bearer, !bearer.isEmpty else { throw AccessError(.missingCredential) }
        if let principal = operatorAccess?.principal(bearer) { return principal }
        if let tokens, !bearer.hasPrefix(KeyText.prefix), SignedToken.isShaped(bearer) {
            return try await tokens.principal(token: bearer, deadline: deadline)
        }
        guard let key = KeyText(bearer) else { throw AccessError(.malformedCredential) }
        let credential = try await credential(of: key.id, deadline: deadline)
        guard hasher.matches(key, credential?.secretHash ?? dummyHash), let credential, credential.isUsable else {
            throw AccessError(.refusedCredential)
        }
        state.withLock { _ = $0.used.insert(key.id) }
        return Principal(credential.key)
    }

    /// Forgets what is kept of a key, so that revoking it takes effect on this node at once.
    public func forget(_ id: Identifier<APIKey>) {
        state.withLock { $0.cache.forget(id) }
    }

    /// Forgets what is kept of a person, so that removing or demoting it takes effect on this node at once.
    public func forget(_ id: Identifier<User>) {
        state.withLock { $0.cache.forget { $1.key.userID == id } }
        tokens?.forget(id)
    }

    /// Forgets what is kept of a workspace that is deleted.
    public func forget(_ id: Identifier<Workspace>) {
        state.withLock { $0.cache.forget { $1.key.workspaceID == id } }
        tokens?.forget(id)
    }

    /// Writes the uses noted since the last time; what cannot be written is noted again.
    public func flushLastUses() async throws(StoreError) {
        let used = state.withLock { state in
            defer { state.used = [] }
            return state.used
        }
        guard !used.isEmpty else { return }
        do {
            try await store.touchKeys(used.sorted())
        } catch {
            state.withLock { $0.used.formUnion(used) }
            throw error
        }
    }

    /// Writes uses every now and then until the task is cancelled, and once more then.
    public func run() async {
        while !Task.isCancelled {
            try? await Task.sleep(for: configuration.lastUseInterval)
            // A failed write is tried again with the next one. A task of its own, so that being cancelled does not
            // reach the last one.
            await Task { try? await self.flushLastUses() }.value
        }
    }

    private func credential(
        of id: Identifier<APIKey>,
        deadline: ContinuousClock.Instant?
    ) async throws(AccessError) -> KeyCredential? {
        let readAt = now()
        if let kept = state.withLock({ $0.cache.value(of: id, at: readAt) }) { return kept }
        let found: KeyCredential?
        do {
            found = try await store.findKey(id, deadline: deadline)
        } catch {
            throw AccessError(.unavailable, cause: error)
        }
        if let found { state.withLock { $0.cache.keep(found, of: id, readAt: readAt) } }
        return found
    }
}

extension Principal {
    /// Whom a stored key acts as: its scopes, as far as its role can have them.
    init(_ key: APIKey) {
        self.init(
            workspaceID: key.workspaceID,
            userID: key.userID,
            agentID: key.agentID,
            role: key.role,
            scopes: key.isInvitation ? key.scopes : key.scopes.intersection(key.role.grantableScopes),
            keyID: key.id
        )
    }
}
