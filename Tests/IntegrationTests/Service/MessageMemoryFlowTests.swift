import HTTPTypes
import MemoryAPI
import MemoryAPITestSupport
import MemoryEngine
import MemoryModel
import PostgresDriver
import Testing

/// What is said is memory, over HTTP and Postgres.
struct MessageMemoryFlowTests {
    private static func thread(_ caller: Caller, audience: String? = nil) async throws -> String {
        let who = audience.map { #","audience_id":"\#($0)""# } ?? ""
        let channel = try await caller.post("/v1/channels", #"{"name":"general"\#(who)}"#).string("id")
        return try await caller.post("/v1/channels/\(channel)/threads", #"{"title":"The build"}"#).string("id")
    }

    @discardableResult
    private static func say(_ text: String, at path: String, _ caller: Caller) async throws -> Answer {
        try await caller.post(
            "/v1/\(path)/messages",
            #"{"content":"\#(text)","author":"Ada","author_type":"human"}"#
        )
    }

    /// The texts of the messages that a question finds.
    private static func found(_ body: String, _ caller: Caller) async throws -> Set<String> {
        let pack = try await caller.post("/v1/context", body)
        return Set(
            pack["entries"].elements.filter { $0["section"].text == "messages" }.map { $0["message"]["content"].text }
        )
    }

    @Test func whatIsSaidIsFoundEditedAndForgotten() async throws {
        try await ServiceUnderTest.run { service, caller in
            let thread = try await Self.thread(caller)
            let text = "The kiln is fired at dawn. Nobody opens it."
            let said = try await Self.say(text, at: "threads/\(thread)", caller)
            let token = said.string("consistency_token")
            #expect(!token.isEmpty)
            let body = #"{"query":"kiln","consistency_token":"\#(token)"}"#
            #expect(try await Self.found(body, caller) == [text])
            await service.work()
            // The whole text and its two sentences.
            let views = try await service.database.names(
                "SELECT view || '/' || part FROM mneme.item_vectors ORDER BY view, part"
            )
            #expect(views == ["0/0", "1/0", "1/1"])
            let pack = try await caller.post("/v1/context", body)
            #expect(pack["freshness"]["token_met"] == .bool(true))
            #expect(pack["freshness"]["awaiting_vectors"] == .integer(0))
            let id = said.string("id")
            let edit = try await caller.send(.patch, "/v1/messages/\(id)", #"{"content":"The kiln rests today."}"#)
            #expect(edit.status == 200)
            await service.work()
            #expect(try await Self.found(#"{"query":"kiln"}"#, caller) == ["The kiln rests today."])
            let replay = try await caller.get("/v1/context/\(pack.string("id"))")
            #expect(replay["identical"] == .bool(false))
            #expect(try await caller.send(.delete, "/v1/messages/\(id)").status == 200)
            #expect(try await Self.found(#"{"query":"kiln"}"#, caller) == [])
            let vectors = try await service.database.names("SELECT view || '/' || part FROM mneme.item_vectors")
            #expect(vectors.isEmpty)
        }
    }

    @Test func aForkSeesItsLineAndNothingOfItsSiblings() async throws {
        try await ServiceUnderTest.run { service, caller in
            let thread = try await Self.thread(caller)
            let point = try await Self.say("marmalade before", at: "threads/\(thread)", caller).string("id")
            try await Self.say("marmalade after", at: "threads/\(thread)", caller)
            var forks: [String] = []
            for name in ["left", "right"] {
                let fork = try await caller.post(
                    "/v1/threads/\(thread)/forks",
                    #"{"fork_point_id":"\#(point)","title":"\#(name)"}"#
                ).string("id")
                try await Self.say("marmalade on the \(name)", at: "forks/\(fork)", caller)
                forks.append(fork)
            }
            await service.work()
            let place = #""recent_messages":0,"thread_id":"\#(thread)""#
            let inFork = #"{"query":"marmalade","fork_id":"\#(forks[0])",\#(place)}"#
            #expect(try await Self.found(inFork, caller) == ["marmalade before", "marmalade on the left"])
            let inThread = #"{"query":"marmalade",\#(place)}"#
            #expect(try await Self.found(inThread, caller).count == 4)
            let filtered = #"{"query":"marmalade","message_filter":{"fork_ids":["\#(forks[1])"]}}"#
            #expect(try await Self.found(filtered, caller) == ["marmalade on the right"])
        }
    }

    @Test func whatIsSaidInAPrivateChannelIsFoundByItsAudienceAlone() async throws {
        try await ServiceUnderTest.run { service, caller in
            var keys: [String] = []
            for name in ["Ann", "Bob"] {
                let user = try await caller.post("/v1/users", #"{"name":"\#(name)"}"#).string("id")
                let key = try await caller.post(
                    "/v1/keys",
                    #"{"name":"k","user_id":"\#(user)","scopes":["context:read","messages:read","messages:write"]}"#
                )
                keys.append(key.string("secret"))
                let audiences = try await caller.get("/v1/audiences")["audiences"].elements
                let own = try #require(audiences.first { $0["user_id"].text == user })
                let thread = try await Self.thread(caller, audience: own["id"].text)
                try await Self.say("The safe of \(name) holds rubies.", at: "threads/\(thread)", caller.with(keys.last))
            }
            let shared = try await Self.thread(caller)
            try await Self.say("The safe of everybody holds flour.", at: "threads/\(shared)", caller)
            await service.work()
            for (key, name) in zip(keys, ["Ann", "Bob"]) {
                let found = try await Self.found(#"{"query":"safe"}"#, caller.with(key))
                #expect(found == ["The safe of \(name) holds rubies.", "The safe of everybody holds flour."])
            }
            #expect(try await Self.found(#"{"query":"safe"}"#, caller).count == 3, "an admin who acts for nobody")
            #expect(try await Self.found(#"{"query":"safe"}"#, caller.with(service.stranger)) == [])
            let collections = try await service.database.names(
                "SELECT content FROM mneme.collections WHERE content = 'messages'"
            )
            #expect(collections.count == 3)
        }
    }

    @Test func switchingMessagesOffDropsTheirIndexAndOnBringsItBack() async throws {
        try await ServiceUnderTest.run { service, caller in
            let thread = try await Self.thread(caller)
            try await Self.say("The sluice opens at noon.", at: "threads/\(thread)", caller)
            await service.work()
            #expect(try await Self.found(#"{"query":"sluice"}"#, caller).count == 1)
            let off = try await caller.send(.patch, "/v1/workspace", #"{"index_messages":false}"#)
            #expect(off["index_messages"] == .bool(false))
            #expect(try await Self.found(#"{"query":"sluice"}"#, caller) == [])
            await service.work()
            #expect(try await service.database.names("SELECT 'entry' FROM mneme.index_entries").isEmpty)
            try await Self.say("The sluice is rusty.", at: "threads/\(thread)", caller)
            #expect(try await service.database.names("SELECT 'entry' FROM mneme.index_entries").isEmpty)
            #expect(try await caller.send(.patch, "/v1/workspace", #"{"index_messages":true}"#).status == 200)
            await service.work()
            #expect(try await Self.found(#"{"query":"sluice"}"#, caller).count == 2)
            #expect(try await caller.get("/v1/workspace")["index_messages"] == .bool(true))
            #expect(try await caller.send(.patch, "/v1/workspace", #"{"index_messages":"no"}"#).status == 400)
        }
    }
}
