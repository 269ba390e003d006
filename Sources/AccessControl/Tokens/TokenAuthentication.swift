import Crypto
public import MemoryModel
import Synchronization

/// Turns a token of the identity provider into a principal, or refuses it.
///
/// A signature is verified once and its result kept, by a hash of the token, for as long as the key set stays what it
/// is and at most a minute; times are compared at every request. Who the user is, and with which role, is asked of the
/// store and kept for less than a second, as with keys.
public final class TokenAuthentication: Sendable {
    private struct Verified: Sendable {
        let claims: TokenClaims
        let generation: Int
        let verifiedAt: ContinuousClock.Instant
    }

    private struct MemberKey: Hashable, Sendable {
        let workspaceID: Identifier<Workspace>
        let subject: String
    }

    private struct State {
        var tokens: RecentValues<[UInt8], Verified>
        var members: RecentValues<MemberKey, WorkspaceMember>
    }

    private let rules: TokenRules
    private let keys: VerificationKeys
    private let store: any CredentialStore
    private let identifiers: IdentifierGenerator
    private let clock: any WallClock
    private let now: @Sendable () -> ContinuousClock.Instant
    private let state: Mutex<State>

    /// Makes an authentication by rules, over the keys of a provider and the members of a store.
    ///
    /// `clock` is what the times in tokens are compared with, `now` what caches and the refresh of keys go by.
    public init(
        rules: TokenRules,
        keys: any KeySetSource,
        store: any CredentialStore,
        identifiers: IdentifierGenerator,
        clock: any WallClock,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { ContinuousClock().now }
    ) {
        self.rules = rules
        self.keys = VerificationKeys(source: keys, rules: rules, now: now)
        self.store = store
        self.identifiers = identifiers
        self.clock = clock
        self.now = now
        state = Mutex(
            State(
                tokens: RecentValues(lifetime: .seconds(60), capacity: 10_000),
                members: RecentValues(lifetime: .milliseconds(900), capacity: 10_000)
            )
        )
    }

    /// The principal of a token.
    ///
    /// Throws `malformedCredential`, `refusedCredential`, or `unavailable` where keys or members cannot be looked up.
    func principal(
        token text: String,
        deadline: ContinuousClock.Instant?
    ) async throws(AccessError) -> Principal {
        let claims = try await claims(of: text)
        let member = try await member(claims, deadline: deadline)
        let role = member.role.lesser(claims.role)
        let scopes = role.grantableScopes
        return Principal(
            workspaceID: claims.workspaceID,
            userID: member.userID,
            role: role,
            scopes: claims.scopes.map(scopes.intersection) ?? scopes
        )
    }

    /// Forgets what is kept of a person.
    func forget(_ id: Identifier<User>) {
        state.withLock { $0.members.forget { $1.userID == id } }
    }

    /// Forgets the people of a workspace.
    func forget(_ id: Identifier<Workspace>) {
        state.withLock { $0.members.forget { key, _ in key.workspaceID == id } }
    }

    private func claims(of text: String) async throws(AccessError) -> TokenClaims {
        // Before anything is parsed: who floods with nonsense causes no work.
        guard text.utf8.count <= SignedToken.longest else { throw AccessError(.malformedCredential) }
        let current = try await keys.current()
        let hash = Array(SHA256.hash(data: Array(text.utf8)))
        let seconds = Double(clock.now.microseconds) / 1e6
        let moment = now()
        if let kept = state.withLock({ $0.tokens.value(of: hash, at: moment) }), kept.generation == current.generation {
            guard kept.claims.isCurrent(rules: rules, now: seconds) else { throw AccessError(.refusedCredential) }
            return kept.claims
        }
        guard let token = SignedToken(text) else { throw AccessError(.malformedCredential) }
        guard let key = current.set.keys[token.keyID], key.verifies(token),
            let claims = TokenClaims(token.claims, rules: rules, now: seconds)
        else { throw AccessError(.refusedCredential) }
        let verified = Verified(claims: claims, generation: current.generation, verifiedAt: moment)
        state.withLock { $0.tokens.keep(verified, of: hash, readAt: moment) }
        return claims
    }

    private func member(
        _ claims: TokenClaims,
        deadline: ContinuousClock.Instant?
    ) async throws(AccessError) -> WorkspaceMember {
        let key = MemberKey(workspaceID: claims.workspaceID, subject: claims.subject)
        let readAt = now()
        if let kept = state.withLock({ $0.members.value(of: key, at: readAt) }) { return kept }
        guard let member = try await find(claims, deadline: deadline) else { throw AccessError(.refusedCredential) }
        state.withLock { $0.members.keep(member, of: key, readAt: readAt) }
        return member
    }

    private func find(
        _ claims: TokenClaims,
        deadline: ContinuousClock.Instant?
    ) async throws(AccessError) -> WorkspaceMember? {
        do throws(StoreError) {
            let found = try await store.findMember(claims.subject, in: claims.workspaceID, deadline: deadline)
            guard found == nil, rules.provisionsUsers else { return found }
            let user = User(
                id: identifiers.next(),
                name: claims.name ?? claims.subject,
                externalID: claims.subject,
                role: claims.role ?? .member,
                createdAt: clock.now
            )
            return try await store.addMember(user, audienceID: identifiers.next(), in: claims.workspaceID)
        } catch {
            throw AccessError(.unavailable, cause: error)
        }
    }
}
