internal import MemoryModel
internal import PostgresDriver

extension PostgresMemoryTransaction {
    func appendMessages(_ messages: [NewMessage]) async throws(StoreError) -> [Message] {
        try requireWriter()
        guard !messages.isEmpty else { return [] }
        let wanted = messages.map(\.message)
        let ids = wanted.map(\.id)
        guard Set(ids).count == ids.count else {
            throw StoreError(.invalid, "an id comes twice in one request", field: "id")
        }
        // The lines are locked first, in the order of their ids; the statements after that see what others have
        // written meanwhile.
        let threads = Array(Set(wanted.map(\.threadID)))
        let forks = Array(Set(wanted.compactMap(\.forkID)))
        let answers = try await pipeline([
            """
            SELECT t.id FROM mneme.threads AS t WHERE t.workspace_id = \(workspaceID) AND t.id = ANY (\(threads))
            ORDER BY t.id FOR UPDATE
            """,
            """
            SELECT t.id, t.thread_id FROM mneme.forks AS t
            WHERE t.workspace_id = \(workspaceID) AND t.id = ANY (\(forks)) ORDER BY t.id FOR UPDATE
            """,
            try insertion(of: messages),
            """
            SELECT \(fragment: Message.columns) FROM mneme.messages AS t
            WHERE t.workspace_id = \(workspaceID) AND t.id = ANY (\(ids))
            """,
        ])
        try checkLines(of: wanted, threads: answers[0], forks: answers[1])
        let rows = try answers[3].readAll(Message.init(row:))
        let stored = Dictionary(rows.map { ($0.id, $0) }) { first, _ in first }
        var result: [Message] = []
        result.reserveCapacity(wanted.count)
        for message in wanted {
            guard let found = stored[message.id], found.isSame(as: message) else {
                throw StoreError(.conflict, "a message with this id says something else", field: "id")
            }
            result.append(found)
        }
        return result
    }

    private func insertion(of messages: [NewMessage]) throws(StoreError) -> PostgresQuery {
        let wanted = messages.map(\.message)
        var metadata: [PostgresJSON] = []
        var bigrams: [PostgresJSON] = []
        for message in messages {
            metadata.append(try JSONText.encode(metadata: message.message.metadata))
            bigrams.append(message.bigrams.isEmpty ? PostgresJSON(text: "[]") : try JSONText.encode(message.bigrams))
        }
        return """
            WITH given AS (
                SELECT g.*, t.channel_id, t.audience_id FROM unnest(
                    \(wanted.map(\.id)), \(wanted.map(\.threadID)), \(wanted.map(\.forkID)),
                    \(wanted.map(\.authorType)), \(wanted.map(\.author)), \(wanted.map(\.authorID)),
                    \(wanted.map(\.content)), \(wanted.map(\.replyTo)), \(metadata), \(wanted.map(\.createdAt)),
                    \(wanted.map(\.editedAt)), \(bigrams)
                ) WITH ORDINALITY AS g (
                    id, thread_id, fork_id, author_type, author, author_id, content, reply_to, metadata, created_at,
                    edited_at, bigrams, place)
                JOIN mneme.threads AS t ON t.workspace_id = \(workspaceID) AND t.id = g.thread_id
                WHERE NOT EXISTS (
                    SELECT 1 FROM mneme.messages AS m WHERE m.workspace_id = \(workspaceID) AND m.id = g.id)),
            on_threads AS (
                UPDATE mneme.threads AS t SET last_position = t.last_position + n.count
                FROM (SELECT thread_id, count(*) FROM given WHERE fork_id IS NULL GROUP BY thread_id) AS n
                WHERE t.workspace_id = \(workspaceID) AND t.id = n.thread_id
                RETURNING t.id AS thread_id, NULL::uuid AS fork_id, t.last_position - n.count AS start),
            on_forks AS (
                UPDATE mneme.forks AS f SET last_position = f.last_position + n.count
                FROM (SELECT thread_id, fork_id, count(*) FROM given WHERE fork_id IS NOT NULL
                      GROUP BY thread_id, fork_id) AS n
                WHERE f.workspace_id = \(workspaceID) AND f.id = n.fork_id AND f.thread_id = n.thread_id
                RETURNING f.thread_id, f.id AS fork_id, f.last_position - n.count AS start)
            INSERT INTO mneme.messages (
                workspace_id, id, channel_id, thread_id, fork_id, audience_id, position, author_type, author, author_id,
                content, reply_to, metadata, created_at, edited_at, fts)
            SELECT \(workspaceID), g.id, g.channel_id, g.thread_id, g.fork_id, g.audience_id,
                l.start + row_number() OVER (PARTITION BY g.thread_id, g.fork_id ORDER BY g.place), g.author_type,
                g.author, g.author_id, g.content, g.reply_to, g.metadata, g.created_at, g.edited_at,
                mneme.search_words((SELECT mneme.text_language()), g.content,
                    ARRAY(SELECT jsonb_array_elements_text(g.bigrams)))
            FROM given AS g
            JOIN (SELECT * FROM on_threads UNION ALL SELECT * FROM on_forks) AS l
                ON l.thread_id = g.thread_id AND l.fork_id IS NOT DISTINCT FROM g.fork_id
            ORDER BY g.place
            ON CONFLICT ON CONSTRAINT messages_pkey DO NOTHING
            """
    }

