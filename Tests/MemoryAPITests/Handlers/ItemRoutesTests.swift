import HTTPTypes
import MemoryAPI
import MemoryAPITestSupport
import MemoryModel
import MemoryTestSupport
import Testing

struct ItemRoutesTests {
    private func agent(_ caller: Caller) async throws -> String {
        try await caller.post("/v1/agents", #"{"name":"scout"}"#).string("id")
    }

    @Test func anItemIsCreatedAndReadBack() async throws {
        try await TestService().run { caller in
            let agent = try await agent(caller)
            let created = try await caller.post(
                "/v1/items",
                #"""
                {"agent_id":"\#(agent)","content":"Deploys happen on Tuesdays.","kind":"decision","tags":["ops","deploy","ops"],
                 "scope":{"kind":"task","id":"T-1"},"source":"claude-code","importance":0.8,"pinned":true,
                 "provenance":{"url":"https://example.org/x"},"metadata":{"a":[1,null]},"expires_at":"2027-01-01T00:00:00Z"}
                """#
            )
            #expect(created.status == 201)
            #expect(created.headers[.eTag] == "\"1\"")
            #expect(!created.string("consistency_token").isEmpty)
            #expect(created.headers[.token] == created.string("consistency_token"))
            let read = try await caller.get("/v1/items/\(created.string("id"))")
            #expect(read.status == 200)
            #expect(read.string("content") == "Deploys happen on Tuesdays.")
            #expect(read["tags"] == .array([.string("deploy"), .string("ops")]))
            #expect(read["scope"] == .object(["kind": .string("task"), "id": .string("T-1")]))
            #expect(read["metadata"] == .object(["a": .array([.integer(1), .null])]))
            #expect(read.string("trust") == "operator")
            #expect(read["pinned"] == .bool(true))
            #expect(read["superseded_by"] == .null)
            #expect(read.string("content_hash").count == 64)
        }
    }

    @Test func aClientsOwnIdMakesCreationSafeToRepeat() async throws {
        try await TestService().run { caller in
            let agent = try await agent(caller)
            let id = "0193f000-0000-7000-8000-0000000000aa"
            let body = #"{"id":"\#(id)","agent_id":"\#(agent)","content":"one"}"#
            #expect(try await caller.post("/v1/items", body).status == 201)
            #expect(try await caller.post("/v1/items", body).status == 200)
            let other = try await caller.send(
                .post,
                "/v1/items",
                #"{"id":"\#(id)","agent_id":"\#(agent)","content":"two"}"#
            )
            #expect(other.status == 409)
            #expect(other.fields == ["/id"])
        }
    }

    @Test func aBatchIsAllOrNothingAndNamesTheElementAtFault() async throws {
        try await TestService().run { caller in
            let agent = try await agent(caller)
            let good = #"{"agent_id":"\#(agent)","content":"x"}"#
            let stored = try await caller.post("/v1/items/batch", #"{"items":[\#(good),\#(good)]}"#)
            #expect(stored.status == 201)
            #expect(stored["items"].elements.count == 2)
            let bad = try await caller.send(
                .post,
                "/v1/items/batch",
                #"{"items":[\#(good),{"content":""},{"contents":"x"}]}"#
            )
            #expect(bad.status == 400)
            #expect(bad.fields == ["/items/1/content", "/items/2/content", "/items/2/contents"])
            let many = Array(repeating: good, count: 1001).joined(separator: ",")
            let tooMany = try await caller.send(.post, "/v1/items/batch", "{\"items\":[\(many)]}")
            #expect(tooMany.status == 400)
            #expect(tooMany.fields == ["/items"])
            #expect(try await caller.get("/v1/items")["items"].elements.count == 2)
        }
    }

    @Test func newContentMakesAVersionAndOldOnesStayReadable() async throws {
        let service = try await TestService()
        try await service.run { [clock = service.clock] caller in
            let agent = try await agent(caller)
            let created = try await caller.post("/v1/items", #"{"agent_id":"\#(agent)","content":"four"}"#)
            let path = "/v1/items/\(created.string("id"))"
            clock.advance(bySeconds: 60)
            let patched = try await caller.send(.patch, path, #"{"content":"five"}"#, headers: [.ifMatch: "\"1\""])
            #expect(patched.status == 200)
            #expect(patched["version"] == .integer(2))
            #expect(patched.headers[.eTag] == "\"2\"")
            let stale = try await caller.send(.patch, path, #"{"content":"six"}"#, headers: [.ifMatch: "\"1\""])
            #expect(stale.status == 412)
            #expect(stale.code == "version_mismatch")
            #expect(try await caller.send(.patch, path, "{}", headers: [.ifMatch: "one"]).fields == ["If-Match"])
            #expect(try await caller.get(path + "?version=1").string("content") == "four")
            #expect(try await caller.get(path + "?as_of=2026-03-02T09:00:30Z").string("content") == "four")
            #expect(try await caller.get(path + "?as_of=2026-03-02T09:01:30Z").string("content") == "five")
            #expect(try await caller.get(path + "?as_of=2020-01-01T00:00:00Z").status == 404)
            #expect(try await caller.get(path + "?version=9").status == 404)
            #expect(try await caller.get(path + "?version=1&as_of=2020-01-01T00:00:00Z").fields == ["as_of"])
            #expect(try await caller.get(path + "/versions")["versions"].elements.count == 2)
            #expect(try await caller.send(.get, path, headers: [.ifNoneMatch: "\"2\""]).status == 304)
            #expect(try await caller.send(.get, path, headers: [.ifNoneMatch: "\"1\""]).status == 200)
        }
    }

    @Test func anItemIsSupersededPinnedAndDeleted() async throws {
        try await TestService().run { caller in
            let agent = try await agent(caller)
            let old = try await caller.post("/v1/items", #"{"agent_id":"\#(agent)","content":"we use MySQL"}"#).string(
                "id"
            )
            let pinned = try await caller.send(.put, "/v1/items/\(old)/pin")
            #expect(pinned["pinned"] == .bool(true))
            #expect(try await caller.send(.delete, "/v1/items/\(old)/pin")["pinned"] == .bool(false))
            let answer = try await caller.post("/v1/items/\(old)/supersede", #"{"content":"we use Postgres"}"#)
            #expect(answer.status == 201)
            let new = answer["replacement"]["id"].text
            #expect(answer["replaced"]["superseded_by"] == .string(new))
            #expect(answer["replaced"]["state"] == .string("superseded"))
            let deleted = try await caller.send(.delete, "/v1/items/\(new)")
            #expect(deleted["deleted"] == .bool(true))
            #expect(!deleted.string("consistency_token").isEmpty)
            #expect(try await caller.get("/v1/items/\(new)").status == 404)
            #expect(try await caller.send(.delete, "/v1/items/\(new)").status == 404)
        }
    }

    @Test func listsAreFilteredByWhatItemsAre() async throws {
        try await TestService().run { caller in
            let agent = try await agent(caller)
            for (content, kind, tag) in [("a", "fact", "x"), ("b", "fact", "y"), ("c", "decision", "x")] {
                _ = try await caller.post(
                    "/v1/items",
                    #"{"agent_id":"\#(agent)","content":"\#(content)","kind":"\#(kind)","tags":["\#(tag)"]}"#
                )
            }
            func contents(_ query: String) async throws -> Set<String> {
                Set(try await caller.get("/v1/items?" + query)["items"].elements.map { $0["content"].text })
            }
            #expect(try await contents("kind=fact") == ["a", "b"])
            #expect(try await contents("kind=fact&kind=decision") == ["a", "b", "c"])
            #expect(try await contents("kind=fact&tag=x") == ["a"])
            #expect(try await contents("scope=global&pinned=false") == ["a", "b", "c"])
            #expect(try await contents("state=superseded") == [])
            for (query, field) in [
                ("kind=nonsense", "kind"), ("limit=0", "limit"), ("limit=1001", "limit"), ("limit=x", "limit"),
                ("pinned=yes", "pinned"), ("unknown=1", "unknown"), ("scope=thread:x", "scope"),
                ("created_from=yesterday", "created_from"), ("pinned=true&pinned=false", "pinned"),
                ("collection_id=1", "collection_id"),
            ] {
                let answer = try await caller.get("/v1/items?" + query)
                #expect(answer.status == 400, "\(query)")
                #expect(answer.fields == [field], "\(query)")
            }
        }
    }

    @Test func anItemNeedsExactlyOneCollection() async throws {
        try await TestService().run { caller in
            let agent = try await agent(caller)
            let two = try await caller.send(
                .post,
                "/v1/items",
                #"{"agent_id":"\#(agent)","user_id":"\#(agent)","content":"x"}"#
            )
            #expect(two.status == 400)
            #expect(two.fields == ["/collection_id"])
            let nobody = try await caller.send(.post, "/v1/items", #"{"content":"x"}"#)
            #expect(nobody.status == 400)
        }
    }
}
