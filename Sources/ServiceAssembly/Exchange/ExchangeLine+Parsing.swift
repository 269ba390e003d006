internal import MemoryModel

extension ExchangeLine {
    /// Reads one line.
    ///
    /// - Throws: ``ExchangeError`` that names line and field.
    package init(parsing bytes: [UInt8], file: String, line: Int) throws(ExchangeError) {
        let json: JSONValue
        do throws(JSONError) {
            json = try JSONParser.parse(bytes)
        } catch {
            throw ExchangeError(.line, file: file, line: line, "\(error.detail), at byte \(error.offset)")
        }
        guard case .object(let members) = json else {
            throw ExchangeError(.line, file: file, line: line, "is not a JSON object")
        }
        var fields = LineFields(members, file: file, line: line)
        switch try fields.word("type", Kind.self) {
        case .workspace: self = .workspace(try WorkspaceLine(&fields))
        case .user: self = .user(try UserLine(&fields))
        case .agent: self = .agent(try AgentLine(&fields))
        case .channel: self = .channel(try ChannelLine(&fields))
        case .thread: self = .thread(try ThreadLine(&fields))
        case .fork: self = .fork(try ForkLine(&fields))
        case .message: self = .message(try MessageLine(&fields))
        case .collection: self = .collection(try CollectionLine(&fields))
        case .item: self = .item(try ItemLine(&fields))
        }
        try fields.finish()
    }
}

extension ExchangeLine.WorkspaceLine {
    fileprivate init(_ fields: inout LineFields) throws(ExchangeError) {
        name = try fields.text("name")
        language = try fields.optionalText("language")
    }
}

extension ExchangeLine.UserLine {
    fileprivate init(_ fields: inout LineFields) throws(ExchangeError) {
        id = try fields.text("id")
        name = try fields.text("name")
        email = try fields.optionalText("email")
        role = try fields.word("role", Role.self)
    }
}

extension ExchangeLine.AgentLine {
    fileprivate init(_ fields: inout LineFields) throws(ExchangeError) {
        id = try fields.text("id")
        name = try fields.text("name")
        owner = try fields.optionalText("owner")
        metadata = try fields.object("metadata") ?? [:]
    }
}

extension ExchangeLine.ChannelLine {
    fileprivate init(_ fields: inout LineFields) throws(ExchangeError) {
        id = try fields.text("id")
        name = try fields.text("name")
        audience = try fields.audience()
        createdAt = try fields.time("created_at")
    }
}

extension ExchangeLine.ThreadLine {
    fileprivate init(_ fields: inout LineFields) throws(ExchangeError) {
        id = try fields.text("id")
        channel = try fields.text("channel")
        title = try fields.text("title")
        status = try fields.word("status", ThreadStatus.self, default: .active)
        createdAt = try fields.time("created_at")
    }
}

extension ExchangeLine.ForkLine {
    fileprivate init(_ fields: inout LineFields) throws(ExchangeError) {
        id = try fields.text("id")
        thread = try fields.text("thread")
        parentFork = try fields.optionalText("parent_fork")
        forkPoint = try fields.text("fork_point")
        title = try fields.text("title")
        status = try fields.word("status", ForkStatus.self, default: .active)
        summary = try fields.optionalText("summary")
        createdAt = try fields.time("created_at")
        endedAt = try fields.time("ended_at")
        if status == .resolved, summary == nil {
            throw fields.failure("summary", "is missing: a resolved fork has one")
        }
        if status == .resolved, endedAt == nil {
            throw fields.failure("ended_at", "is missing: a resolved fork has one")
        }
    }
}

extension ExchangeLine.MessageLine {
    fileprivate init(_ fields: inout LineFields) throws(ExchangeError) {
        id = try fields.text("id")
        thread = try fields.text("thread")
        fork = try fields.optionalText("fork")
        author = try fields.text("author")
        authorType = try fields.word("author_type", AuthorType.self)
        authorID = try fields.optionalText("author_id")
        content = try fields.text("content")
        replyTo = try fields.optionalText("reply_to")
        metadata = try fields.object("metadata") ?? [:]
        guard let time = try fields.time("created_at") else { throw fields.failure("created_at", "is missing") }
        createdAt = time
    }
}

