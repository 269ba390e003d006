import HTTPTypes
import MemoryAPI
import MemoryAPITestSupport
import MemoryModel
import Testing

struct RepeatedWriteTests {
    @Test func aRepeatedWriteIsDoneOnceAndAnsweredAlike() async throws {
        try await TestService().run { caller in
            let agent = try await caller.post("/v1/agents", #"{"name":"scout"}"#).string("id")
            let body = #"{"agent_id":"\#(agent)","content":"once"}"#
            let first = try await caller.send(.post, "/v1/items", body, headers: [.idempotency: "k-1"])
            let second = try await caller.send(.post, "/v1/items", body, headers: [.idempotency: "k-1"])
            #expect(first.status == 201)
            #expect(second.status == 201)
            #expect(first.headers[.replayed] == nil)
            #expect(second.headers[.replayed] == "true")
            #expect(second.headers[.eTag] == first.headers[.eTag])
            #expect(first.string("id") == second.string("id"))
            #expect(first.bytes == second.bytes)
            #expect(try await caller.get("/v1/items")["items"].elements.count == 1)
        }
    }

    @Test func aKeyOfAnotherRequestIs422() async throws {
        try await TestService().run { caller in
            let headers: HTTPFields = [.idempotency: "k-1"]
            #expect(try await caller.send(.post, "/v1/agents", #"{"name":"a"}"#, headers: headers).status == 201)
            for (path, body) in [("/v1/agents", #"{"name":"b"}"#), ("/v1/channels", #"{"name":"a"}"#)] {
                let answer = try await caller.send(.post, path, body, headers: headers)
                #expect(answer.status == 422)
                #expect(answer.code == "idempotency_key_reused")
            }
        }
    }

    @Test func aFailedWriteMayBeTriedAgainUnderItsKey() async throws {
        try await TestService().run { caller in
            let headers: HTTPFields = [.idempotency: "k-2"]
            let id = "0193f000-0000-7000-8000-0000000000ab"
            let body = #"{"content":"x","agent_id":"\#(id)"}"#
            #expect(try await caller.send(.post, "/v1/items", body, headers: headers).status == 404)
            _ = try await caller.post("/v1/agents", #"{"name":"late","id":"\#(id)"}"#)
            #expect(try await caller.send(.post, "/v1/items", body, headers: headers).status == 201)
        }
    }

    @Test func keysOfDifferentPrincipalsAreApart() async throws {
        let service = try await TestService()
        let other = try await service.key(Set(AccessScope.allCases))
        try await service.run { caller in
            let headers: HTTPFields = [.idempotency: "k-3"]
            #expect(try await caller.send(.post, "/v1/channels", #"{"name":"a"}"#, headers: headers).status == 201)
            let answer = try await caller.with(other).send(.post, "/v1/channels", #"{"name":"b"}"#, headers: headers)
            #expect(answer.status == 201)
        }
    }

    @Test func theAnswerThatHoldsASecretIsNeverKept() async throws {
        try await TestService().run { caller in
            let headers: HTTPFields = [.idempotency: "k-4"]
            let body = #"{"name":"k","scopes":["items:read"]}"#
            let first = try await caller.send(.post, "/v1/keys", body, headers: headers)
            let second = try await caller.send(.post, "/v1/keys", body, headers: headers)
            #expect(first.status == 201)
            #expect(second.headers[.replayed] == nil)
            #expect(first.string("secret") != second.string("secret"))
        }
    }

    @Test(arguments: ["", String(repeating: "k", count: 256)])
    func keysHaveALength(key: String) async throws {
        try await TestService().run { caller in
            let answer = try await caller.send(.post, "/v1/channels", #"{"name":"a"}"#, headers: [.idempotency: key])
            #expect(answer.status == 400)
            #expect(answer.fields == ["Idempotency-Key"])
        }
    }

    @Test func waitingForTheIndexSaysWhetherItWasMet() async throws {
        try await TestService().run { caller in
            let agent = try await caller.post("/v1/agents", #"{"name":"scout"}"#).string("id")
            let waited = try await caller.post("/v1/items?wait=indexed", #"{"agent_id":"\#(agent)","content":"x"}"#)
            #expect(waited["indexed"] == .bool(true))
            let plain = try await caller.post("/v1/items", #"{"agent_id":"\#(agent)","content":"y"}"#)
            #expect(plain["indexed"] == .null)
            let wrong = try await caller.send(.post, "/v1/items?wait=long", #"{"content":"y"}"#)
            #expect(wrong.fields == ["wait"])
        }
    }

    @Test func tokensAreTakenBackInTheirWorkspaceAlone() async throws {
        let service = try await TestService()
        try await service.run { [stranger = service.stranger] caller in
            let agent = try await caller.post("/v1/agents", #"{"name":"scout"}"#).string("id")
            let token = try await caller.post("/v1/items", #"{"agent_id":"\#(agent)","content":"x"}"#)
                .string("consistency_token")
            #expect(try await caller.get("/v1/items?consistency_token=\(token)").status == 200)
            #expect(try await caller.send(.get, "/v1/items", headers: [.token: token]).status == 200)
            let foreign = try await caller.with(stranger).get("/v1/items?consistency_token=\(token)")
            #expect(foreign.status == 400)
            #expect(foreign.code == "invalid_token")
            #expect(foreign.fields == ["consistency_token"])
            for tampered in [String(token.dropLast()), token + "A", "", "x"] {
                #expect(try await caller.send(.get, "/v1/items", headers: [.token: tampered]).status == 400)
            }
        }
    }
}
