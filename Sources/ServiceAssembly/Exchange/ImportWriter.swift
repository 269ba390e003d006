internal import MemoryModel

/// Writes the lines of an import through the API, messages and items in batches.
struct ImportWriter {
    /// How a fork ends, once all its messages are there.
    private struct End {
        let forkID: String
        let line: Int
        let summary: String?
        let endedAt: Timestamp?
    }

    let client: ServiceClient
    let file: String
    var summary = ImportSummary()
    /// Whether the last line caused a request.
    var hasJustFlushed = false

    var messages: [String: ImportBatch] = [:]
    /// Where messages wait, in the order in which the places first came.
    var places: [String] = []
    /// Where each waiting message is going, for those that answer one.
    var waiting: [String: String] = [:]
    var items = ImportBatch()
    var bytes = 0
    private var ends: [End] = []
    /// Forks that had ended before this import: all their messages are there.
    var endedForks: Set<String> = []
    /// Whose each personal collection is, as provenance names it.
    var owners: [String: String] = [:]

    init(client: ServiceClient, file: String) {
        self.client = client
        self.file = file
    }

    /// Writes one line, now or with its batch.
    mutating func write(
        _ line: ExchangeLine,
        number: Int,
        bytes count: Int,
        names: inout DefinedNames
    ) async throws {
        summary.lines += 1
        hasJustFlushed = false
        switch line {
        case .workspace: break
        case .user(let user): try await write(user, number, &names)
        case .agent(let agent): try await write(agent, number, &names)
        case .channel(let channel): try await write(channel, number, &names)
        case .thread(let thread): try await write(thread, number, &names)
        case .fork(let fork): try await write(fork, number, &names)
        case .collection(let collection): try await write(collection, number, &names)
        case .message(let message): try await write(message, number, count, &names)
        case .item(let item): try await write(item, number, count, &names)
        }
    }

    /// Writes what still waits, and ends the forks that have ended.
    mutating func finish() async throws {
        try await flush()
        for end in ends {
            var body: [String: JSONValue] = [:]
            if let time = end.endedAt { body["ended_at"] = .string(time.description) }
            if let summary = end.summary { body["summary"] = .string(summary) }
            let action = end.summary == nil ? "abandon" : "record"
            do throws(ServiceClientError) {
                _ = try await client.post("/v1/forks/\(end.forkID)/\(action)", .object(body))
            } catch {
                // Ended meanwhile, by another import of the same file.
                guard error.problem?.code != "conflict" else { continue }
                throw error.blaming(file: file, line: end.line)
            }
        }
        ends = []
    }

    // MARK: Nouns written one by one

    private mutating func write(_ user: ExchangeLine.UserLine, _ line: Int, _ names: inout DefinedNames) async throws {
        let id = names.define(user.id, .user)
        var body: [String: JSONValue] = ["id": .string(id), "name": .string(user.name)]
        body["role"] = .string(user.role.rawValue)
        body["email"] = user.email.map(JSONValue.string)
        try await create(.user, "/v1/users", id, body, line)
    }

    private mutating func write(_ agent: ExchangeLine.AgentLine, _ line: Int, _ names: inout DefinedNames) async throws
    {
        let owner = try names.reference(optional: agent.owner, .user, "owner", line: line)
        let id = names.define(agent.id, .agent)
        var body: [String: JSONValue] = ["id": .string(id), "name": .string(agent.name)]
        body["owner_id"] = owner.map(JSONValue.string)
        body["metadata"] = .object(agent.metadata)
        try await create(.agent, "/v1/agents", id, body, line)
    }

    private mutating func write(
        _ channel: ExchangeLine.ChannelLine,
        _ line: Int,
        _ names: inout DefinedNames
    ) async throws {
        let id = names.define(channel.id, .channel)
        var body: [String: JSONValue] = ["id": .string(id), "name": .string(channel.name)]
        if channel.audience != "workspace" { body["audience_id"] = .string(channel.audience) }
        body["created_at"] = channel.createdAt.json
        try await create(.channel, "/v1/channels", id, body, line)
    }

