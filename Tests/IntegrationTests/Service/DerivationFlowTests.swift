import HTTPTypes
import MemoryAPI
import MemoryAPITestSupport
import MemoryModel
import MemoryTestSupport
import Testing

/// Summaries, extraction, proposals and feedback over HTTP and Postgres, with the worker as it is.
struct DerivationFlowTests {
    @Test func aForkWithoutASummaryGetsOneAndSoDoesAThread() async throws {
        try await ServiceUnderTest.run { service, caller in
            let samples = try await Samples.make(caller)
            let (fork, thread) = (samples.ids["fork_id"] ?? "", samples.ids["thread_id"] ?? "")
            let collection = samples.ids["collection_id"] ?? ""
            _ = try await caller.post(
                "/v1/forks/\(fork)/messages",
                #"{"content":"It was the index.","author":"Ada","author_type":"human"}"#
            )
            let resolved = try await caller.post("/v1/forks/\(fork)/resolve", #"{"collection_id":"\#(collection)"}"#)
            #expect(resolved["fork"]["status"].text == "resolved")
            #expect(resolved["item"] == .null)
            let awaited = resolved.string("awaited_item_id")
            #expect(try await caller.get("/v1/items/\(awaited)").status == 404)
            await service.work()
            let item = try await caller.get("/v1/items/\(awaited)")
            #expect(item.string("content") == "A summary.")
            #expect(item["provenance"]["fork_id"].text == fork)
            #expect(try await caller.get("/v1/forks/\(fork)").string("summary") == "A summary.")
            let messages = try await caller.get("/v1/threads/\(thread)/messages")["messages"].elements
            #expect(messages.last?["content"].text == "A summary.")

            let summary = try await caller.post("/v1/threads/\(thread)/summary", #"{"collection_id":"\#(collection)"}"#)
            #expect(summary.status == 202)
            await service.work()
            let second = try await caller.get("/v1/items/\(summary.string("item_id"))")
            #expect(second.string("kind") == "summary")
            #expect(second["scope"]["id"].text == thread)
            let third = try await caller.post("/v1/threads/\(thread)/summary", #"{"collection_id":"\#(collection)"}"#)
            await service.work()
            let replaced = try await caller.get("/v1/items/\(summary.string("item_id"))")
            #expect(replaced["superseded_by"].text == third.string("item_id"))
        }
    }

    @Test func proposalsAreFoundListedAcceptedAndRejected() async throws {
        try await ServiceUnderTest.run { service, caller in
            let samples = try await Samples.make(caller)
            let (thread, collection) = (samples.ids["thread_id"] ?? "", samples.ids["collection_id"] ?? "")
            service.chat.follow { _, _ in
                let item = { (text: String) in
                    JSONValue.object([
                        "content": .string(text), "kind": .string("fact"), "confidence": .number(0.8),
                        "sources": .array([.integer(1)]),
                    ])
                }
                return ChatAnswer(
                    text: "",
                    json: .object(["items": .array([item("Hello is said."), item("Tea is served at four.")])])
                )
            }
            #expect(try await caller.send(.post, "/v1/threads/\(thread)/extract").status == 202)
            await service.work()
            let found = try await caller.get("/v1/proposals?thread_id=\(thread)&state=proposed")["proposals"].elements
            #expect(found.count == 3, "two found, one of the samples")
            let tea = found.first { $0["content"].text.hasPrefix("Tea") }?["id"].text ?? ""
            let hello = found.first { $0["content"].text.hasPrefix("Hello") }?["id"].text ?? ""
            let accepted = try await caller.post(
                "/v1/proposals/\(tea)/accept",
                #"{"collection_id":"\#(collection)","tags":["tea"]}"#
            )
            #expect(accepted["item"]["trust"].text == "user")
            #expect(accepted["proposal"]["state"].text == "accepted")
            let rejected = try await caller.send(.post, "/v1/proposals/\(hello)/reject")
            #expect(rejected.string("state") == "rejected")
            #expect(try await caller.send(.post, "/v1/proposals/\(hello)/accept", "{}").status == 409)
            let left = try await caller.get("/v1/proposals?state=proposed")["proposals"].elements
            #expect(left.count == 1)
            #expect(try await caller.get("/v1/proposals/\(tea)")["item_id"] == accepted["item"]["id"])
            // The page is cut, and what is deleted is gone.
            let first = try await caller.get("/v1/proposals?limit=2")
            #expect(first["proposals"].elements.count == 2 && !first.string("next_cursor").isEmpty)
            _ = try await caller.send(.delete, "/v1/threads/\(thread)")
            #expect(try await caller.get("/v1/proposals").json["proposals"].elements.isEmpty)
        }
    }

    @Test func feedbackIsKeptWithAnsweredPacks() async throws {
        try await ServiceUnderTest.run { service, caller in
            let samples = try await Samples.make(caller)
            let item = samples.ids["item_id"] ?? ""
            let pack = try await caller.post("/v1/context", #"{"query":"tea"}"#)
            let path = "/v1/context/\(pack.string("id"))/feedback"
            let kept = try await caller.post(path, #"{"useful":["\#(item)"]}"#)
            #expect(kept["kept"] == .integer(1))
            let again = try await caller.post("/v1/context", #"{"query":"tea"}"#)
            let entry = again["entries"].elements.first { $0["item"]["id"].text == item }
            #expect(
                entry?["scores"]["feedback"] == .number(Double(Float(0.2))) || entry?["scores"]["feedback"] != .null
            )
            let wrong = try await caller.send(.post, path, #"{"not_useful":["\#(samples.ids["thread_id"] ?? "")"]}"#)
            #expect(wrong.status == 400)
            #expect(wrong.fields == ["/not_useful"])
            await service.writeTraces()
        }
    }

    @Test func anItemSupersedesAnotherOnWriteAndInABatch() async throws {
        try await ServiceUnderTest.run { _, caller in
            let samples = try await Samples.make(caller)
            let collection = samples.ids["collection_id"] ?? ""
            let old = try await caller.post(
                "/v1/items",
                #"{"collection_id":"\#(collection)","content":"cake is at two"}"#
            )
            let new = try await caller.post(
                "/v1/items",
                #"{"content":"cake is at three","supersedes":"\#(old.string("id"))"}"#
            )
            #expect(new.string("collection_id") == collection)
            let replaced = try await caller.get("/v1/items/\(old.string("id"))")
            #expect(replaced["superseded_by"].text == new.string("id"))
            let ids = ["0193f000-0000-7000-8000-0000000000a1", "0193f000-0000-7000-8000-0000000000a2"]
            _ = try await caller.post(
                "/v1/items/batch",
                #"""
                {"items":[{"id":"\#(ids[0])","content":"cake is at four","supersedes":"\#(new.string("id"))"},
                          {"id":"\#(ids[1])","content":"cake is at five","supersedes":"\#(ids[0])"}]}
                """#
            )
            let pack = try await caller.post("/v1/context", #"{"query":"cake"}"#)
            #expect(pack["entries"].elements.map { $0["item"]["content"].text } == ["cake is at five"])
            #expect(pack["dropped"].elements.allSatisfy { $0["outcome"].text == "superseded" })
            let refused = try await caller.send(
                .post,
                "/v1/items",
                #"{"content":"cake is never","supersedes":"\#(old.string("id"))"}"#
            )
            #expect(refused.status == 409)
        }
    }
}
