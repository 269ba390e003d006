import MemoryAPITestSupport
import MemoryModel

/// What a person has that nobody else in the workspace may see, and a key of that person.
struct PersonalSamples: Sendable {
    /// The nouns that are one person's alone; users, agents, audiences and keys are the workspace's directory.
    static let nouns: Set<String> = [
        "collection_id", "item_id", "channel_id", "thread_id", "message_id", "fork_id", "context_id",
    ]

    /// Brings a person into a workspace, as an admin and the person would; returns the person's key.
    static func invite(_ name: String, role: String = "member", by admin: Caller) async throws -> Caller {
        let invited = try await admin.post("/v1/invitations", #"{"name":"\#(name)","role":"\#(role)"}"#)
        let accepted = try await admin.with(invited.string("secret")).post("/v1/invitations/accept", "{}")
        return admin.with(accepted.string("secret"))
    }

    /// Makes one of each noun that is the person's alone, with a text of the person's; `samples` has the others.
    static func make(_ person: Caller, text: String, name: String, beside samples: Samples) async throws -> Samples {
        var samples = samples
        let item = try await person.post("/v1/items", #"{"content":"\#(text)"}"#)
        samples.ids["item_id"] = item.string("id")
        samples.ids["collection_id"] = item.string("collection_id")
        let agent = try await person.post("/v1/agents", #"{"name":"\#(name)"}"#).string("id")
        samples.ids["agent_id"] = agent
        _ = try await person.post("/v1/items", #"{"content":"\#(text)","agent_id":"\#(agent)"}"#)
        let audiences = try await person.get("/v1/audiences")["audiences"].elements
        let own = audiences.first { $0["kind"] == .string("user") }?["id"].text ?? ""
        let channel = try await person.post("/v1/channels", #"{"name":"\#(text)","audience_id":"\#(own)"}"#).string(
            "id"
        )
        let thread = try await person.post("/v1/channels/\(channel)/threads", #"{"title":"\#(text)"}"#).string("id")
        let message = try await person.post(
            "/v1/threads/\(thread)/messages",
            #"{"content":"\#(text)","author":"Ann","author_type":"human"}"#
        ).string("id")
        let fork = try await person.post(
            "/v1/threads/\(thread)/forks",
            #"{"fork_point_id":"\#(message)","title":"\#(text)"}"#
        ).string("id")
        samples.ids["channel_id"] = channel
        samples.ids["thread_id"] = thread
        samples.ids["message_id"] = message
        samples.ids["fork_id"] = fork
        samples.ids["context_id"] = try await person.post("/v1/context", #"{"query":"tea"}"#).string("id")
        return samples
    }
}