    private mutating func write(
        _ thread: ExchangeLine.ThreadLine,
        _ line: Int,
        _ names: inout DefinedNames
    ) async throws {
        let channel = try names.reference(thread.channel, .channel, "channel", line: line)
        let id = names.define(thread.id, .thread)
        var body: [String: JSONValue] = ["id": .string(id), "title": .string(thread.title)]
        body["status"] = .string(thread.status.rawValue)
        body["created_at"] = thread.createdAt.json
        try await create(.thread, "/v1/channels/\(channel)/threads", at: "/v1/threads", id, body, line)
    }

    private mutating func write(_ fork: ExchangeLine.ForkLine, _ line: Int, _ names: inout DefinedNames) async throws {
        // The fork point may be among the messages that wait.
        try await flush()
        let thread = try names.reference(fork.thread, .thread, "thread", line: line)
        _ = try names.reference(optional: fork.parentFork, .fork, "parent_fork", line: line)
        let id = names.define(fork.id, .fork)
        var body: [String: JSONValue] = ["id": .string(id), "title": .string(fork.title)]
        body["fork_point_id"] = .string(try names.reference(fork.forkPoint, .message, "fork_point", line: line))
        body["created_at"] = fork.createdAt.json
        let found = try await create(.fork, "/v1/threads/\(thread)/forks", at: "/v1/forks", id, body, line)
        if let status = found?["status"].text, status != ForkStatus.active.rawValue {
            endedForks.insert(id)
        } else if fork.status != .active {
            let summary = fork.status == .resolved ? fork.summary : nil
            ends.append(End(forkID: id, line: line, summary: summary, endedAt: fork.endedAt))
        }
    }

    private mutating func write(
        _ collection: ExchangeLine.CollectionLine,
        _ line: Int,
        _ names: inout DefinedNames
    ) async throws {
        let body: [String: JSONValue]
        switch collection.owner {
        case .agent(let agent):
            let id = try names.reference(agent, .agent, "agent", line: line)
            body = ["agent_id": .string(id)]
            owners[collection.id] = "agent:\(id)"
        case .user(let user):
            let id = try names.reference(user, .user, "user", line: line)
            body = ["user_id": .string(id)]
            owners[collection.id] = "user:\(id)"
        case .audience(let audience):
            let id = names.define(collection.id, .collection)
            var shared: [String: JSONValue] = ["id": .string(id), "name": .string(collection.name)]
            if audience != "workspace" { shared["audience_id"] = .string(audience) }
            try await create(.collection, "/v1/collections", id, shared, line)
            return
        }
        // A personal collection is made once, under an id of the service's own.
        do throws(ServiceClientError) {
            let made = try await client.post("/v1/collections", .object(body))
            names.define(collection.id, .collection, as: made["id"].text ?? "")
        } catch {
            throw error.blaming(file: file, line: line)
        }
        hasJustFlushed = true
        summary.note(.collection, isNew: true)
    }

    /// Creates a noun; where one with its id is there, that is left alone and returned.
    @discardableResult
    private mutating func create(
        _ kind: ExchangeLine.Kind,
        _ path: String,
        at place: String? = nil,
        _ id: String,
        _ body: [String: JSONValue],
        _ line: Int
    ) async throws -> JSONValue? {
        hasJustFlushed = true
        do throws(ServiceClientError) {
            _ = try await client.post(path, .object(body))
            summary.note(kind, isNew: true)
            return nil
        } catch {
            guard error.problem?.code == "already_exists" else { throw error.blaming(file: file, line: line) }
            guard let found = try? await client.get("\(place ?? path)/\(id)") else {
                // Not this one, then, but another with the same name or address.
                throw ExchangeError(
                    .refused,
                    file: file,
                    line: line,
                    "another \(kind.rawValue) with the same name or address is in the workspace"
                )
            }
            summary.note(kind, isNew: false)
            return found
        }
    }
}

extension Timestamp? {
    /// The time as a JSON string; nil for none.
    var json: JSONValue? { map { .string($0.description) } }
}
