import HTTPTypes
import MemoryAPI
import MemoryAPITestSupport
import MemoryEngine
import MemoryModel
import MemoryTestSupport
import PostgresStorage
import Testing

/// What no single request of the route table leads to.
extension TwoTenants {
    nonisolated func scenes() -> [Probe] {
        [
            scene("everything is asked for") { try await $0.askForEverything() },
            scene("an answer is repeated") { tenants in
                let key = "scene-\(await tenants.nextNumber())"
                for _ in 0..<2 {
                    try await tenants.keep(#""content":"tea, once""#, [.idempotency: key])
                }
            },
            scene("a model answers") { try await $0.derive() },
            scene("what was erased comes back") { tenants in
                let text = "tea that is erased \(await tenants.nextNumber())"
                let item = try await tenants.keep(#""content":"\#(text)""#).string("id")
                try await tenants.play(.post, "/v1/erasures", #"{"item_id":"\#(item)"}"#)
                await tenants.settle()
                try await tenants.keep(#""content":"\#(text)""#)
                try await tenants.keep(#""content":"\#(text)","restore_erased":true"#)
            },
            scene("a source is taken back") { tenants in
                let source = "source-\(await tenants.nextNumber())"
                let text = #""content":"tea of \#(source)","source":"\#(source)""#
                let item = try await tenants.keep(text).string("id")
                try await tenants.play(.patch, "/v1/items/\(item)", #"{"content":"tea of another"}"#)
                try await tenants.keep(#""content":"more of \#(source)","provenance":{"derived_from":["\#(item)"]}"#)
                try await tenants.play(.post, "/v1/reverts", #"{"source":"\#(source)"}"#)
            },
            scene("a limit of spending is set and taken away") { tenants in
                for amount in [#""5.00""#, "null"] {
                    try await tenants.play(.put, "/v1/workspace/spending-limit", #"{"amount":\#(amount)}"#)
                }
            },
            scene("messages are forgotten, and indexed again") { tenants in
                for isOn in [false, true] {
                    try await tenants.play(.patch, "/v1/workspace", #"{"index_messages":\#(isOn),"name":"Pantry"}"#)
                    await tenants.settle()
                }
            },
            scene("a job fails, and another one takes long") { try await $0.work() },
            scene("a person comes by token, and a tier is set") { try await $0.administer() },
            scene("a workspace goes") { tenants in
                let owner = tenants.caller.with(try await tenants.service.foundAnother())
                let samples = try await Samples.make(owner)
                await tenants.settle()
                let id = samples.ids["workspace_id"] ?? ""
                for _ in 0..<2 {
                    let answer = try await owner.send(.delete, "/v1/workspace?confirm=\(id)")
                    await tenants.expectClosed(answer, "a workspace goes")
                    await tenants.settle()
                }
            },
        ]
    }

    private nonisolated func scene(
        _ name: String,
        _ play: @escaping @Sendable (TwoTenants) async throws -> Void
    ) -> Probe {
        let slot = IDSlot(route: service.routes[0], place: .path(""), noun: "")
        return Probe(name: "scene: \(name)", slot: slot, kind: .scene(play))
    }

    private func askForEverything() async throws {
        let agent = mine.ids["agent_id"] ?? ""
        let thread = mine.ids["thread_id"] ?? ""
        for body in [
            #"{"query":"tea \#(canary)"}"#, #"{"query":"tea","recent_messages":50}"#,
            #"{"query":"tea","as_of":"2031-01-01T00:00:00Z"}"#,
            #"{"query":"tea","agent_id":"\#(agent)","thread_id":"\#(thread)","recent_messages":50}"#,
        ] { try await play(.post, "/v1/context", body) }
        for path in ["/v1/search/messages?q=tea", "/v1/search/items?q=tea", "/v1/items?limit=1", "/v1/audit"] {
            try await play(.get, path, nil)
        }
    }

    /// Extraction, a thread's summary twice, and a fork that ends without one.
    private func derive() async throws {
        let thread = mine.ids["thread_id"] ?? ""
        let fork = mine.ids["fork_id"] ?? ""
        let collection = #"{"collection_id":"\#(mine.ids["collection_id"] ?? "")"}"#
        service.chat.follow { [number = nextNumber()] _, _ in
            let item = JSONValue.object([
                "content": .string("tea was said \(number) times"), "kind": .string("fact"),
                "confidence": .number(0.8), "sources": .array([.integer(1)]),
            ])
            return ChatAnswer(text: "Tea, in short.", json: .object(["items": .array([item])]))
        }
        try await play(.put, "/v1/workspace/extraction", #"{"automatic":true}"#)
        let message = #"{"content":"tea again","author":"Ada","author_type":"human"}"#
        for path in ["/v1/threads/\(thread)/messages", "/v1/forks/\(fork)/messages"] {
            try await play(.post, path, message)
        }
        await settle()
        try await play(.post, "/v1/threads/\(thread)/extract", nil)
        for _ in 0..<2 {
            try await play(.post, "/v1/threads/\(thread)/summary", collection)
            await settle()
        }
        try await play(.post, "/v1/forks/\(fork)/resolve", collection)
        await settle()
        let found = try await play(.get, "/v1/proposals?thread_id=\(thread)&state=proposed", nil)
        for proposal in found["proposals"].elements {
            try await play(.post, "/v1/proposals/\(proposal["id"].text)/accept", collection)
        }
        try await play(.put, "/v1/workspace/extraction", #"{"automatic":false}"#)
        mine = try await Samples.make(caller, suffix: "-\(nextNumber())")
    }

    private func work() async throws {
        try await keep(#""content":"tea that is embedded late \#(nextNumber())""#)
        let job = try #require(try await service.database.queue.claim(limit: 1, lease: .seconds(60)).first)
        _ = try await service.database.queue.extendLease(of: job, by: .seconds(60))
        try await service.database.queue.fail(job, reason: "a test", retryAfter: .zero, isFinal: false)
        service.embedder.failNext([EmbeddingError(.invalidInput, "a text was refused")])
    }

    private func administer() async throws {
        let ids = service.database.identifiers
        let workspace = try #require(Identifier<Workspace>(mine.ids["workspace_id"] ?? ""))
        let person = User(
            id: ids.next(),
            name: "Ada",
            externalID: "ada-\(nextNumber())",
            role: .member,
            createdAt: service.database.clock.now
        )
        let credentials = service.database.credentials
        _ = try await credentials.addMember(person, audienceID: ids.next(), in: workspace)
        _ = try await credentials.findMember(person.externalID ?? "", in: workspace, deadline: nil)
        let admin = Principal(workspaceID: workspace, role: .admin, scopes: Set(AccessScope.allCases))
        try await service.database.write(as: admin) { tx in
            try await tx.setTier(.pro)
            try await tx.setTier(nil)
            _ = try await tx.allowance()
        }
    }

    /// Makes an item of the caller's agent.
    @discardableResult
    private func keep(_ members: String, _ headers: HTTPFields = [:]) async throws -> Answer {
        let agent = mine.ids["agent_id"] ?? ""
        return try await play(.post, "/v1/items", #"{"agent_id":"\#(agent)",\#(members)}"#, headers)
    }

    @discardableResult
    private func play(
        _ method: HTTPRequest.Method,
        _ path: String,
        _ body: String?,
        _ headers: HTTPFields = [:]
    ) async throws -> Answer {
        let answer = try await caller.send(method, path, body, headers: headers)
        expectClosed(answer, "\(method) \(path)")
        return answer
    }

    private func expectClosed(_ answer: Answer, _ name: String) { expectClosed(answer, scene(name) { _ in }) }
}
