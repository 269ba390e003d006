import AccessControl
import AccessControlTestSupport
import HTTPTypes
import MemoryAPI
import MemoryAPITestSupport
import MemoryModel
import MemoryTestSupport
import PostgresStorage
import Testing

/// How long credentials live, over Postgres and as another API process sees them.
struct CredentialLifeTests {
    /// Another API process: its own cache over the same database.
    private static func process(_ service: ServiceUnderTest, _ instant: ManualInstant) throws -> Authenticator {
        Authenticator(
            store: service.database.credentials,
            pepper: service.pepper,
            now: { instant.now }
        )
    }

    private static func opens(_ key: String, _ authenticator: Authenticator) async -> Principal? {
        try? await authenticator.principal(bearer: key)
    }

    @Test func aRevokedKeyIsDeadInEveryProcessWithinASecond() async throws {
        try await ServiceUnderTest.run { service, caller in
            let instant = ManualInstant()
            let others = [try Self.process(service, instant), try Self.process(service, instant)]
            let made = try await caller.post("/v1/keys", #"{"name":"k","scopes":["items:read"]}"#)
            for other in others { #expect(await Self.opens(made.string("secret"), other) != nil) }
            #expect(try await caller.send(.delete, "/v1/keys/\(made["key"]["id"].text)").status == 200)
            #expect(try await caller.with(made.string("secret")).get("/v1/items").status == 401)
            instant.advance(by: .seconds(1))
            for other in others { #expect(await Self.opens(made.string("secret"), other) == nil) }
        }
    }

    @Test func aDemotionReachesKeysThatWereMadeBeforeIt() async throws {
        try await ServiceUnderTest.run { service, caller in
            let instant = ManualInstant()
            let other = try Self.process(service, instant)
            let invited = try await caller.post("/v1/invitations", #"{"name":"Ada","role":"admin"}"#)
            let accepted = try await caller.with(invited.string("secret")).post("/v1/invitations/accept", "{}")
            let secret = accepted.string("secret")
            #expect(await Self.opens(secret, other)?.role == .admin)
            let path = "/v1/users/\(invited["user"]["id"].text)"
            for role in [Role.member, .viewer] {
                let patched = try await caller.send(.patch, path, #"{"role":"\#(role.rawValue)"}"#)
                #expect(patched.status == 200)
                instant.advance(by: .seconds(1))
                let principal = await Self.opens(secret, other)
                #expect(principal?.role == role)
                #expect(principal?.scopes == role.grantableScopes)
            }
            #expect(try await caller.send(.delete, path).status == 200)
            instant.advance(by: .seconds(1))
            #expect(await Self.opens(secret, other) == nil)
        }
    }

    @Test func twoWhoAcceptOneInvitationAtOnceGetOneKey() async throws {
        try await ServiceUnderTest.run { _, caller in
            let invited = try await caller.post("/v1/invitations", #"{"name":"Ada"}"#)
            let guest = caller.with(invited.string("secret"))
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<8 { group.addTask { try await guest.send(.post, "/v1/invitations/accept", "{}").status } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(statuses.filter { $0 == 201 }.count == 1, "\(statuses)")
            #expect(statuses.allSatisfy { [201, 401, 409].contains($0) }, "\(statuses)")
        }
    }

    @Test func aTokensPersonIsFoundInItsOwnWorkspaceAlone() async throws {
        try await ServiceUnderTest.run { service, caller in
            let maker = try TokenMaker()
            func tokens(_ provisions: Bool) throws -> Authenticator {
                var rules = TokenMaker.rules
                rules.provisionsUsers = provisions
                return Authenticator(
                    store: service.database.credentials,
                    pepper: service.pepper,
                    tokens: TokenAuthentication(
                        rules: rules,
                        keys: ScriptedKeySet(try maker.keySet()),
                        store: service.database.credentials,
                        identifiers: service.database.identifiers,
                        clock: service.database.clock
                    )
                )
            }
            let mine = try #require(Identifier<Workspace>(try await caller.get("/v1/workspace").string("id")))
            let stranger = caller.with(service.stranger)
            let other = try #require(Identifier<Workspace>(try await stranger.get("/v1/workspace").string("id")))
            let named = try await caller.post("/v1/users", #"{"name":"Ada","external_id":"idp|ada"}"#).string("id")
            let plain = try await caller.post("/v1/users", #"{"name":"Bob","role":"viewer"}"#).string("id")
            func token(_ workspace: Identifier<Workspace>, _ subject: String) throws -> String {
                try maker.token(TokenMaker.claims(workspace, subject, at: service.database.clock.now))
            }
            let strict = try tokens(false)
            #expect(await Self.opens(try token(mine, "idp|ada"), strict)?.userID?.description == named)
            #expect(await Self.opens(try token(mine, plain), strict)?.role == .viewer)
            // By id only where there is no external id, and nowhere else than at home.
            for (workspace, subject) in [
                (mine, named), (other, "idp|ada"), (other, plain), (mine, "idp|eve"),
                (Identifier(high: 1, low: 1), plain),
            ] {
                #expect(await Self.opens(try token(workspace, subject), strict) == nil, "\(workspace) \(subject)")
            }
            let open = try tokens(true)
            let added = await Self.opens(try token(mine, "idp|eve"), open)
            #expect(added?.role == .member)
            #expect(await Self.opens(try token(mine, "idp|eve"), try tokens(true))?.userID == added?.userID)
            #expect(await Self.opens(try token(Identifier(high: 1, low: 1), "idp|eve"), open) == nil)
            let users = try await caller.get("/v1/users")["users"].elements
            #expect(users.filter { $0["external_id"] == .string("idp|eve") }.count == 1)
        }
    }
}
