package import HTTPTypes
package import MemoryAPI
import MemoryModel

/// One of every noun in a workspace, made over HTTP.
package struct Samples: Sendable {
    /// Ids by the name of their path parameter.
    package var ids: [String: String] = [:]

    /// None yet.
    package init() {}

    /// Makes them; where it is done more than once in a workspace, names that must differ get a suffix.
    package static func make(_ caller: Caller, suffix: String = "") async throws -> Samples {
        var samples = Samples()
        func add(_ name: String, _ answer: Answer) -> String {
            let id = answer.string("id")
            samples.ids[name] = id
            return id
        }
        _ = add("user_id", try await caller.post("/v1/users", #"{"name":"Ada"}"#))
        let agent = add("agent_id", try await caller.post("/v1/agents", #"{"name":"scout\#(suffix)"}"#))
        _ = add("audience_id", try await caller.post("/v1/audiences", #"{"name":"group"}"#))
        let key = try await caller.post("/v1/keys", #"{"name":"k","scopes":["items:read"]}"#)
        samples.ids["key_id"] = key["key"]["id"].text
        _ = add("collection_id", try await caller.post("/v1/collections", #"{"name":"shared"}"#))
        _ = add("item_id", try await caller.post("/v1/items", #"{"content":"tea is at four","agent_id":"\#(agent)"}"#))
        let channel = add("channel_id", try await caller.post("/v1/channels", #"{"name":"general"}"#))
        let thread = add("thread_id", try await caller.post("/v1/channels/\(channel)/threads", #"{"title":"t"}"#))
        let message = add(
            "message_id",
            try await caller.post(
                "/v1/threads/\(thread)/messages",
                #"{"content":"hello","author":"Ada","author_type":"human"}"#
            )
        )
        _ = add(
            "fork_id",
            try await caller.post("/v1/threads/\(thread)/forks", #"{"fork_point_id":"\#(message)","title":"f"}"#)
        )
        _ = add(
            "proposal_id",
            try await caller.post(
                "/v1/threads/\(thread)/proposals",
                #"{"content":"tea is served","source_message_ids":["\#(message)"]}"#
            )
        )
        samples.ids["workspace_id"] = try await caller.get("/v1/workspace").string("id")
        let spare = try await caller.post("/v1/items", #"{"content":"tea is cold","agent_id":"\#(agent)"}"#)
        _ = add("erasure_id", try await caller.post("/v1/erasures", #"{"item_id":"\#(spare.string("id"))"}"#))
        _ = add("context_id", try await caller.post("/v1/context", #"{"query":"tea"}"#))
        return samples
    }

    /// A body that a route takes, so that only its path is at fault.
    package static func body(of route: Route, _ samples: Samples) -> String? {
        guard route.body != nil else { return nil }
        return switch route.pattern {
        case "/v1/items/{item_id}/supersede": #"{"content":"tea is at five"}"#
        case "/v1/collections/{collection_id}/restore": #"{"since":"2026-01-01T00:00:00Z"}"#
        case "/v1/items/{item_id}/review": #"{"decision":"approve"}"#
        case "/v1/channels/{channel_id}/threads": #"{"title":"t"}"#
        case "/v1/threads/{thread_id}/forks": #"{"fork_point_id":"\#(samples.ids["message_id"] ?? "")","title":"f"}"#
        case "/v1/forks/{fork_id}/record": #"{"summary":"done","ended_at":"2026-01-01T00:00:00Z"}"#
        case "/v1/forks/{fork_id}/resolve": #"{"summary":"done"}"#
        case "/v1/threads/{thread_id}/proposals":
            #"{"content":"cake is served","source_message_ids":["\#(samples.ids["message_id"] ?? "")"]}"#
        case "/v1/audiences/{audience_id}/members": #"{"members":[]}"#
        case "/v1/messages/{message_id}": #"{"content":"hello again"}"#
        case let pattern where pattern.hasSuffix("/messages"):
            #"{"content":"hello","author":"Ada","author_type":"human"}"#
        case let pattern where pattern.hasSuffix("/messages/batch"):
            #"{"messages":[{"content":"hello","author":"Ada","author_type":"human"}]}"#
        default: "{}"
        }
    }
}

extension HTTPField.Name {
    package static let requestID = named("X-Request-Id")
    package static let apiKeyField = named("api-key")
    package static let idempotency = named("Idempotency-Key")
    package static let replayed = named("Idempotency-Replayed")
    package static let token = named("Mneme-Consistency-Token")
    package static let deadline = named("Mneme-Deadline-Ms")
    package static let linkField = named("Link")

    private static func named(_ name: String) -> HTTPField.Name {
        guard let field = HTTPField.Name(name) else { preconditionFailure("not a field name") }
        return field
    }
}

extension Route {
    /// Whether a key can have its scope: the operator's routes and those of an invitation are for credentials of their own.
    package var isOpenToAdmins: Bool { access.scope.map(AccessScope.grantable.contains) ?? true }
}
