import AccessControl
import AccessControlTestSupport
import MemoryModel
import MemoryTestSupport
import Testing

/// Tokens of an identity provider: which open a workspace, as whom, and how soon a key of the provider is believed or not.
struct TokenAuthenticationTests {
    private let maker: TokenMaker
    private let keySet: ScriptedKeySet
    private let store = ScriptedCredentials()
    private let clock = ManualClock()
    private let instant = ManualInstant()
    private let workspace = Identifier<Workspace>(high: 1, low: 1)
    private let user = Identifier<User>(high: 2, low: 2)

    init() throws {
        maker = try TokenMaker()
        keySet = ScriptedKeySet(try maker.keySet())
        store.put(WorkspaceMember(userID: user, role: .member), as: "ada", in: workspace)
    }

    private func authenticator(_ rules: TokenRules = TokenMaker.rules) -> Authenticator {
        let tokens = TokenAuthentication(
            rules: rules,
            keys: keySet,
            store: store,
            identifiers: IdentifierGenerator(clock: clock, random: SeededGenerator(seed: 1)),
            clock: clock,
            now: { [instant] in instant.now }
        )
        return Authenticator(store: store, pepper: Secret(text: "pepper"), tokens: tokens)
    }

    private var claims: [String: JSONValue] { TokenMaker.claims(workspace, "ada", at: clock.now) }

    private func code(_ text: String, _ authenticator: Authenticator) async -> AccessError.Code? {
        do throws(AccessError) {
            _ = try await authenticator.principal(bearer: text)
            return nil
        } catch {
            return error.code
        }
    }

    private func advance(_ seconds: Int64) {
        clock.advance(bySeconds: seconds)
        instant.advance(by: .seconds(seconds))
    }

    // MARK: Principals

    @Test(arguments: TokenMaker.Signer.allCases)
    func aTokenBecomesThePersonItNames(signer: TokenMaker.Signer) async throws {
        let principal = try await authenticator().principal(bearer: try maker.token(claims, signer: signer))
        #expect(principal.workspaceID == workspace)
        #expect(principal.userID == user)
        #expect(principal.agentID == nil)
        #expect(principal.keyID == nil)
        #expect(principal.role == .member)
        #expect(principal.scopes == Role.member.grantableScopes)
    }

    @Test func everyBadTokenIsRefused() async throws {
        let authenticator = authenticator()
        let bad = try BadTokens(maker: maker, good: claims, at: clock.now).all()
        #expect(bad.count >= 60)
        #expect(Set(bad.map(\.description)).count == bad.count)
        for sample in bad {
            let code = await code(sample.text, authenticator)
            #expect(code == .refusedCredential || code == .malformedCredential, "\(sample)")
        }
        #expect(await code(try maker.token(claims), authenticator) == nil)
    }

    @Test func withoutAnIdentityProviderATokenIsMalformed() async throws {
        let authenticator = Authenticator(store: store, pepper: Secret(text: "pepper"))
        #expect(await code(try maker.token(claims), authenticator) == .malformedCredential)
    }

    @Test func theAudienceMayBeOneOfSeveralAndTimesMayHaveFractions() async throws {
        var claims = claims
        claims["aud"] = .array([.string("https://other.example.org"), .string(TokenMaker.audience)])
        claims["exp"] = .number(Double(clock.now.microseconds / 1_000_000) + 10.5)
        #expect(await code(try maker.token(claims), authenticator()) == nil)
    }

    @Test func clocksMayDifferByTheLeewayAndNoMore() async throws {
        var rules = TokenMaker.rules
        rules.leeway = .seconds(3600)
        #expect(TokenRules(issuer: "", audience: "", leeway: .seconds(3600)).leeway == .seconds(60))
        let authenticator = authenticator()
        let seconds = clock.now.microseconds / 1_000_000
        for (name, offset, isGood) in [("exp", -29, true), ("exp", -30, false), ("nbf", 30, true), ("nbf", 31, false)] {
            var claims = claims
            claims["iat"] = .integer(seconds - 60)
            claims[name] = .integer(seconds + Int64(offset))
            #expect((await code(try maker.token(claims), authenticator) == nil) == isGood, "\(name) \(offset)")
        }
    }

    @Test func aTokenThatWasBelievedExpiresAllTheSame() async throws {
        let authenticator = authenticator()
        var claims = claims
        claims["exp"] = .integer(clock.now.microseconds / 1_000_000 + 5)
        let text = try maker.token(claims)
        #expect(await code(text, authenticator) == nil)
        advance(36)
        #expect(await code(text, authenticator) == .refusedCredential)
    }

