import HTTPTypes
import MemoryAPI
import MemoryAPITestSupport
import MemoryModel
import Testing

struct ConversationRoutesTests {
    private func message(_ content: String) -> String {
        #"{"content":"\#(content)","author":"Ada","author_type":"human"}"#
    }

    @Test func messagesKeepTheirOrderAndCanBeEditedAndDeleted() async throws {
        try await TestService().run { caller in
            let samples = try await Samples.make(caller)
            let thread = "/v1/threads/\(samples.ids["thread_id"] ?? "")"
            let batch = (0..<5).map { message("m\($0)") }.joined(separator: ",")
            let appended = try await caller.post(thread + "/messages/batch", "{\"messages\":[\(batch)]}")
            #expect(appended["messages"].elements.count == 5)
            let listed = try await caller.get(thread + "/messages")["messages"].elements.map { $0["content"].text }
            #expect(listed == ["hello", "m0", "m1", "m2", "m3", "m4"])
            let id = appended["messages"].elements[0]["id"].text
            let edited = try await caller.send(.patch, "/v1/messages/\(id)", #"{"content":"better"}"#)
            #expect(edited.string("content") == "better")
            #expect(edited["edited_at"] != .null)
            #expect(try await caller.send(.delete, "/v1/messages/\(id)").status == 200)
            #expect(try await caller.get("/v1/messages/\(id)").status == 404)
        }
    }

    @Test func aResolvedForkPostsItsSummaryAndKeepsAnItem() async throws {
        try await TestService().run { caller in
            let samples = try await Samples.make(caller)
            let fork = "/v1/forks/\(samples.ids["fork_id"] ?? "")"
            #expect(
                try await caller.post(fork + "/messages", message("aside")).string("fork_id") == samples.ids["fork_id"]
            )
            let resolved = try await caller.post(
                fork + "/resolve",
                #"{"summary":"We keep four.","agent_id":"\#(samples.ids["agent_id"] ?? "")"}"#
            )
            #expect(resolved["fork"]["status"] == .string("resolved"))
            #expect(resolved["message"]["content"] == .string("We keep four."))
            #expect(resolved["item"]["provenance"]["fork_id"].text == samples.ids["fork_id"])
            let again = try await caller.send(.post, fork + "/abandon")
            #expect(again.status == 409)
            #expect(try await caller.send(.post, fork + "/messages", message("late")).status == 409)
        }
    }

    @Test func aPinnedMessageBecomesAnItemWithTheWayBack() async throws {
        try await TestService().run { caller in
            let samples = try await Samples.make(caller)
            let message = samples.ids["message_id"] ?? ""
            let pinned = try await caller.post(
                "/v1/messages/\(message)/pin",
                #"{"agent_id":"\#(samples.ids["agent_id"] ?? "")","kind":"decision"}"#
            )
            #expect(pinned.string("content") == "hello")
            #expect(pinned["pinned"] == .bool(true))
            #expect(pinned["provenance"]["message_id"].text == message)
        }
    }

    @Test func threadsChangeTheirTitleAndStatus() async throws {
        try await TestService().run { caller in
            let samples = try await Samples.make(caller)
            let thread = "/v1/threads/\(samples.ids["thread_id"] ?? "")"
            let patched = try await caller.send(.patch, thread, #"{"status":"resolved"}"#)
            #expect(patched.string("status") == "resolved")
            #expect(patched.string("title") == "t")
            #expect(try await caller.send(.patch, thread, #"{"status":"done"}"#).fields == ["/status"])
            #expect(
                try await caller.get("/v1/threads?channel_id=\(samples.ids["channel_id"] ?? "")")["threads"].elements
                    .count == 1
            )
        }
    }

    @Test func aForkOfAnotherThreadsMessageIsNotFound() async throws {
        try await TestService().run { caller in
            let samples = try await Samples.make(caller)
            let other = try await caller.post(
                "/v1/channels/\(samples.ids["channel_id"] ?? "")/threads",
                #"{"title":"other"}"#
            )
            let answer = try await caller.send(
                .post,
                "/v1/threads/\(other.string("id"))/forks",
                #"{"fork_point_id":"\#(samples.ids["message_id"] ?? "")","title":"f"}"#
            )
            #expect(answer.status == 404)
        }
    }
}