extension ExchangeLine.CollectionLine {
    fileprivate init(_ fields: inout LineFields) throws(ExchangeError) {
        id = try fields.text("id")
        name = try fields.text("name")
        let agent = try fields.optionalText("agent")
        let user = try fields.optionalText("user")
        let hasAudience = fields.has("audience")
        switch (agent, user, hasAudience) {
        case (let agent?, nil, false): owner = .agent(agent)
        case (nil, let user?, false): owner = .user(user)
        case (nil, nil, true): owner = .audience(try fields.audience())
        default: throw fields.failure("audience", "must stand alone: a collection has one of agent, user and audience")
        }
    }
}

extension ExchangeLine.ItemLine {
    fileprivate init(_ fields: inout LineFields) throws(ExchangeError) {
        id = try fields.text("id")
        collection = try fields.text("collection")
        kind = try fields.word("kind", ItemKind.self)
        content = try fields.text("content")
        scope = try ExchangeLine.Place(try fields.fields("scope"))
        tags = try fields.texts("tags")
        source = try fields.text("source")
        provenance = try ExchangeLine.Origin(try fields.fields("provenance"))
        author = try fields.optionalText("author")
        trust = try fields.trust()
        importance = try fields.fraction("importance")
        isPinned = try fields.flag("pinned")
        supersedes = try fields.optionalText("supersedes")
        validFrom = try fields.time("valid_from")
        invalidAt = try fields.time("invalid_at")
        expiresAt = try fields.time("expires_at")
        metadata = try fields.object("metadata") ?? [:]
        createdAt = try fields.time("created_at")
        embedding = try ExchangeLine.Embedding(try fields.fields("embedding"))
    }
}

extension ExchangeLine.Embedding {
    fileprivate init?(_ fields: LineFields?) throws(ExchangeError) {
        guard var fields else { return nil }
        model = try fields.text("model")
        vector = try fields.numbers("vector")
        try fields.finish()
    }
}

extension ExchangeLine.Place {
    fileprivate init?(_ fields: LineFields?) throws(ExchangeError) {
        guard var fields else { return nil }
        kind = try fields.word("kind", Kind.self)
        id = try fields.optionalText("id")
        if kind == .global, id != nil { throw fields.failure("id", "must be absent for the scope global") }
        if kind != .global, id == nil { throw fields.failure("id", "is missing: it names the \(kind.rawValue)") }
        try fields.finish()
    }
}

extension ExchangeLine.Origin {
    fileprivate init(_ fields: LineFields?) throws(ExchangeError) {
        self.init()
        guard var fields else { return }
        message = try fields.optionalText("message")
        thread = try fields.optionalText("thread")
        fork = try fields.optionalText("fork")
        task = try fields.optionalText("task")
        url = try fields.optionalText("url")
        derivedFrom = try fields.texts("derived_from")
        try fields.finish()
    }
}

extension LineFields {
    /// `workspace`, which is also the default, or the UUID of an audience.
    fileprivate mutating func audience() throws(ExchangeError) -> String {
        guard let audience = try optionalText("audience") else { return "workspace" }
        guard audience == "workspace" || ShortNames.isUUID(audience) else {
            throw failure("audience", "must be workspace, or the UUID of an audience")
        }
        return audience
    }

    /// How far an item is to be believed.
    fileprivate mutating func trust() throws(ExchangeError) -> Trust? {
        guard let name = try optionalText("trust") else { return nil }
        guard let trust = Trust.allCases.first(where: { $0.name == name }) else {
            throw failure("trust", "must be one of \(Trust.allCases.map(\.name).joined(separator: ", "))")
        }
        return trust
    }
}
