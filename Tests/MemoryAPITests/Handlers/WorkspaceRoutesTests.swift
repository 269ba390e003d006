import HTTPTypes
import MemoryAPI
import MemoryAPITestSupport
import MemoryModel
import Testing

struct WorkspaceRoutesTests {
    @Test func aKeyIsShownOnceWorksAndIsRevoked() async throws {
        try await TestService().run { caller in
            let made = try await caller.post("/v1/keys", #"{"name":"reader","scopes":["agents:read"]}"#)
            let secret = made.string("secret")
            #expect(secret.hasPrefix("mn_"))
            let reader = caller.with(secret)
            #expect(try await reader.get("/v1/workspace").status == 200)
            #expect(try await reader.get("/v1/items").status == 403)
            let listed = try await caller.get("/v1/keys")
            #expect(!listed.text.contains(secret))
            #expect(listed["keys"].elements.contains { $0["name"] == .string("reader") })
            #expect(try await caller.send(.delete, "/v1/keys/\(made["key"]["id"].text)").status == 200)
            let refused = try await reader.get("/v1/workspace")
            #expect(refused.status == 401)
            #expect(refused.code == "invalid_credential")
        }
    }

    @Test func aKeyCannotBeGivenMoreThanItsMakerHas() async throws {
        let service = try await TestService()
        let limited = try await service.key([.keysManage, .itemsRead])
        try await service.run { caller in
            let more = try await caller.with(limited).send(.post, "/v1/keys", #"{"name":"x","scopes":["items:write"]}"#)
            #expect(more.status == 403)
            let same = try await caller.with(limited).send(.post, "/v1/keys", #"{"name":"x","scopes":["items:read"]}"#)
            #expect(same.status == 201)
        }
    }

    @Test func agentsAreChangedAndDeleted() async throws {
        try await TestService().run { caller in
            let samples = try await Samples.make(caller)
            let path = "/v1/agents/\(samples.ids["agent_id"] ?? "")"
            let patched = try await caller.send(.patch, path, #"{"status":"busy","metadata":{"model":"m"}}"#)
            #expect(patched.string("status") == "busy")
            #expect(patched.string("name") == "scout")
            #expect(try await caller.send(.delete, path).status == 200)
            #expect(try await caller.get(path).status == 404)
            #expect(try await caller.get("/v1/items/\(samples.ids["item_id"] ?? "")").status == 404)
        }
    }

    @Test func aMemberMakesAgentsOfItsOwnAlone() async throws {
        let service = try await TestService()
        try await service.run { caller in
            let user = try await caller.post("/v1/users", #"{"name":"Ada","email":"ada@example.org"}"#).string("id")
            let other = try await caller.post("/v1/users", #"{"name":"Bob"}"#).string("id")
            let key = try await service.key(Set(AccessScope.allCases), role: .member, user: Identifier(user))
            let member = caller.with(key)
            let own = try await member.post("/v1/agents", #"{"name":"mine"}"#)
            #expect(own.string("owner_id") == user)
            #expect(try await member.send(.post, "/v1/agents", #"{"name":"x","owner_id":"\#(other)"}"#).status == 403)
            let twice = try await caller.send(.post, "/v1/users", #"{"name":"Ada","email":"ada@example.org"}"#)
            #expect(twice.status == 409)
            #expect(twice.fields == ["/email"])
        }
    }

    @Test func groupsHaveMembers() async throws {
        try await TestService().run { caller in
            let samples = try await Samples.make(caller)
            let path = "/v1/audiences/\(samples.ids["audience_id"] ?? "")/members"
            let user = samples.ids["user_id"] ?? ""
            let set = try await caller.send(.put, path, #"{"members":[{"user_id":"\#(user)"}]}"#)
            #expect(set.status == 200)
            #expect(try await caller.get(path)["members"].elements.map { $0["user_id"].text } == [user])
            let both = #"{"members":[{"user_id":"\#(user)","agent_id":"\#(user)"}]}"#
            #expect(try await caller.send(.put, path, both).fields == ["/members/0"])
        }
    }

    @Test func personalCollectionsAreMadeOnce() async throws {
        try await TestService().run { caller in
            let samples = try await Samples.make(caller)
            let agent = samples.ids["agent_id"] ?? ""
            let first = try await caller.post("/v1/collections", #"{"agent_id":"\#(agent)"}"#)
            let second = try await caller.post("/v1/collections", #"{"agent_id":"\#(agent)"}"#)
            #expect(first.string("id") == second.string("id"))
            #expect(try await caller.send(.post, "/v1/collections", "{}").fields == ["/name"])
            let mixed = try await caller.send(.post, "/v1/collections", #"{"agent_id":"\#(agent)","name":"x"}"#)
            #expect(mixed.fields == ["/name"])
        }
    }
}
