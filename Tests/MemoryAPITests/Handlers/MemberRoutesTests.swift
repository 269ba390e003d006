import AccessControl
import HTTPTypes
import MemoryAPI
import MemoryAPITestSupport
import MemoryModel
import MemoryTestSupport
import Testing

/// Workspaces, people, invitations and the rotation of keys.
struct MemberRoutesTests {
    @Test func theOperatorMakesWorkspacesAndReachesIntoNone() async throws {
        let key = "an operator's key of 32 characters or more"
        let service = try await TestService(operatorKey: key)
        try await service.run { [routes = service.service.table.routes] caller in
            let made = try await caller.with(key).post("/v1/workspaces", #"{"name":"Acme","language":"german"}"#)
            let admin = caller.with(made.string("secret"))
            let workspace = try await admin.get("/v1/workspace")
            #expect(workspace.string("id") == made["workspace"]["id"].text)
            #expect(workspace.string("language") == "german")
            #expect(workspace.string("id") != service.workspace.description)
            #expect(try await admin.post("/v1/users", #"{"name":"Ada"}"#).status == 201)
            #expect(try await admin.send(.post, "/v1/workspaces", #"{"name":"x"}"#).status == 403)
            for route in routes where route.access.scope != nil && route.pattern != "/v1/workspaces" {
                let path = route.pattern.replacing(/\{[a-z_]+\}/, with: workspace.string("id"))
                let answer = try await caller.with(key).send(route.method, path, route.body == nil ? nil : "{}")
                #expect(answer.status == 403, "\(route.name)")
            }
            #expect(try await caller.with(key + "x").send(.post, "/v1/workspaces", #"{"name":"x"}"#).status == 401)
            let klingon = try await caller.with(key).send(.post, "/v1/workspaces", #"{"name":"x","language":"tlh"}"#)
            #expect(klingon.fields == ["/language"])
        }
    }

    @Test func aWorkspaceIsRenamedAndDeletedByItsIDAlone() async throws {
        let service = try await TestService()
        try await service.run { caller in
            let renamed = try await caller.send(.patch, "/v1/workspace", #"{"name":"Larder"}"#)
            #expect(renamed.string("name") == "Larder")
            for query in ["", "?confirm=x", "?confirm=\(service.otherWorkspace)"] {
                let refused = try await caller.send(.delete, "/v1/workspace\(query)")
                #expect(refused.status == 400)
                #expect(refused.fields == ["confirm"])
            }
            let deleted = try await caller.send(.delete, "/v1/workspace?confirm=\(service.workspace)")
            #expect(deleted.status == 200)
            #expect(try await caller.get("/v1/items").status != 200)
            #expect(try await caller.with(service.stranger).get("/v1/workspace").status == 200)
        }
    }

    @Test func aPersonIsChangedAndRemoved() async throws {
        let service = try await TestService()
        try await service.run { caller in
            let body = #"{"name":"Ada","email":"ada@example.org","external_id":"idp|ada"}"#
            let user = try await caller.post("/v1/users", body)
            #expect(user.string("external_id") == "idp|ada")
            let path = "/v1/users/\(user.string("id"))"
            let taken = try await caller.send(.post, "/v1/users", #"{"name":"Eve","external_id":"idp|ada"}"#)
            #expect(taken.status == 409)
            #expect(taken.fields == ["/external_id"])
            let patch = #"{"name":"Ada L.","role":"viewer","email":null,"external_id":"idp|al"}"#
            let changed = try await caller.send(.patch, path, patch)
            #expect(changed.string("name") == "Ada L.")
            #expect(changed.string("role") == "viewer")
            #expect(changed["email"] == .null)
            #expect(changed.string("external_id") == "idp|al")
            let key = try await service.key([.agentsRead], role: .member, user: Identifier(user.string("id")))
            #expect(try await caller.with(key).get("/v1/workspace").status == 200)
            #expect(try await caller.send(.delete, path).status == 200)
            #expect(try await caller.get(path).status == 404)
            #expect(try await caller.send(.delete, path).status == 404)
        }
    }

    @Test func anInvitationIsExchangedOnceForAKeyOfTheRole() async throws {
        let service = try await TestService()
        try await service.run { caller in
            let invited = try await caller.post("/v1/invitations", #"{"name":"Grace","role":"viewer"}"#)
            let guest = caller.with(invited.string("secret"))
            #expect(try await guest.get("/v1/items").status == 403)
            let accepted = try await guest.send(.post, "/v1/invitations/accept")
            #expect(accepted.status == 201)
            #expect(accepted["key"]["user_id"] == invited["user"]["id"])
            #expect(accepted["key"]["role"] == .string("viewer"))
            let person = caller.with(accepted.string("secret"))
            #expect(try await person.get("/v1/items").status == 200)
            #expect(try await person.send(.post, "/v1/channels", #"{"name":"x"}"#).status == 403)
            #expect(try await person.send(.post, "/v1/invitations/accept").status == 403)
            #expect(try await guest.send(.post, "/v1/invitations/accept").status == 401)
            // Nobody gives an invitation's scope away.
            let scopes = #"{"name":"x","scopes":["invitation:accept"]}"#
            #expect(try await caller.send(.post, "/v1/keys", scopes).status == 403)
        }
    }

    @Test func anInvitationThatIsTooOldOpensNothing() async throws {
        let service = try await TestService()
        try await service.run { caller in
            let invited = try await caller.post("/v1/invitations", #"{"name":"Grace"}"#)
            service.clock.advance(bySeconds: 7 * 86_400)
            let guest = caller.with(invited.string("secret"))
            #expect(try await guest.send(.post, "/v1/invitations/accept").status == 401)
        }
    }

    @Test func aRotatedKeyCanDoTheSameAndTheOldOneGoesOnForAWhile() async throws {
        let service = try await TestService()
        try await service.run { caller in
            let old = try await caller.post("/v1/keys", #"{"name":"reader","scopes":["items:read"]}"#)
            let path = "/v1/keys/\(old["key"]["id"].text)"
            let new = try await caller.send(.post, "\(path)/rotate", #"{"overlap_seconds":60}"#)
            #expect(new.status == 201)
            for name in ["name", "scopes", "role", "user_id", "agent_id", "expires_at"] {
                #expect(new["key"][name] == old["key"][name], "\(name)")
            }
            for secret in [old.string("secret"), new.string("secret")] {
                #expect(try await caller.with(secret).get("/v1/items").status == 200)
                #expect(try await caller.with(secret).get("/v1/keys").status == 403)
            }
            #expect(try await caller.get(path)["expires_at"] != .null)
            let at = try await caller.send(.post, "\(path)/rotate", #"{"overlap_seconds":0}"#)
            #expect(at.status == 201)
            #expect(try await caller.with(old.string("secret")).get("/v1/items").status == 401)
            let again = try await caller.send(.post, "\(path)/rotate")
            #expect(again.status == 409)
            let long = try await caller.send(.post, "\(path)/rotate", #"{"overlap_seconds":99999999}"#)
            #expect(long.fields == ["/overlap_seconds"])
        }
    }
}