    private func checkLines(
        of messages: [Message],
        threads: PostgresRows,
        forks: PostgresRows
    ) throws(StoreError) {
        let threads = Set(try threads.firstColumn(Identifier<ConversationThread>.self))
        let forks = try mappingErrors { () throws(PostgresError) in
            Dictionary(try forks.decode((Identifier<Fork>, Identifier<ConversationThread>).self)) { $1 }
        }
        for message in messages {
            guard threads.contains(message.threadID) else { throw .missing("thread") }
            if let fork = message.forkID, forks[fork] != message.threadID { throw .missing("fork") }
        }
    }

    func message(_ id: Identifier<Message>) async throws(StoreError) -> Message {
        try await readOne(
            """
            SELECT \(fragment: Message.columns) FROM mneme.messages AS t
            WHERE t.workspace_id = \(workspaceID) AND t.id = \(id)
            """,
            field: "message",
            Message.init(row:)
        )
    }

    func messages(
        thread: Identifier<ConversationThread>,
        fork: Identifier<Fork>?,
        _ page: PageRequest
    ) async throws(StoreError) -> Page<Message> {
        try page.validate()
        let after = page.after?.order ?? -1
        // Two forms, because IS NOT DISTINCT FROM uses no index.
        let line: PostgresQuery = fork.map { "t.fork_id = \($0)" } ?? "t.fork_id IS NULL"
        let answers = try await pipeline([
            "SELECT 1 FROM mneme.threads WHERE workspace_id = \(workspaceID) AND id = \(thread)",
            """
            SELECT 1 FROM mneme.forks
            WHERE workspace_id = \(workspaceID) AND thread_id = \(thread) AND id = \(fork)
            """,
            """
            SELECT \(fragment: Message.columns) FROM mneme.messages AS t
            WHERE t.workspace_id = \(workspaceID) AND t.thread_id = \(thread)
                AND \(fragment: line) AND t.position > \(after)
            ORDER BY t.position LIMIT \(page.limit + 1)
            """,
        ])
        if answers[0].isEmpty { throw .missing("thread") }
        if fork != nil, answers[1].isEmpty { throw .missing("fork") }
        return Page(try answers[2].readAll(Message.init(row:)), limit: page.limit) {
            PagePosition(order: $0.position, id: $0.id)
        } row: {
            $0
        }
    }

    func messages(_ ids: [Identifier<Message>]) async throws(StoreError) -> [Message] {
        guard !ids.isEmpty else { return [] }
        return try await read(
            """
            SELECT \(fragment: Message.columns) FROM mneme.messages AS t
            WHERE t.workspace_id = \(workspaceID) AND t.id = ANY (\(ids))
            """,
            Message.init(row:)
        )
    }

    func messages(after id: Identifier<Message>?, limit: Int) async throws(StoreError) -> [Message] {
        try await read(
            """
            SELECT \(fragment: Message.columns) FROM mneme.messages AS t
            WHERE t.workspace_id = \(workspaceID) AND t.id > \(id ?? Identifier(high: 0, low: 0))
            ORDER BY t.id LIMIT \(limit) FOR NO KEY UPDATE
            """,
            Message.init(row:)
        )
    }

    func editMessage(
        _ id: Identifier<Message>,
        content: String,
        bigrams: [String]
    ) async throws(StoreError) -> Message {
        try requireWriter()
        return try await readOne(
            """
            UPDATE mneme.messages AS t SET content = \(content), edited_at = \(now), version = t.version + 1,
                fts = mneme.search_words((SELECT mneme.text_language()), \(content), \(bigrams))
            WHERE t.workspace_id = \(workspaceID) AND t.id = \(id)
            RETURNING \(fragment: Message.columns)
            """,
            field: "message",
            Message.init(row:)
        )
    }

    func deleteMessage(_ id: Identifier<Message>) async throws(StoreError) {
        try requireWriter()
        try await buryMessages("m.id = \(id)")
        try await executeOne(
            "DELETE FROM mneme.messages WHERE workspace_id = \(workspaceID) AND id = \(id)",
            field: "message"
        )
    }
}

extension Message {
    /// The columns of a message `t`, as ``init(reader:)`` reads them.
    static let columns: PostgresQuery = """
        t.id, t.channel_id, t.thread_id, t.fork_id, t.audience_id, t.position, t.version, t.author_type, t.author,
        t.author_id, t.content, t.reply_to, t.metadata, t.created_at, t.edited_at
        """

    init(row: PostgresRow) throws(PostgresError) {
        var reader = RowReader(row)
        try self.init(reader: &reader)
    }

    init(reader: inout RowReader) throws(PostgresError) {
        self.init(
            id: try reader.next(),
            channelID: try reader.next(),
            threadID: try reader.next(),
            forkID: try reader.next(),
            audienceID: try reader.next(),
            position: try reader.next(),
            version: try reader.next(),
            authorType: try reader.next(),
            author: try reader.next(),
            authorID: try reader.next(),
            content: try reader.next(),
            replyTo: try reader.next(),
            metadata: try reader.nextMetadata(),
            createdAt: try reader.next(),
            editedAt: try reader.next()
        )
    }

    /// Whether a stored message is the one that is appended again.
    fileprivate func isSame(as other: Message) -> Bool {
        threadID == other.threadID && forkID == other.forkID && content == other.content && author == other.author
            && authorType == other.authorType
    }
}
