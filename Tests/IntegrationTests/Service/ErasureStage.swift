import Foundation
import HTTPTypes
import MemoryAPITestSupport
import MemoryModel
import MemoryTestSupport
import PostgresDriver

/// A workspace in which one word is everywhere that a text can be, beside another word that must stay.
struct ErasureStage: Sendable {
    var agent = ""
    var user = ""
    var channel = ""
    var thread = ""
    var message = ""
    var item = ""
    /// Items of the agent that have the word, besides `item`.
    var others: [String] = []
    var collection = ""
    var workspace = ""
    /// Some bytes in the middle of a vector of the item.
    var vectorBytes: [UInt8] = []

    /// One id that names a target.
    struct Target: Sendable {
        let field: String
        let id: String
    }

    /// What has to be erased for the word to be gone, by way of one kind of target.
    ///
    /// Containers that are kept apart from what is asked for are named beside it, so that each way is tested alone.
    func targets(_ kind: String) -> [Target] {
        let conversation = [Target(field: "channel_id", id: channel)]
        let memory = [Target(field: "collection_id", id: collection)]
        let names = [Target(field: "agent_id", id: agent), Target(field: "user_id", id: user)]
        return switch kind {
        case "item": ([item] + others).map { Target(field: "item_id", id: $0) } + conversation + names
        case "message": [Target(field: "message_id", id: message)] + memory + conversation + names
        case "thread": [Target(field: "thread_id", id: thread)] + memory + conversation + names
        case "channel": conversation + memory + names
        case "collection": memory + conversation + names
        case "agent": [names[0]] + conversation + [names[1]]
        case "user": [names[1]] + conversation + [names[0]]
        default: [Target(field: "workspace_id", id: workspace)]
        }
    }

    static func set(
        _ service: ServiceUnderTest,
        _ caller: Caller,
        canary: String,
        control: String
    ) async throws -> ErasureStage {
        var stage = ErasureStage()
        stage.workspace = try await caller.get("/v1/workspace").string("id")
        stage.user = try await caller.post("/v1/users", #"{"name":"\#(canary) Ada","email":"\#(canary)@example.org"}"#)
            .string("id")
        stage.agent = try await caller.post(
            "/v1/agents",
            #"{"name":"scout \#(canary)","metadata":{"note":"\#(canary)"}}"#
        ).string("id")
        try await stage.converse(caller, canary)
        try await stage.remember(caller, canary)
        // Another agent, and another workspace: what must stay.
        let other = try await caller.post("/v1/agents", #"{"name":"keeper"}"#).string("id")
        _ = try await caller.post("/v1/items", #"{"agent_id":"\#(other)","content":"the \#(control) is here"}"#)
        let stranger = caller.with(service.stranger)
        let theirs = try await stranger.post("/v1/agents", #"{"name":"scout"}"#).string("id")
        _ = try await stranger.post("/v1/items", #"{"agent_id":"\#(theirs)","content":"the \#(control) is ours"}"#)

        await service.work()
        // Asked, so that it is in caches, traces, indexes; written to disk.
        _ = try await caller.post("/v1/context", #"{"agent_id":"\#(stage.agent)","query":"where is \#(canary)"}"#)
        _ = try await caller.get("/v1/search/items?q=\(canary)&agent_id=\(stage.agent)")
        _ = try await caller.get("/v1/search/messages?q=\(canary)")
        _ = try await stranger.post("/v1/context", #"{"query":"\#(control)"}"#)
        await service.writeTraces()
        await service.writeSnapshots()
        // The node is known from now on, so that receipts wait for it.
        await service.followErasures()
        stage.vectorBytes = try await service.database.vectorBytes(of: stage.item)
        return stage
    }

    private mutating func converse(_ caller: Caller, _ canary: String) async throws {
        channel = try await caller.post("/v1/channels", #"{"name":"about \#(canary)"}"#).string("id")
        thread = try await caller.post("/v1/channels/\(channel)/threads", #"{"title":"on \#(canary)"}"#).string("id")
        let body = #"{"content":"she said \#(canary)","author":"Ada","author_type":"human","author_id":"\#(user)"}"#
        let key: HTTPFields = [.idempotency: "message-\(canary)"]
        message = try await caller.send(.post, "/v1/threads/\(thread)/messages", body, headers: key).string("id")
        let fork = try await caller.post(
            "/v1/threads/\(thread)/forks",
            #"{"fork_point_id":"\#(message)","title":"aside \#(canary)"}"#
        ).string("id")
        _ = try await caller.post("/v1/forks/\(fork)/messages", body)
        _ = try await caller.post(
            "/v1/forks/\(fork)/resolve",
            #"{"summary":"in short \#(canary)","agent_id":"\#(agent)"}"#
        )
        _ = try await caller.post("/v1/messages/\(message)/pin", #"{"agent_id":"\#(agent)"}"#)
    }

    private mutating func remember(_ caller: Caller, _ canary: String) async throws {
        let fields = #""tags":["\#(canary)"],"source":"\#(canary)-runtime","metadata":{"k":"\#(canary)"}"#
        let body = #"{"agent_id":"\#(agent)","content":"first \#(canary)",\#(fields)}"#
        let key: HTTPFields = [.idempotency: "item-\(canary)"]
        let made = try await caller.send(.post, "/v1/items", body, headers: key)
        item = made.string("id")
        collection = made.string("collection_id")
        _ = try await caller.send(.patch, "/v1/items/\(item)", #"{"content":"second \#(canary)"}"#)
        let superseded = try await caller.post(
            "/v1/items",
            #"{"agent_id":"\#(agent)","content":"old \#(canary)"}"#
        ).string("id")
        let replacement = try await caller.post(
            "/v1/items/\(superseded)/supersede",
            #"{"content":"newer \#(canary)"}"#
        )
        others = [superseded, replacement["replacement"]["id"].text]
        // Made of the item, at two removes; it goes with it.
        let derived = try await caller.post(
            "/v1/items",
            #"{"agent_id":"\#(agent)","content":"thus \#(canary)","provenance":{"derived_from":["\#(item)"]}}"#
        ).string("id")
        _ = try await caller.post(
            "/v1/items",
            #"{"agent_id":"\#(agent)","content":"hence \#(canary)","provenance":{"derived_from":["\#(derived)"]}}"#
        )
    }
}

extension ServiceUnderTest {
    /// Erases, follows, and signs, until nothing is left to do.
    func finishErasures() async throws {
        for _ in 0..<6 {
            await work()
            await followErasures()
        }
        await work()
    }

    /// Where snapshots of indexes are.
    var snapshots: String { folder + "/snapshots" }
}

extension TestDatabase {
    /// Sixteen bytes of the stored vector of an item's first version.
    func vectorBytes(of item: String) async throws -> [UInt8] {
        guard let id = Identifier<ContextItem>(item) else { return [] }
        return try await withAdministration { administration in
            let rows = try await administration.query(
                """
                SELECT substring(v.vector FROM 17 FOR 16) FROM mneme.item_vectors AS v
                JOIN mneme.index_entries AS e ON e.workspace_id = v.workspace_id
                    AND e.collection_id = v.collection_id AND e.key = v.key
                WHERE e.source_id = \(id) ORDER BY e.version LIMIT 1
                """
            )
            return try rows.map { try $0.decode(column: 0, as: PostgresBytes.self).bytes }.first ?? []
        }
    }
}
