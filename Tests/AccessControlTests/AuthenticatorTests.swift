import AccessControl
import MemoryModel
import MemoryTestSupport
import Testing

struct AuthenticatorTests {
    private let store = ScriptedCredentials()
    private let clock = ManualInstant()
    private let pepper = Secret(text: "a pepper of thirty-two bytes or so")
    private let workspace = Identifier<Workspace>(high: 1, low: 1)

    private func authenticator(lifetime: Duration = .milliseconds(900)) -> Authenticator {
        Authenticator(
            store: store,
            pepper: pepper,
            configuration: .init(cacheLifetime: lifetime),
            now: { [clock] in clock.now }
        )
    }

    private func key(_ low: UInt64, role: Role = .admin, scopes: Set<AccessScope> = Set(AccessScope.allCases)) -> APIKey
    {
        APIKey(
            id: Identifier(high: 9, low: low),
            workspaceID: workspace,
            name: "test",
            role: role,
            scopes: scopes,
            createdAt: Timestamp(microseconds: 0)
        )
    }

    private func issue(_ key: APIKey, isUsable: Bool = true) -> String {
        let issued = KeyIssuer(pepper: pepper, random: SeededGenerator(seed: key.id.low)).issue(key.id)
        store.put(key, secretHash: issued.secretHash, isUsable: isUsable)
        return issued.text.withBytes { String(decoding: $0, as: UTF8.self) }
    }

    private func code(_ bearer: String?, _ authenticator: Authenticator) async -> AccessError.Code? {
        do throws(AccessError) {
            _ = try await authenticator.principal(bearer: bearer)
            return nil
        } catch {
            return error.code
        }
    }

    @Test func aKeyBecomesThePrincipalItWasMadeFor() async throws {
        let text = issue(key(1))
        let principal = try await authenticator().principal(bearer: text)
        #expect(principal.workspaceID == workspace)
        #expect(principal.keyID == Identifier(high: 9, low: 1))
        #expect(principal.scopes == AccessScope.grantable)
    }

    @Test func scopesBeyondTheRoleHaveNoEffect() async throws {
        let text = issue(key(2, role: .viewer))
        let principal = try await authenticator().principal(bearer: text)
        #expect(principal.scopes == Role.viewer.grantableScopes)
        #expect(throws: AccessError(.insufficientScope, scope: .itemsWrite)) { try principal.require(.itemsWrite) }
    }

    @Test func noCredentialAndMistypedOnesAreRefusedWithoutALookup() async {
        let authenticator = authenticator()
        let text = issue(key(3))
        #expect(await code(nil, authenticator) == .missingCredential)
        #expect(await code("", authenticator) == .missingCredential)
        #expect(await code(text + "x", authenticator) == .malformedCredential)
        #expect(await code("mn_nothing", authenticator) == .malformedCredential)
        #expect(store.lookups == 0)
    }

    @Test func unknownWrongAndUnusableKeysAreRefusedAlike() async {
        let authenticator = authenticator()
        let known = key(4)
        _ = issue(known)
        let wrong = KeyIssuer(pepper: pepper, random: SeededGenerator(seed: 99)).issue(known.id)
        let unknown = KeyIssuer(pepper: pepper, random: SeededGenerator(seed: 5)).issue(key(5).id)
        let revoked = issue(key(6), isUsable: false)
        for text in [wrong.text, unknown.text, Secret(text: revoked)] {
            let bearer = text.withBytes { String(decoding: $0, as: UTF8.self) }
            #expect(await code(bearer, authenticator) == .refusedCredential)
        }
    }

    @Test func aHashUnderAnotherPepperOpensNothing() async {
        let text = issue(key(7))
        let other = Authenticator(store: store, pepper: Secret(text: "another pepper"))
        #expect(await code(text, other) == .refusedCredential)
    }

    @Test func aLookUpIsKeptForLessThanASecondSoThatRevocationHolds() async {
        let authenticator = authenticator()
        let key = key(8)
        let text = issue(key)
        for _ in 0..<10 { #expect(await code(text, authenticator) == nil) }
        #expect(store.lookups == 1)
        _ = issue(key, isUsable: false)
        clock.advance(by: .seconds(1))
        #expect(await code(text, authenticator) == .refusedCredential)
        #expect(store.lookups == 2)
    }

    @Test func aLongerCacheIsCutToASecond() async {
        let authenticator = authenticator(lifetime: .seconds(60))
        let key = key(9)
        let text = issue(key)
        #expect(await code(text, authenticator) == nil)
        _ = issue(key, isUsable: false)
        clock.advance(by: .seconds(1))
        #expect(await code(text, authenticator) == .refusedCredential)
    }

    @Test func aWrongSecretIsRefusedEvenWhereTheKeyIsKept() async {
        let authenticator = authenticator()
        let known = key(10)
        #expect(await code(issue(known), authenticator) == nil)
        let wrong = KeyIssuer(pepper: pepper, random: SeededGenerator(seed: 77)).issue(known.id)
        let bearer = wrong.text.withBytes { String(decoding: $0, as: UTF8.self) }
        #expect(await code(bearer, authenticator) == .refusedCredential)
        #expect(store.lookups == 1)
    }

    @Test func forgettingAKeyAsksTheStoreAgain() async {
        let authenticator = authenticator()
        let key = key(11)
        let text = issue(key)
        #expect(await code(text, authenticator) == nil)
        _ = issue(key, isUsable: false)
        authenticator.forget(key.id)
        #expect(await code(text, authenticator) == .refusedCredential)
    }

    @Test func aStoreThatFailsIsTold() async {
        let authenticator = authenticator()
        let text = issue(key(12))
        store.fail(with: StoreError(.overloaded, "no connection"))
        do {
            _ = try await authenticator.principal(bearer: text)
            Issue.record("a failed look-up let a key through")
        } catch {
            #expect(error.code == .unavailable)
            #expect(error.cause?.code == .overloaded)
        }
    }

    @Test func usesAreWrittenTogetherAndKeptWhereWritingFails() async throws {
        let authenticator = authenticator()
        let texts = [issue(key(13)), issue(key(14))]
        for text in texts + texts { _ = try await authenticator.principal(bearer: text) }
        store.fail(with: StoreError(.unavailable, "down"))
        await #expect(throws: StoreError.self) { try await authenticator.flushLastUses() }
        store.fail(with: nil)
        try await authenticator.flushLastUses()
        try await authenticator.flushLastUses()
        #expect(store.touched == [[Identifier(high: 9, low: 13), Identifier(high: 9, low: 14)]])
    }
}
