import Crypto
import Foundation
import HTTPTypes
import MemoryAPITestSupport
import MemoryModel
import MemoryTestSupport
import Testing

/// What is erased is gone from every place that ever held it, and stays gone.
struct ErasureTests {
    private static let canary = "qzvanishword"
    private static let control = "qzstaysword"

    @Test(arguments: ["item", "message", "thread", "channel", "collection", "agent", "user", "workspace"])
    func noByteOfTheTargetIsLeftAnywhere(kind: String) async throws {
        try await ServiceUnderTest.run { service, caller in
            let search = ByteSearch(database: service.database)
            let stage = try await ErasureStage.set(service, caller, canary: Self.canary, control: Self.control)
            try await search.analyze()
            // It is there to be found before.
            #expect(try await search.tables(holding: Self.canary).keys.contains("item_versions"))
            #expect(try await search.files(holding: Self.canary) > 0)
            #expect(!ByteSearch.files(under: service.snapshots, holding: Array(Self.canary.utf8)).isEmpty)
            let controls = try await search.tables(holding: Self.control)

            for target in stage.targets(kind) {
                let asked = try await caller.send(.post, "/v1/erasures", #"{"\#(target.field)":"\#(target.id)"}"#)
                #expect(asked.status == 202, "\(asked.text)")
                #expect(asked.string("state") == "pending")
            }
            try await service.finishErasures()

            #expect(try await search.tables(holding: Self.canary).isEmpty, "rows")
            #expect(try await search.files(holding: Self.canary) == 0, "files of the database")
            #expect(ByteSearch.files(under: service.snapshots, holding: Array(Self.canary.utf8)).isEmpty, "snapshots")
            #expect(ByteSearch.files(under: service.snapshots, holding: stage.vectorBytes).isEmpty, "vectors on disk")
            // The other workspace has the same texts still, the same word as a tag included.
            if kind != "workspace" {
                let left = try await search.tables(holding: Self.control)
                for table in ["channels", "messages", "item_versions"] {
                    #expect(left[table] == controls[table], "\(table)")
                }
            }
            // After a restart, from what is on disk and in the database.
            let answers = try await service.afterRestart { caller -> [Answer] in
                guard kind != "workspace" else { return [] }
                return [
                    try await caller.post("/v1/context", #"{"query":"\#(Self.canary)"}"#),
                    try await caller.get("/v1/search/messages?q=\(Self.canary)"),
                    try await caller.get("/v1/search/items?q=\(Self.canary)"),
                ]
            }
            for answer in answers { #expect(!answer.text.contains(Self.canary), "\(answer.text.prefix(300))") }
        }
    }

    @Test func theReceiptNamesStoresAndNodesAndIsSignedWithTheServedKey() async throws {
        try await ServiceUnderTest.run { service, caller in
            let stage = try await ErasureStage.set(service, caller, canary: Self.canary, control: Self.control)
            let id = try await caller.post("/v1/erasures", #"{"agent_id":"\#(stage.agent)"}"#).string("id")
            try await service.finishErasures()
            let erasure = try await caller.get("/v1/erasures/\(id)")
            #expect(erasure.string("state") == "complete")
            let stores = Set(erasure["stores"].elements.map { $0["store"].text })
            for store in ["item_versions", "item_vectors", "agents", "collections", "index_memory", "index_snapshots"] {
                #expect(stores.contains(store), "\(store)")
            }
            let parts = erasure.string("receipt").split(separator: ".").map(String.init)
            try #require(parts.count == 3)
            let jwk = try await caller.with(nil).get("/v1/erasure-key")["keys"].elements[0]
            let key = try Curve25519.Signing.PublicKey(rawRepresentation: Self.decoded(jwk["x"].text))
            let signature = try Self.decoded(parts[2])
            #expect(key.isValidSignature(signature, for: Data("\(parts[0]).\(parts[1])".utf8)))
            #expect(!key.isValidSignature(signature, for: Data("\(parts[0]).\(parts[1])x".utf8)))
            let receipt = try JSONDecoder().decode(JSONValue.self, from: Self.decoded(parts[1]))
            #expect(receipt["id"].text == id)
            #expect(receipt["target"]["kind"].text == "agent")
            #expect(receipt["absent_nodes"].elements.isEmpty)
            #expect(!receipt["backups_until"].text.isEmpty)
            // A stranger sees neither erasure nor agent.
            #expect(try await caller.with(service.stranger).get("/v1/erasures/\(id)").status == 404)
        }
    }

    @Test func anErasedIdComesBackWhenItIsAskedForAlone() async throws {
        try await ServiceUnderTest.run { service, caller in
            for (path, field) in [
                ("/v1/users", "user_id"), ("/v1/agents", "agent_id"), ("/v1/channels", "channel_id"),
                ("/v1/collections", "collection_id"),
            ] {
                let id = service.database.identifiers.next(Job.self).description
                let body = #"{"id":"\#(id)","name":"\#(field)"}"#
                #expect(try await caller.send(.post, path, body).status == 201)
                try await caller.erase(#"{"\#(field)":"\#(id)"}"#)
                try await service.finishErasures()
                let again = try await caller.send(.post, path, body)
                #expect(again.status == 409 && again.code == "erased", "\(path): \(again.text)")
                let asked = #"{"id":"\#(id)","name":"\#(field)","restore_erased":true}"#
                #expect(try await caller.send(.post, path, asked).status == 201, "\(path)")
            }
            // What answers an erased message is written, and answers nothing.
            let channel = try await caller.post("/v1/channels", #"{"name":"general"}"#).string("id")
            let thread = try await caller.post("/v1/channels/\(channel)/threads", #"{"title":"t"}"#).string("id")
            let gone = service.database.identifiers.next(Message.self).description
            let question = #"{"id":"\#(gone)","content":"tea?","author":"Ada","author_type":"human"}"#
            _ = try await caller.post("/v1/threads/\(thread)/messages", question)
            try await caller.erase(#"{"message_id":"\#(gone)"}"#)
            let reply = #"{"content":"yes","author":"Ben","author_type":"human","reply_to":"\#(gone)"}"#
            let batch = #"{"messages":[\#(question),\#(reply)]}"#
            let written = try await caller.post("/v1/threads/\(thread)/messages/batch", batch)
            #expect(written["erased"] == .array([.integer(0)]) && written["messages"].elements.count == 1)
        }
    }

    @Test func readingTheSameSourceAgainBringsNothingBackUnlessAsked() async throws {
        try await ServiceUnderTest.run { service, caller in
            let agent = try await caller.post("/v1/agents", #"{"name":"scout"}"#).string("id")
            let other = try await caller.post("/v1/agents", #"{"name":"other"}"#).string("id")
            let body = #"{"agent_id":"\#(agent)","content":"\#(Self.canary)"}"#
            let key: HTTPFields = [.idempotency: "k1"]
            let first = try await caller.send(.post, "/v1/items", body, headers: key)
            let item = first.string("id")
            try await caller.erase(#"{"item_id":"\#(item)"}"#)

            // Not by the answer that was kept, not by the content, not by the id.
            let repeated = try await caller.send(.post, "/v1/items", body, headers: key)
            #expect(repeated.status == 409)
            #expect(repeated.code == "erased")
            let byID = #"{"agent_id":"\#(agent)","id":"\#(item)","content":"something else"}"#
            #expect(try await caller.send(.post, "/v1/items", byID).code == "erased")
            let mixed = #"{"items":[{"agent_id":"\#(agent)","content":"new"},\#(body)]}"#
            let batch = try await caller.post("/v1/items/batch", mixed)
            #expect(batch["items"].elements.count == 1)
            #expect(batch["erased"] == .array([.integer(1)]))
            // Another's memory is not concerned: what one has erased keeps nobody else from writing it.
            let theirs = #"{"agent_id":"\#(other)","content":"\#(Self.canary)"}"#
            #expect(try await caller.send(.post, "/v1/items", theirs).status == 201)
            let asked = #"{"agent_id":"\#(agent)","content":"\#(Self.canary)","restore_erased":true}"#
            #expect(try await caller.send(.post, "/v1/items", asked).status == 201)
            #expect(try await caller.send(.post, "/v1/items", body).status == 201)
            await service.work()
        }
    }

    @Test func anErasedConversationDoesNotComeBackByItsIDs() async throws {
        try await ServiceUnderTest.run { service, caller in
            let channel = try await caller.post("/v1/channels", #"{"name":"general"}"#).string("id")
            let threads = "/v1/channels/\(channel)/threads"
            let thread = try await caller.post(threads, #"{"title":"t"}"#).string("id")
            let message = #""content":"yes","author":"Ada","author_type":"human""#
            let first = try await caller.post("/v1/threads/\(thread)/messages", "{\(message)}").string("id")
            try await caller.erase(#"{"message_id":"\#(first)"}"#)
            let again = #"{"id":"\#(first)",\#(message)}"#
            #expect(try await caller.send(.post, "/v1/threads/\(thread)/messages", again).code == "erased")
            let batch = #"{"messages":[\#(again),{\#(message)}]}"#
            let appended = try await caller.post("/v1/threads/\(thread)/messages/batch", batch)
            #expect(appended["messages"].elements.count == 1)
            #expect(appended["erased"] == .array([.integer(0)]))

            try await caller.erase(#"{"thread_id":"\#(thread)"}"#)
            await service.work()
            #expect(try await caller.get("/v1/threads/\(thread)").status == 404)
            let sameThread = #"{"title":"t","id":"\#(thread)"}"#
            #expect(try await caller.send(.post, threads, sameThread).code == "erased")
            let restored = #"{"title":"t","id":"\#(thread)","restore_erased":true}"#
            #expect(try await caller.send(.post, threads, restored).status == 201)
        }
    }

    @Test func onlyWhoMayDeleteAThingMayEraseIt() async throws {
        try await ServiceUnderTest.run { service, caller in
            let samples = try await Samples.make(caller)
            let agent = samples.ids["agent_id"] ?? ""
            let user = samples.ids["user_id"] ?? ""
            let scopes = #"["items:read","items:write","messages:read"]"#
            let key = try await caller.post(
                "/v1/keys",
                #"{"name":"m","user_id":"\#(user)","role":"member","scopes":\#(scopes)}"#
            ).string("secret")
            let member = caller.with(key)
            for (field, status) in [
                ("message_id", 403), ("thread_id", 403), ("channel_id", 403), ("agent_id", 403), ("workspace_id", 403),
            ] {
                let body = #"{"\#(field)":"\#(samples.ids[field] ?? "")"}"#
                let answer = try await member.send(.post, "/v1/erasures", body)
                #expect(answer.status == status, "\(field) \(answer.text)")
            }
            for body in ["{}", #"{"item_id":"\#(agent)","agent_id":"\#(agent)"}"#] {
                #expect(try await caller.send(.post, "/v1/erasures", body).status == 400)
            }
            #expect(try await caller.send(.post, "/v1/erasures", #"{"item_id":"\#(agent)"}"#).status == 404)
            // Everybody may have themselves erased, and the erasure is theirs to follow.
            let own = try await member.post("/v1/erasures", #"{"user_id":"\#(user)"}"#)
            #expect(try await member.get("/v1/erasures/\(own.string("id"))").status == 200)
            #expect(try await member.get("/v1/erasures").status == 403)
        }
    }

    @Test func theKeyThatHadAWorkspaceErasedReadsTheReceiptAndNothingElse() async throws {
        try await ServiceUnderTest.run { service, caller in
            _ = try await ErasureStage.set(service, caller, canary: Self.canary, control: Self.control)
            let workspace = try await caller.get("/v1/workspace").string("id")
            let id = try await caller.post("/v1/erasures", #"{"workspace_id":"\#(workspace)"}"#).string("id")
            try await service.finishErasures()
            let answers = try await service.afterRestart { caller -> [Answer] in
                [
                    try await caller.get("/v1/erasures/\(id)"), try await caller.get("/v1/items"),
                    try await caller.send(.post, "/v1/channels", #"{"name":"x"}"#), try await caller.get("/v1/users"),
                ]
            }
            try #require(answers.count == 4)
            #expect(answers[0].string("state") == "complete", "\(answers[0].text)")
            #expect(!answers[0].string("receipt").isEmpty)
            #expect(answers[1]["items"].elements.isEmpty)
            #expect(answers[2].status == 403)
            #expect(answers[3].status == 403)
        }
    }

    @Test func aNodeThatLivesIsWaitedFor() async throws {
        try await ServiceUnderTest.run { service, caller in
            // The node has reported before, so it is known to hold copies.
            await service.followErasures()
            let stage = try await ErasureStage.set(service, caller, canary: Self.canary, control: Self.control)
            let id = try await caller.post("/v1/erasures", #"{"item_id":"\#(stage.item)"}"#).string("id")
            for _ in 0..<20 { await service.workOnce() }
            #expect(try await caller.get("/v1/erasures/\(id)").string("state") == "pending")
            // From here on the node follows.
            await service.work()
            #expect(try await caller.get("/v1/erasures/\(id)").string("state") == "complete")
        }
    }

    private static func decoded(_ text: String) throws -> Data {
        let standard = text.replacingOccurrences(of: "-", with: "+").replacingOccurrences(of: "_", with: "/")
        let padded = standard + String(repeating: "=", count: (4 - standard.count % 4) % 4)
        return try #require(Data(base64Encoded: padded))
    }
}

extension Caller {
    /// Asks for an erasure that must be taken.
    fileprivate func erase(_ body: String) async throws {
        _ = try await post("/v1/erasures", body)
    }
}
