internal import Foundation
internal import MemoryAPI
internal import MemoryModel

/// Writes the workspace of the client's key as a file of the exchange format, with UUIDs.
///
/// What the key may see is written, as it stands: of an item its present version. Only an admin's key that acts for
/// nobody sees the personal collections of others.
package struct WorkspaceExport: Sendable {
    private let client: ServiceClient

    /// Makes an export through a client.
    package init(client: ServiceClient) {
        self.client = client
    }

    /// Exports line by line; `write` takes each line with its end.
    ///
    /// - Throws: ``ExchangeError``, ``ServiceClientError``, and what `write` throws.
    package func run(
        write: @escaping @Sendable ([UInt8]) throws -> Void,
        progress: @escaping @Sendable (ExchangeProgress) -> Void = { _ in }
    ) async throws -> ImportSummary {
        var writer = ExportWriter(client: client, write: write, progress: progress)
        try await writer.writeAll()
        return writer.summary
    }
}

/// Reads the nouns of a workspace and writes their lines, each after what it refers to.
private struct ExportWriter {
    let client: ServiceClient
    let write: @Sendable ([UInt8]) throws -> Void
    let progress: @Sendable (ExchangeProgress) -> Void
    var summary = ImportSummary()

    mutating func writeAll() async throws {
        let workspace = try await client.get("/v1/workspace")
        try emit(.workspace, ["name": workspace["name"], "language": workspace["language"]])
        let shared = try await workspaceAudience()
        try await oldestFirst("/v1/users", "users") { export, user in
            try export.emit(.user, user.keeping(["id", "name", "email", "role"]))
        }
        try await oldestFirst("/v1/agents", "agents") { export, agent in
            var line = agent.keeping(["id", "name", "metadata"])
            line["owner"] = agent["owner_id"]
            try export.emit(.agent, line)
        }
        try await oldestFirst("/v1/channels", "channels") { export, channel in
            var line = channel.keeping(["id", "name", "created_at"])
            line["audience"] = channel["audience_id"] == shared ? .string("workspace") : channel["audience_id"]
            try export.emit(.channel, line)
        }
        try await oldestFirst("/v1/threads", "threads") { export, thread in
            try await export.write(thread: thread)
        }
        try await oldestFirst("/v1/collections", "collections") { export, collection in
            guard collection["content"].text == "items" else { return }
            var line = collection.keeping(["id", "name"])
            if !collection["agent_id"].isNull {
                line["agent"] = collection["agent_id"]
            } else if !collection["user_id"].isNull {
                line["user"] = collection["user_id"]
            } else {
                line["audience"] =
                    collection["audience_id"] == shared ? .string("workspace") : collection["audience_id"]
            }
            try export.emit(.collection, line)
        }
        try await writeItems()
    }

    private mutating func write(thread: JSONValue) async throws {
        var line = thread.keeping(["id", "title", "status", "created_at"])
        line["channel"] = thread["channel_id"]
        try emit(.thread, line)
        let id = thread["id"].text ?? ""
        try await writeMessages("/v1/threads/\(id)/messages")
        try await oldestFirst("/v1/threads/\(id)/forks", "forks") { export, fork in
            var line = fork.keeping(["id", "title", "status", "summary", "created_at", "ended_at"])
            line["thread"] = fork["thread_id"]
            line["parent_fork"] = fork["parent_fork_id"]
            line["fork_point"] = fork["fork_point_id"]
            try export.emit(.fork, line)
            try await export.writeMessages("/v1/forks/\(fork["id"].text ?? "")/messages")
        }
    }

    private mutating func writeMessages(_ path: String) async throws {
        var export = self
        try await client.pages(path, rows: "messages") { messages in
            for message in messages {
                var line = message.keeping([
                    "id", "author", "author_type", "author_id", "content", "reply_to", "metadata", "created_at",
                ])
                line["thread"] = message["thread_id"]
                line["fork"] = message["fork_id"]
                try export.emit(.message, line)
            }
        }
        self = export
    }

    private mutating func writeItems() async throws {
        let states = ["active", "quarantined", "superseded", "expired"].map { (name: "state", value: $0) }
        // By the item that replaced it: newest first, the replacement comes before what it replaced.
        var replaced: [String: JSONValue] = [:]
        let spool = try LineSpool()
        try await client.pages("/v1/items", rows: "items", states) { items in
            for item in items {
                if let successor = item["superseded_by"].text { replaced[successor] = item["id"] }
                try spool.append(Self.bytes(item))
            }
        }
        var export = self
        try await spool.forEachFromTheLast { bytes in
            let item = try JSONParser.parse(bytes)
            var line = item.keeping([
                "id", "kind", "content", "tags", "source", "importance", "pinned", "trust", "metadata", "valid_from",
                "expires_at", "created_at",
            ])
            line["collection"] = item["collection_id"]
            line["scope"] = item["scope"]
            line["author"] = item["provenance"]["principal"]
            line["supersedes"] = replaced[item["id"].text ?? ""]
            // The import sets it from the replacement.
            if item["superseded_by"].isNull { line["invalid_at"] = item["invalid_at"] }
            line["provenance"] = Self.provenance(item["provenance"])
            try export.emit(.item, line)
        }
        self = export
    }

    private static func provenance(_ provenance: JSONValue) -> JSONValue {
        var line: [String: JSONValue] = ["url": provenance["url"], "derived_from": provenance["derived_from"]]
        for name in ["message", "thread", "fork", "task"] { line[name] = provenance["\(name)_id"] }
        return .object(line.filter { !$0.value.isNull })
    }

    /// The id of the audience that is the whole workspace.
    private func workspaceAudience() async throws -> JSONValue {
        var found = JSONValue.null
        try await client.pages("/v1/audiences", rows: "audiences") { audiences in
            for audience in audiences where audience["kind"].text == "workspace" { found = audience["id"] }
        }
        return found
    }

    /// Hands the rows of a list that comes newest first to a closure, oldest first.
    private mutating func oldestFirst(
        _ path: String,
        _ rows: String,
        _ body: (inout ExportWriter, JSONValue) async throws -> Void
    ) async throws {
        let spool = try LineSpool()
        try await client.pages(path, rows: rows) { page in
            for row in page { try spool.append(Self.bytes(row)) }
        }
        var export = self
        try await spool.forEachFromTheLast { bytes in
            try await body(&export, try JSONParser.parse(bytes))
        }
        self = export
    }

    private mutating func emit(_ kind: ExchangeLine.Kind, _ fields: [String: JSONValue]) throws {
        var line = fields.filter { !$0.value.isNull && $0.value != .object([:]) && $0.value != .array([]) }
        line["type"] = .string(kind.rawValue)
        try write(Self.bytes(.object(line)) + [0x0A])
        summary.lines += 1
        summary.note(kind, isNew: true)
        if summary.lines.isMultiple(of: 100) {
            progress(ExchangeProgress(done: summary.lines, total: nil, remark: "\(summary.lines) lines"))
        }
    }

    private static func bytes(_ value: JSONValue) -> [UInt8] {
        var writer = JSONWriter(capacity: 1024)
        writer.value(value)
        return writer.bytes
    }
}

extension JSONValue {
    /// Some members of an object.
    fileprivate func keeping(_ names: [String]) -> [String: JSONValue] {
        Dictionary(uniqueKeysWithValues: names.map { ($0, self[$0]) })
    }
}