    @Test func aRoleClaimLowersTheRoleAndRaisesItNever() async throws {
        var rules = TokenMaker.rules
        rules.roleClaim = "roles"
        let authenticator = authenticator(rules)
        let cases: [(JSONValue, Role)] = [
            (.string("viewer"), .viewer), (.string("member"), .member), (.string("admin"), .member),
            (.array([.string("openid"), .string("viewer"), .string("admin")]), .member),
        ]
        for (claim, role) in cases {
            let text = try maker.token(claims.merging(["roles": claim]) { $1 })
            #expect(try await authenticator.principal(bearer: text).role == role, "\(claim)")
        }
        for claim in [nil, JSONValue.string("root"), .integer(1), .array([]), .null] {
            var claims = claims
            claims["roles"] = claim
            #expect(await code(try maker.token(claims), authenticator) == .refusedCredential)
        }
    }

    @Test func aScopeClaimBoundsTheScopes() async throws {
        var rules = TokenMaker.rules
        rules.scopeClaim = "scope"
        let authenticator = authenticator(rules)
        let text = try maker.token(claims.merging(["scope": .string("openid items:read workspace:manage")]) { $1 })
        #expect(try await authenticator.principal(bearer: text).scopes == [.itemsRead])
        #expect(await code(try maker.token(claims), authenticator) == .refusedCredential)
    }

    @Test func claimsAreMappedByConfiguration() async throws {
        var rules = TokenMaker.rules
        rules.workspaceClaim = "https://mneme.example.org/workspace"
        rules.userClaim = "email"
        store.put(WorkspaceMember(userID: user, role: .viewer), as: "ada@example.org", in: workspace)
        let mapped: [String: JSONValue] = [
            "https://mneme.example.org/workspace": .string(workspace.description), "email": .string("ada@example.org"),
        ]
        var claims = claims
        claims["workspace_id"] = nil
        let principal = try await authenticator(rules).principal(
            bearer: try maker.token(claims.merging(mapped) { $1 })
        )
        #expect(principal.role == .viewer)
    }

    @Test func aPersonWhoIsRemovedIsRefusedWithinASecond() async throws {
        let authenticator = authenticator()
        let text = try maker.token(claims)
        #expect(await code(text, authenticator) == nil)
        store.put(WorkspaceMember?.none, as: "ada", in: workspace)
        advance(1)
        #expect(await code(text, authenticator) == .refusedCredential)
    }

    @Test func aPersonWhoIsNotThereIsAddedOnlyWhereThatIsConfigured() async throws {
        let text = try maker.token(TokenMaker.claims(workspace, "grace", at: clock.now))
        #expect(await code(text, authenticator()) == .refusedCredential)
        var rules = TokenMaker.rules
        rules.provisionsUsers = true
        let principal = try await authenticator(rules).principal(bearer: text)
        #expect(principal.role == .member)
        #expect(await code(text, authenticator()) == nil)
    }

    @Test func aStoreThatFailsIsToldAndNotTakenForARefusal() async throws {
        store.fail(with: StoreError(.overloaded, "no connection"))
        #expect(await code(try maker.token(claims), authenticator()) == .unavailable)
    }

    // MARK: Keys

    @Test func aFloodOfUnknownKeysCausesOneFetchAMinute() async throws {
        let authenticator = authenticator()
        let good = try maker.token(claims)
        for second in 0..<600 {
            for number in 0..<5 {
                var header = TokenMaker.header(.ed25519)
                header["kid"] = .string("unknown-\(second)-\(number)")
                #expect(await code(try maker.token(claims, header: header), authenticator) == .refusedCredential)
            }
            #expect(keySet.fetches <= second / 60 + 1)
            advance(1)
        }
        #expect(keySet.fetches == 10)
        _ = await code(good, authenticator)
    }

    @Test func aRemovedKeyIsDeadWithinAMinuteAndANewOneAlive() async throws {
        let authenticator = authenticator()
        let old = try maker.token(claims, signer: .rsa)
        let new = try maker.token(claims, signer: .p256)
        keySet.publish(try maker.keySet([.rsa]))
        #expect(await code(old, authenticator) == nil)
        #expect(await code(new, authenticator) == .refusedCredential)
        keySet.publish(try maker.keySet([.p256]))
        advance(60)
        #expect(await code(old, authenticator) == .refusedCredential)
        #expect(await code(new, authenticator) == nil)
    }

    @Test func aKeyReplacedUnderItsIDVerifiesOnlyTheNewOnesTokens() async throws {
        let authenticator = authenticator()
        let other = try TokenMaker()
        let old = try maker.token(claims)
        #expect(await code(old, authenticator) == nil)
        keySet.publish(try other.keySet())
        advance(60)
        #expect(await code(old, authenticator) == .refusedCredential)
        #expect(await code(try other.token(claims), authenticator) == nil)
    }

