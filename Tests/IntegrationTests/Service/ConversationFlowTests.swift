import HTTPTypes
import MemoryAPI
import MemoryAPITestSupport
import MemoryModel
import Testing

/// Threads, forks and the search in them, over HTTP and Postgres.
struct ConversationFlowTests {
    private static func thread(_ caller: Caller) async throws -> String {
        let channel = try await caller.post("/v1/channels", #"{"name":"general"}"#).string("id")
        return try await caller.post("/v1/channels/\(channel)/threads", #"{"title":"The build"}"#).string("id")
    }

    private static func say(_ text: String, at path: String, _ caller: Caller) async throws -> Answer {
        try await caller.post(
            "/v1/\(path)/messages",
            #"{"content":"\#(text)","author":"Ada","author_type":"human"}"#
        )
    }

    @Test func wordsAreFoundAndMarkedWhereTheyStand() async throws {
        try await ServiceUnderTest.run { _, caller in
            let thread = try await Self.thread(caller)
            let text = "Is <b>5 < 6</b>? The deployment failed, deployments fail often."
            let message = try await Self.say(text, at: "threads/\(thread)", caller)
            _ = try await Self.say("Nothing to see here.", at: "threads/\(thread)", caller)
            let answer = try await caller.get("/v1/search/messages?q=deployment")
            let found = try #require(answer["messages"].elements.first)
            #expect(answer["messages"].elements.count == 1)
            #expect(found["message"]["id"].text == message.string("id"))
            #expect(found["html"].text.contains("<mark>deployment</mark> failed, <mark>deployments</mark>"))
            #expect(found["html"].text.contains("&lt;b&gt;5 &lt; 6&lt;/b&gt;"))
            let scalars = Array(text.unicodeScalars)
            let marked = found["highlights"].elements.map { range -> String in
                guard case .integer(let start)? = range.elements.first, case .integer(let end)? = range.elements.last
                else { return "" }
                return String(String.UnicodeScalarView(scalars[Int(start)..<Int(end)]))
            }
            #expect(marked == ["deployment", "deployments"])
        }
    }

    @Test func pagesOfASearchHoldEveryMessageOnce() async throws {
        try await ServiceUnderTest.run { _, caller in
            let thread = try await Self.thread(caller)
            let messages = (0..<45).map {
                #"{"content":"the oven number \#($0)","author":"Ada","author_type":"human"}"#
            }
            _ = try await caller.post(
                "/v1/threads/\(thread)/messages/batch",
                #"{"messages":[\#(messages.joined(separator: ","))]}"#
            )
            var seen: [String] = []
            var path = "/v1/search/messages?q=oven&limit=10"
            while seen.count < 100 {
                let page = try await caller.get(path)
                #expect(page.status == 200)
                seen += page["messages"].elements.map { $0["message"]["id"].text }
                let next = page.string("next_cursor")
                if next.isEmpty { break }
                path = "/v1/search/messages?q=oven&limit=10&cursor=\(next)"
            }
            #expect(seen.count == 45)
            #expect(Set(seen).count == 45)
        }
    }

    @Test func aForkSeesWhatCameBeforeItAndNothingOfItsSiblings() async throws {
        try await ServiceUnderTest.run { _, caller in
            let thread = try await Self.thread(caller)
            let point = try await Self.say("marmalade before", at: "threads/\(thread)", caller).string("id")
            _ = try await Self.say("marmalade after", at: "threads/\(thread)", caller)
            var forks: [String] = []
            for name in ["left", "right"] {
                let fork = try await caller.post(
                    "/v1/threads/\(thread)/forks",
                    #"{"fork_point_id":"\#(point)","title":"\#(name)"}"#
                ).string("id")
                _ = try await Self.say("marmalade on the \(name)", at: "forks/\(fork)", caller)
                forks.append(fork)
            }
            let answer = try await caller.get("/v1/search/messages?q=marmalade&thread_id=\(thread)&fork_id=\(forks[0])")
            let found = Set(answer["messages"].elements.map { $0["message"]["content"].text })
            #expect(found == ["marmalade before", "marmalade on the left"])
        }
    }

    @Test func aResolvedForkLeavesItsSummaryInTheThreadAndInMemory() async throws {
        try await ServiceUnderTest.run { service, caller in
            let thread = try await Self.thread(caller)
            let agent = try await caller.post("/v1/agents", #"{"name":"scout"}"#).string("id")
            let point = try await Self.say("Which oven?", at: "threads/\(thread)", caller).string("id")
            let fork = try await caller.post(
                "/v1/threads/\(thread)/forks",
                #"{"fork_point_id":"\#(point)","title":"ovens"}"#
            ).string("id")
            let resolved = try await caller.post(
                "/v1/forks/\(fork)/resolve",
                #"{"summary":"We bake in the small oven","agent_id":"\#(agent)"}"#
            )
            #expect(resolved["fork"]["status"].text == "resolved")
            await service.work()
            let line = try await caller.get("/v1/threads/\(thread)/messages")
            #expect(line["messages"].elements.map { $0["content"].text }.last == "We bake in the small oven")
            let pack = try await caller.post("/v1/context", #"{"agent_id":"\#(agent)","query":"small oven"}"#)
            // The item stands for the message with the same words.
            let item = try #require(pack["entries"].elements.map { $0["item"] }.first { $0 != .null })
            #expect(item["provenance"]["fork_id"].text == fork)
            #expect(try await caller.send(.post, "/v1/forks/\(fork)/abandon").status == 409)
        }
    }
}
