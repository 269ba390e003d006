import HTTPTypes
import MemoryAPI
import MemoryAPITestSupport
import MemoryModel
import MemoryTestSupport
import Testing

/// What is written is found again, over HTTP and Postgres.
struct WritingAndAskingTests {
    /// Makes an agent and writes its items; returns the agent and the last answer.
    private static func remember(_ texts: [String], _ caller: Caller) async throws -> (agent: String, last: Answer) {
        let agent = try await caller.post("/v1/agents", #"{"name":"scout"}"#).string("id")
        var last = try await caller.get("/v1/agents")
        for text in texts {
            last = try await caller.post("/v1/items", #"{"agent_id":"\#(agent)","content":"\#(text)"}"#)
        }
        return (agent, last)
    }

    private static func contents(_ pack: Answer) -> [String] {
        pack["entries"].elements.map { $0["item"]["content"].text }
    }

    @Test func aQueryWithTheTokenOfAWriteSeesItAtOnce() async throws {
        try await ServiceUnderTest.run { _, caller in
            let agent = try await Self.remember([], caller).agent
            for round in 0..<20 {
                let text = "the kettle number \(round) whistles"
                let written = try await caller.post("/v1/items", #"{"agent_id":"\#(agent)","content":"\#(text)"}"#)
                let token = written.string("consistency_token")
                let pack = try await caller.post(
                    "/v1/context",
                    #"{"agent_id":"\#(agent)","query":"kettle \#(round)","consistency_token":"\#(token)"}"#
                )
                #expect(pack["freshness"]["token_met"] == .bool(true))
                #expect(pack["freshness"]["lexical_current"] == .bool(true))
                #expect(Self.contents(pack).contains(text))
            }
        }
    }

    @Test func waitingUntilIndexedMeansFoundByVector() async throws {
        try await ServiceUnderTest.run { service, caller in
            let agent = try await Self.remember([], caller).agent
            try await service.working {
                let written = try await caller.post(
                    "/v1/items?wait=indexed",
                    #"{"agent_id":"\#(agent)","content":"the larder key hangs behind the door"}"#
                )
                #expect(written["indexed"] == .bool(true))
            }
            let pack = try await caller.post("/v1/context", #"{"agent_id":"\#(agent)","query":"larder key"}"#)
            let entry = try #require(pack["entries"].elements.first)
            #expect(entry["scores"].members.keys.contains("vector"))
            #expect(pack["freshness"]["awaiting_vectors"] == .integer(0))
            #expect(pack["degraded"] == .bool(false))
        }
    }

    @Test func withoutAWorkerTheAnswerSaysThatVectorsAreAwaited() async throws {
        try await ServiceUnderTest.run { service, caller in
            let agent = try await Self.remember(["salt is in the blue tin"], caller).agent
            let query = #"{"agent_id":"\#(agent)","query":"where is the salt"}"#
            let before = try await caller.post("/v1/context", query)
            #expect(before["freshness"]["awaiting_vectors"] == .integer(1))
            #expect(Self.contents(before) == ["salt is in the blue tin"])
            await service.work()
            #expect(try await caller.post("/v1/context", query)["freshness"]["awaiting_vectors"] == .integer(0))
        }
    }

    @Test func theProviderThatIsDownDelaysVectorsAndNothingElse() async throws {
        try await ServiceUnderTest.run { service, caller in
            let agent = try await Self.remember(["pepper is in the red tin"], caller).agent
            service.embedder.failNext([EmbeddingError(.unavailable, "down")])
            let pack = try await caller.post("/v1/context", #"{"agent_id":"\#(agent)","query":"pepper"}"#)
            #expect(pack["degraded"] == .bool(true))
            #expect(pack["degradations"].elements.map(\.text).contains("embedding_unavailable"))
            #expect(Self.contents(pack) == ["pepper is in the red tin"])
        }
    }

    @Test func aRepeatedWriteIsDoneOnceAndAnsweredAlike() async throws {
        try await ServiceUnderTest.run { service, caller in
            let agent = try await Self.remember([], caller).agent
            let body = #"{"agent_id":"\#(agent)","content":"once"}"#
            @Sendable func write(_ key: String) async throws -> Answer {
                try await caller.send(.post, "/v1/items", body, headers: [.idempotency: key])
            }
            let first = try await write("k-1")
            let second = try await write("k-1")
            #expect(first.status == 201)
            #expect(second.headers[.replayed] == "true")
            #expect(second.status == first.status)
            #expect(second.json == first.json)
            // Side by side, the one is done and the others are told so or given its answer.
            let answers = try await withThrowingTaskGroup(of: Answer.self) { group in
                for _ in 0..<8 { group.addTask { try await write("k-2") } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers.allSatisfy { $0.status == 201 || $0.status == 409 && $0.code == "request_in_progress" })
            #expect(Set(answers.filter { $0.status == 201 }.map { $0.string("id") }).count == 1)
            #expect(try await caller.get("/v1/items")["items"].elements.count == 2)
            let other = try await caller.send(.post, "/v1/agents", #"{"name":"x"}"#, headers: [.idempotency: "k-1"])
            #expect(other.status == 422)
            // The same key of another workspace is another key.
            let stranger = caller.with(service.stranger)
            let theirs = try await stranger.send(.post, "/v1/agents", #"{"name":"x"}"#, headers: [.idempotency: "k-1"])
            #expect(theirs.status == 201)
        }
    }

    @Test func anItemWithAChosenIDMayBeSentAgain() async throws {
        try await ServiceUnderTest.run { _, caller in
            let agent = try await Self.remember([], caller).agent
            let id = "0193f000-0000-7000-8000-0000000000ab"
            func body(_ content: String) -> String {
                #"{"agent_id":"\#(agent)","id":"\#(id)","content":"\#(content)"}"#
            }
            #expect(try await caller.send(.post, "/v1/items", body("tea")).status == 201)
            #expect(try await caller.send(.post, "/v1/items", body("tea")).status == 200)
            let other = try await caller.send(.post, "/v1/items", body("coffee"))
            #expect(other.status == 409)
            #expect(other.fields == ["/id"])
        }
    }

    @Test func whatIsSupersededIsLeftOutButHeldBefore() async throws {
        try await ServiceUnderTest.run { service, caller in
            let (agent, first) = try await Self.remember(["tea is served at four"], caller)
            let done = try await caller.post(
                "/v1/items/\(first.string("id"))/supersede",
                #"{"agent_id":"\#(agent)","content":"tea is served at five"}"#
            )
            await service.work()
            let held = first.string("valid_from")
            let query = #""agent_id":"\#(agent)","query":"when is tea served""#
            let now = try await caller.post("/v1/context", "{\(query)}")
            #expect(Self.contents(now) == ["tea is served at five"])
            let dropped = now["dropped"].elements.first { $0["item_id"].text == first.string("id") }
            #expect(dropped?["outcome"].text == "superseded")
            let before = try await caller.post("/v1/context", #"{\#(query),"as_of":"\#(held)"}"#)
            #expect(Self.contents(before) == ["tea is served at four"])
            #expect(done["replaced"]["superseded_by"] == done["replacement"]["id"])
            let old = try await caller.get("/v1/items/\(first.string("id"))?as_of=\(held)")
            #expect(old.status == 200)
        }
    }

    @Test(arguments: ["text", "xml", "openai", "anthropic"])
    func aPackHoldsItsBudgetAndIsReplayedByteForByte(format: String) async throws {
        try await ServiceUnderTest.run { service, caller in
            let texts = (0..<60).map { "note \($0): the jam of year \(1960 + $0) stands on shelf \($0 % 7)" }
            let agent = try await Self.remember(texts, caller).agent
            await service.work()
            for budget in [1, 40, 120, 400, 4000] {
                let body =
                    #"{"agent_id":"\#(agent)","query":"jam shelf","token_budget":\#(budget),"format":"\#(format)"}"#
                let pack = try await caller.post("/v1/context", body)
                guard case .integer(let count) = pack["token_count"] else {
                    Issue.record("no count: \(pack.text)")
                    return
                }
                #expect(count <= budget)
                if budget >= 400 { #expect(pack["entries"].elements.count > 3) }
                let shown = Set(Self.contents(pack))
                #expect(shown.isSubset(of: texts))
                await service.writeTraces()
                let replay = try await caller.get("/v1/context/\(pack.string("id"))")
                #expect(replay["identical"] == .bool(true))
                #expect(replay["rendered"] == pack["rendered"])
            }
        }
    }

    @Test func whatWasErasedIsMissingFromTheReplayAndFromEverySearch() async throws {
        try await ServiceUnderTest.run { service, caller in
            let (agent, item) = try await Self.remember(["the spare key is under the stone"], caller)
            await service.work()
            let pack = try await caller.post("/v1/context", #"{"agent_id":"\#(agent)","query":"spare key"}"#)
            await service.writeTraces()
            let path = "/v1/items/\(item.string("id"))"
            #expect(try await caller.send(.delete, path).status == 200)
            #expect(try await caller.get(path).status == 404)
            let replay = try await caller.get("/v1/context/\(pack.string("id"))")
            #expect(replay["identical"] == .bool(false))
            #expect(replay["missing_items"].elements.map { $0["item_id"].text } == [item.string("id")])
            #expect(!replay.text.contains("under the stone"))
            let again = try await caller.get("/v1/search/items?q=spare%20key")
            #expect(again["items"].elements.isEmpty)
        }
    }
}
