import HTTPTypes
import MemoryAPI
import MemoryAPITestSupport
import MemoryModel
import Testing

struct ContextRoutesTests {
    @Test func aPackHoldsWhatWasWrittenAndExplainsItself() async throws {
        try await TestService().run { caller in
            let samples = try await Samples.make(caller)
            let agent = samples.ids["agent_id"] ?? ""
            let written = try await caller.post(
                "/v1/items",
                #"{"agent_id":"\#(agent)","content":"Deploys happen on Tuesdays at ten.","kind":"decision"}"#
            )
            let answer = try await caller.post(
                "/v1/context",
                #"""
                {"agent_id":"\#(agent)","query":"when do deploys happen","token_budget":500,
                 "thread_id":"\#(samples.ids["thread_id"] ?? "")","consistency_token":"\#(written.string("consistency_token"))"}
                """#
            )
            #expect(answer.status == 200)
            #expect(answer["rendered"]["text"].text.contains("Deploys happen on Tuesdays at ten."))
            #expect(answer["entries"].elements.contains { $0["item"]["id"].text == written.string("id") })
            #expect(answer["freshness"]["token_met"] == .bool(true))
            #expect(answer["degradations"] == .array([.string("no_embedding")]))
            #expect(answer["degraded"] == .bool(true))
            #expect(answer["timings_ms"]["total"] != .null)
            guard case .integer(let tokens) = answer["token_count"] else { throw Missing() }
            #expect((1...500).contains(tokens))
            let replay = try await caller.get("/v1/context/\(answer.string("id"))")
            #expect(replay.status == 200)
            #expect(replay["rendered"] == answer["rendered"])
            #expect(replay["identical"] == .bool(true))
            _ = try await caller.send(.delete, "/v1/items/\(written.string("id"))")
            let erased = try await caller.get("/v1/context/\(answer.string("id"))")
            #expect(erased["identical"] == .bool(false))
            #expect(erased["missing_items"].elements.map { $0["item_id"].text } == [written.string("id")])
        }
    }

    private struct Missing: Error {}

    @Test(arguments: ["text", "xml", "openai", "anthropic"])
    func everyFormatHasItsShape(format: String) async throws {
        try await TestService().run { caller in
            let samples = try await Samples.make(caller)
            let answer = try await caller.post(
                "/v1/context",
                #"{"agent_id":"\#(samples.ids["agent_id"] ?? "")","query":"tea at four","format":"\#(format)"}"#
            )
            let rendered = answer["rendered"]
            #expect((rendered["text"] != .null) == ["text", "xml"].contains(format))
            #expect((rendered["messages"] != .null) == (format == "openai"))
            #expect((rendered["content"] != .null) == (format == "anthropic"))
        }
    }

    @Test(arguments: [
        (#"{"token_budget":-1}"#, "/token_budget"), (#"{"token_budget":0}"#, "/token_budget"),
        (#"{"token_budget":1e300}"#, "/token_budget"), (#"{"tokenizer":"words"}"#, "/tokenizer"),
        (#"{"fork_id":"0193f000-0000-7000-8000-000000000001"}"#, "/thread_id"),
        (#"{"filter":{"kinds":["x"]}}"#, "/filter/kinds/0"), (#"{"filter":{"colour":1}}"#, "/filter/colour"),
        (#"{"consistency_token":"x"}"#, "/consistency_token"), (#"{"collection_ids":[]}"#, "/collection_ids"),
        (#"{"as_of":"now"}"#, "/as_of"), (#"{"recent_messages":100000}"#, "/recent_messages"),
    ])
    func aQueryAtFaultIsRefusedByField(body: String, field: String) async throws {
        try await TestService().run { caller in
            let answer = try await caller.send(.post, "/v1/context", body)
            #expect(answer.status == 400)
            #expect(answer.fields == [field])
        }
    }

    @Test func aQueryTextThatIsTooLongIsRefusedByField() async throws {
        try await TestService().run { caller in
            let text = String(repeating: "x", count: 100_000)
            let long = try await caller.send(.post, "/v1/context", #"{"query":"\#(text)"}"#)
            #expect(long.fields == ["/query"])
            let empty = try await caller.post("/v1/context", #"{"query":""}"#)
            #expect(empty.status == 200)
        }
    }

    @Test func packsOfAnotherWorkspaceAreNotThere() async throws {
        let service = try await TestService()
        try await service.run { [stranger = service.stranger] caller in
            let id = try await caller.post("/v1/context", #"{"query":"tea"}"#).string("id")
            let foreign = try await caller.with(stranger).get("/v1/context/\(id)")
            let missing = try await caller.with(stranger).get("/v1/context/0193f000-0000-7000-8000-000000000001")
            #expect(foreign.status == 404)
            #expect(foreign.withoutRequestID == missing.withoutRequestID)
        }
    }

    @Test func searchesFindAndMarkWords() async throws {
        try await TestService().run { caller in
            let samples = try await Samples.make(caller)
            let thread = "/v1/threads/\(samples.ids["thread_id"] ?? "")/messages"
            for content in ["The <b>kettle</b> is on", "no word of it here"] {
                _ = try await caller.post(thread, #"{"content":"\#(content)","author":"Ada","author_type":"human"}"#)
            }
            let messages = try await caller.get("/v1/search/messages?q=kettle")
            #expect(messages["messages"].elements.count == 1)
            #expect(
                messages["messages"].elements.first?["html"]
                    == .string("The &lt;b&gt;<mark>kettle</mark>&lt;/b&gt; is on")
            )
            #expect(
                messages["messages"].elements.first?["highlights"] == .array([.array([.integer(7), .integer(13)])])
            )
            let items = try await caller.get("/v1/search/items?q=tea&agent_id=\(samples.ids["agent_id"] ?? "")")
            #expect(items["items"].elements.map { $0["item"]["id"].text } == [samples.ids["item_id"] ?? ""])
            #expect(items["freshness"]["lexical_current"] == .bool(true))
        }
    }

    @Test(arguments: [
        ("messages", "", "q"), ("messages", "q=", "q"), ("messages", "q=%20", "q"), ("items", "q=%20", "q"),
        ("items", "", "q"), ("messages", "q=a&limit=101", "limit"), ("messages", "q=a&author_type=dog", "author_type"),
        ("messages", "q=a&from=x", "from"), ("items", "q=a&kind=x", "kind"), ("messages", "q=a&z=1", "z"),
    ])
    func aSearchAtFaultIsRefusedByParameter(kind: String, query: String, field: String) async throws {
        try await TestService().run { caller in
            let answer = try await caller.get("/v1/search/\(kind)?\(query)")
            #expect(answer.status == 400)
            #expect(answer.fields == [field])
        }
    }
}
