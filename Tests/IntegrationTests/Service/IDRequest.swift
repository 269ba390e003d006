import MemoryAPI
import MemoryAPITestSupport
import MemoryModel

/// A request that is right in every respect, but perhaps for the one id under test.
struct IDRequest: Sendable {
    let path: String
    let body: String?

    /// Fills a route from samples, with `id` in the slot.
    ///
    /// `name` goes into names that must differ.
    init(_ slot: IDSlot, id: String, samples: Samples, name: String) {
        let route = slot.route
        var path = route.pattern.split(separator: "/").reduce(into: "") { path, part in
            guard part.hasPrefix("{") else {
                path += "/\(part)"
                return
            }
            let name = String(part.dropFirst().dropLast())
            path += "/" + (slot.place == .path(name) ? id : samples.ids[name] ?? "")
        }
        var query = route.parameters.filter(\.isRequired).map { "\($0.name)=tea" }
        if case .query(let name) = slot.place { query.append("\(name)=\(slot.value(id).text)") }
        if !query.isEmpty { path += "?" + query.joined(separator: "&") }
        self.path = path
        guard route.body != nil else {
            body = nil
            return
        }
        var json = Self.body(of: route, samples, name: "nr-\(name)")
        if case .body(let keys) = slot.place {
            // What is erased is named by one id alone.
            if route.pattern == "/v1/erasures", keys != ["id"] { json = .object([:]) }
            let excluded: Set<String> = ["agent_id", "user_id"]
            if let field = keys.last, excluded.contains(field), !keys.contains("members") {
                json = json.removing(["collection_id", "name"].filter { _ in route.pattern != "/v1/keys" })
            }
            if keys == ["fork_id"] { json = json.setting(["thread_id"], to: samples.value("thread_id")) }
            json = json.setting(keys, to: slot.value(id))
        }
        var writer = JSONWriter()
        writer.value(json)
        body = String(decoding: writer.bytes, as: UTF8.self)
    }

    /// The least that a route takes.
    private static func body(of route: Route, _ samples: Samples, name: String) -> JSONValue {
        let named = JSONValue.object(["name": .string(name)])
        let item = JSONValue.object([
            "content": .string("tea is at six"), "collection_id": samples.value("collection_id"),
        ])
        let message = JSONValue.object([
            "content": .string("hello"), "author": .string("Ada"), "author_type": .string("human"),
        ])
        switch route.pattern {
        case "/v1/users", "/v1/invitations", "/v1/workspaces", "/v1/agents", "/v1/audiences", "/v1/collections",
            "/v1/channels":
            return named
        case "/v1/keys": return named.setting(["scopes"], to: .array([.string("items:read")]))
        case "/v1/items", "/v1/items/{item_id}/supersede": return item
        case "/v1/collections/{collection_id}/restore":
            return .object(["since": .string("2026-01-01T00:00:00Z")])
        case "/v1/items/{item_id}/review": return .object(["decision": .string("approve")])
        case "/v1/items/batch": return .object(["items": .array([item])])
        case "/v1/channels/{channel_id}/threads": return .object(["title": .string("t")])
        case "/v1/threads/{thread_id}/forks":
            return .object(["fork_point_id": samples.value("message_id"), "title": .string("f")])
        case "/v1/forks/{fork_id}/resolve":
            return .object(["summary": .string("done"), "collection_id": samples.value("collection_id")])
        case "/v1/threads/{thread_id}/summary", "/v1/proposals/{proposal_id}/accept":
            return .object(["collection_id": samples.value("collection_id")])
        case "/v1/threads/{thread_id}/proposals":
            return .object([
                "content": .string("tea was at six"), "source_message_ids": .array([samples.value("message_id")]),
            ])
        case "/v1/forks/{fork_id}/record":
            return .object(["summary": .string("done"), "ended_at": .string("2026-01-01T00:00:00Z")])
        case "/v1/audiences/{audience_id}/members": return .object(["members": .array([])])
        case "/v1/messages/{message_id}": return .object(["content": .string("hello again")])
        case "/v1/messages/{message_id}/pin": return .object(["collection_id": samples.value("collection_id")])
        case "/v1/reverts": return .object(["source": .string("nowhere")])
        case "/v1/erasures": return .object(["item_id": samples.value("item_id")])
        case "/v1/workspace/extraction": return .object(["automatic": .bool(true)])
        case "/v1/search/items":
            // As long as the vectors of the tests' embedder.
            let vector = JSONValue.array((0..<32).map { .integer($0 == 0 ? 1 : 0) })
            return .object(["embedding": .object(["model": .string("hashing"), "vector": vector])])
        case "/v1/context": return .object(["query": .string("tea")])
        case let pattern where pattern.hasSuffix("/messages"): return message
        case let pattern where pattern.hasSuffix("/messages/batch"): return .object(["messages": .array([message])])
        default: return .object([:])
        }
    }
}

extension Samples {
    /// A sample's id as JSON.
    func value(_ name: String) -> JSONValue { .string(ids[name] ?? "") }
}

extension JSONValue {
    /// The value with another one at the end of a way of keys, made where it is not there.
    func setting(_ keys: [String], to value: JSONValue) -> JSONValue {
        guard let key = keys.first else { return value }
        let rest = Array(keys.dropFirst())
        if key == "*" {
            return .array([(elements.first ?? .object([:])).setting(rest, to: value)])
        }
        var members = members
        members[key] = (members[key] ?? .object([:])).setting(rest, to: value)
        return .object(members)
    }

    /// The value without some members, also of the objects in its arrays.
    func removing(_ names: [String]) -> JSONValue {
        switch self {
        case .object(let members):
            .object(members.filter { !names.contains($0.key) }.mapValues { $0.removing(names) })
        case .array(let elements): .array(elements.map { $0.removing(names) })
        default: self
        }
    }
}
