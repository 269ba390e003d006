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
    /// The ids of what was left out, because it was erased or belongs to what was.
    var erased: Set<String> = []
    /// Whether what was erased is written again.
    let restoresErased: Bool

    init(client: ServiceClient, file: String, restoresErased: Bool = false) {
        self.client = client
        self.file = file
        self.restoresErased = restoresErased
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
        try await create(.user, "/v1/users", id, named: user.id, body, line)
    }

    private mutating func write(_ agent: ExchangeLine.AgentLine, _ line: Int, _ names: inout DefinedNames) async throws
    {
        let owner = try names.reference(optional: agent.owner, .user, "owner", line: line)
        let id = names.define(agent.id, .agent)
        if leavesOut(.agent, id, named: agent.id, of: owner, line) { return }
        var body: [String: JSONValue] = ["id": .string(id), "name": .string(agent.name)]
        body["owner_id"] = owner.map(JSONValue.string)
        body["metadata"] = .object(agent.metadata)
        try await create(.agent, "/v1/agents", id, named: agent.id, body, line)
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
        try await create(.channel, "/v1/channels", id, named: channel.id, body, line)
    }

    private mutating func write(
        _ thread: ExchangeLine.ThreadLine,
        _ line: Int,
        _ names: inout DefinedNames
    ) async throws {
        let channel = try names.reference(thread.channel, .channel, "channel", line: line)
        let id = names.define(thread.id, .thread)
        if leavesOut(.thread, id, named: thread.id, of: channel, line) { return }
        var body: [String: JSONValue] = ["id": .string(id), "title": .string(thread.title)]
        body["status"] = .string(thread.status.rawValue)
        body["created_at"] = thread.createdAt.json
        let path = "/v1/channels/\(channel)/threads"
        try await create(.thread, path, at: "/v1/threads", id, named: thread.id, body, line)
    }

    private mutating func write(_ fork: ExchangeLine.ForkLine, _ line: Int, _ names: inout DefinedNames) async throws {
        // The fork point may be among the messages that wait.
        try await flush()
        let thread = try names.reference(fork.thread, .thread, "thread", line: line)
        let parent = try names.reference(optional: fork.parentFork, .fork, "parent_fork", line: line)
        let point = try names.reference(fork.forkPoint, .message, "fork_point", line: line)
        let id = names.define(fork.id, .fork)
        for origin in [thread, parent, point] where leavesOut(.fork, id, named: fork.id, of: origin, line) { return }
        var body: [String: JSONValue] = ["id": .string(id), "title": .string(fork.title)]
        body["fork_point_id"] = .string(point)
        body["created_at"] = fork.createdAt.json
        let path = "/v1/threads/\(thread)/forks"
        let found = try await create(.fork, path, at: "/v1/forks", id, named: fork.id, body, line)
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
        let owner: String
        switch collection.owner {
        case .agent(let agent):
            owner = try names.reference(agent, .agent, "agent", line: line)
            body = ["agent_id": .string(owner)]
            owners[collection.id] = "agent:\(owner)"
        case .user(let user):
            owner = try names.reference(user, .user, "user", line: line)
            body = ["user_id": .string(owner)]
            owners[collection.id] = "user:\(owner)"
        case .audience(let audience):
            let id = names.define(collection.id, .collection)
            var shared: [String: JSONValue] = ["id": .string(id), "name": .string(collection.name)]
            if audience != "workspace" { shared["audience_id"] = .string(audience) }
            try await create(.collection, "/v1/collections", id, named: collection.id, shared, line)
            return
        }
        if erased.contains(owner) {
            let id = names.define(collection.id, .collection)
            if leavesOut(.collection, id, named: collection.id, of: owner, line) { return }
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

    /// Whether a line is left out because what it belongs to was.
    mutating func leavesOut(
        _ kind: ExchangeLine.Kind,
        _ id: String,
        named name: String,
        of origin: String?,
        _ line: Int
    ) -> Bool {
        guard let origin, erased.contains(origin) else { return false }
        leaveOut(kind, id, named: name, line)
        return true
    }

    /// Notes that a line is left out because of an erasure.
    mutating func leaveOut(_ kind: ExchangeLine.Kind, _ id: String, named name: String, _ line: Int) {
        erased.insert(id)
        summary.noteErased(kind, id: name, line: line)
    }

    /// Creates a noun; where one with its id is there, that is left alone and returned.
    @discardableResult
    private mutating func create(
        _ kind: ExchangeLine.Kind,
        _ path: String,
        at place: String? = nil,
        _ id: String,
        named name: String,
        _ body: [String: JSONValue],
        _ line: Int
    ) async throws -> JSONValue? {
        hasJustFlushed = true
        var body = body
        if restoresErased, kind != .fork { body["restore_erased"] = .bool(true) }
        do throws(ServiceClientError) {
            _ = try await client.post(path, .object(body))
            summary.note(kind, isNew: true)
            return nil
        } catch {
            if error.problem?.code == "erased" {
                leaveOut(kind, id, named: name, line)
                return nil
            }
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