    @Test func whileTheSourceFailsTheLastGoodSetIsUsedForADay() async throws {
        let authenticator = authenticator()
        func fresh() throws -> String { try maker.token(claims) }
        #expect(await code(try fresh(), authenticator) == nil)
        for bad in [nil, Array("<html>".utf8), Array("{}".utf8), Array(#"{"keys":{}}"#.utf8)] {
            keySet.publish(bad)
            advance(700)
            #expect(await code(try fresh(), authenticator) == nil)
        }
        // Fetches grow rarer, up to one in ten minutes.
        keySet.publish(nil)
        let before = keySet.fetches
        for _ in 0..<120 {
            advance(30)
            _ = await code(try fresh(), authenticator)
        }
        await settle { keySet.fetches > before }
        #expect(keySet.fetches - before <= 8)
        for _ in 0..<145 {
            advance(600)
            _ = await code(try fresh(), authenticator)
        }
        #expect(await code(try fresh(), authenticator) == .unavailable)
        keySet.publish(try maker.keySet())
        advance(600)
        _ = await code(try fresh(), authenticator)
        try await settle { await code(try maker.token(claims), authenticator) == nil }
    }

    @Test func aSetThatIsEmptiedClosesEveryDoor() async throws {
        let authenticator = authenticator()
        #expect(await code(try maker.token(claims), authenticator) == nil)
        keySet.publish(try TokenMaker.keySet(of: []))
        advance(60)
        #expect(await code(try maker.token(claims), authenticator) == .refusedCredential)
    }

    @Test func withoutAnySetTokensCannotBeJudged() async throws {
        keySet.publish(nil)
        let authenticator = authenticator()
        #expect(await code(try maker.token(claims), authenticator) == .unavailable)
        #expect(await code(try maker.token(claims), authenticator) == .unavailable)
        #expect(keySet.fetches == 1)
        keySet.publish(try maker.keySet())
        advance(1)
        #expect(await code(try maker.token(claims), authenticator) == nil)
    }

    @Test func manyAtOnceFetchOnce() async throws {
        let authenticator = authenticator()
        let text = try maker.token(claims)
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<100 { group.addTask { await code(text, authenticator) == nil } }
            for await isGood in group { #expect(isGood) }
        }
        #expect(keySet.fetches == 1)
    }

    @Test func keysThatAreNotOursAreLeftOut() async throws {
        let good = try maker.jwk(.ed25519)
        var changes: [(String, JSONValue?)] = [
            ("alg", nil), ("alg", .string("RS256")), ("alg", .string("HS256")), ("alg", .integer(1)),
            ("use", .string("enc")), ("use", .integer(1)), ("key_ops", .array([.string("sign")])),
            ("key_ops", .string("verify")), ("kty", .string("oct")), ("kty", nil), ("crv", .string("X25519")),
            ("crv", nil), ("x", .string("AA")), ("x", nil), ("d", .string("AA")), ("k", .string("AA")), ("kid", nil),
            ("kid", .string("")),
        ]
        changes.append(("x", .string("!")))
        for (name, value) in changes {
            var key = good
            key[name] = value
            keySet.publish(try TokenMaker.keySet(of: [key]))
            let code = await code(try maker.token(claims), authenticator())
            #expect(code == .refusedCredential, "\(name) \(String(describing: value))")
        }
        // Two keys under one id: which is meant?
        keySet.publish(try TokenMaker.keySet(of: [good, try maker.jwk(.p256, id: TokenMaker.Signer.ed25519.keyID)]))
        #expect(await code(try maker.token(claims), authenticator()) == .refusedCredential)
        // An algorithm that the operator did not allow.
        keySet.publish(try maker.keySet())
        var rules = TokenMaker.rules
        rules.algorithms = [.rs256]
        #expect(await code(try maker.token(claims), authenticator(rules)) == .refusedCredential)
        #expect(await code(try maker.token(claims, signer: .rsa), authenticator(rules)) == nil)
    }

    @Test func aKeyWithoutAlgorithmIsTakenOnlyWhereThatIsConfigured() async throws {
        var rules = TokenMaker.rules
        rules.takesKeysWithoutAlgorithm = true
        for signer in TokenMaker.Signer.allCases {
            var key = try maker.jwk(signer)
            key["alg"] = nil
            keySet.publish(try TokenMaker.keySet(of: [key]))
            let text = try maker.token(claims, signer: signer)
            #expect(await code(text, authenticator()) == .refusedCredential)
            #expect(await code(text, authenticator(rules)) == nil)
        }
    }

    /// Waits until something that goes on beside has happened.
    private func settle(_ isDone: () async throws -> Bool) async rethrows {
        while try await !isDone() { await Task.yield() }
    }
}
