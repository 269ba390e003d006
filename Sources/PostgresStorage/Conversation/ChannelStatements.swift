internal import MemoryModel
internal import PostgresDriver

extension PostgresMemoryTransaction {
    func createChannel(_ channel: Channel) async throws(StoreError) {
        try requireWriter()
        let answers = try await pipeline([
            """
            INSERT INTO mneme.channels (workspace_id, id, audience_id, name, created_at)
            SELECT \(workspaceID), \(channel.id), a.id, \(channel.name), \(channel.createdAt)
            FROM mneme.audiences AS a
            WHERE a.workspace_id = \(workspaceID) AND a.id = \(channel.audienceID)
                AND a.id = ANY ((select mneme.audiences())::uuid[])
            ON CONFLICT DO NOTHING
            """,
            visibleAudience(channel.audienceID),
        ])
        if answers[0].affectedRows > 0 { return }
        if answers[1].isEmpty { throw .missing("audience") }
        throw StoreError(.alreadyExists, "the channel is there already", field: "channel")
    }

    func channel(_ id: Identifier<Channel>) async throws(StoreError) -> Channel {
        try await readOne(
            """
            SELECT t.id, t.audience_id, t.name, t.created_at FROM mneme.channels AS t
            WHERE t.workspace_id = \(workspaceID) AND t.id = \(id)
            """,
            field: "channel",
            Channel.init(row:)
        )
    }

    func channels(_ page: PageRequest) async throws(StoreError) -> Page<Channel> {
        try await self.page("SELECT t.id, t.audience_id, t.name, t.created_at FROM mneme.channels AS t", page)
    }

    func deleteChannel(_ id: Identifier<Channel>) async throws(StoreError) {
        try requireWriter()
        // In the order in which writers lock: threads, then messages.
        try await execute(
            """
            SELECT 1 FROM mneme.threads WHERE workspace_id = \(workspaceID) AND channel_id = \(id)
            ORDER BY id FOR UPDATE
            """
        )
        try await buryMessages("m.channel_id = \(id)")
        try await executeOne(
            "DELETE FROM mneme.channels WHERE workspace_id = \(workspaceID) AND id = \(id)",
            field: "channel"
        )
    }

    // MARK: Threads

    func createThread(_ thread: ConversationThread) async throws(StoreError) {
        try requireWriter()
        let answers = try await pipeline([
            """
            INSERT INTO mneme.threads (workspace_id, id, channel_id, audience_id, title, status, created_at)
            SELECT c.workspace_id, \(thread.id), c.id, c.audience_id, \(thread.title), \(thread.status),
                \(thread.createdAt)
            FROM mneme.channels AS c
            WHERE c.workspace_id = \(workspaceID) AND c.id = \(thread.channelID)
            ON CONFLICT DO NOTHING
            """,
            "SELECT 1 FROM mneme.channels WHERE workspace_id = \(workspaceID) AND id = \(thread.channelID)",
        ])
        if answers[0].affectedRows > 0 { return }
        if answers[1].isEmpty { throw .missing("channel") }
        throw StoreError(.alreadyExists, "the thread is there already", field: "thread")
    }

    func thread(_ id: Identifier<ConversationThread>) async throws(StoreError) -> ConversationThread {
        try await readOne(
            """
            SELECT \(fragment: ConversationThread.columns) FROM mneme.threads AS t
            WHERE t.workspace_id = \(workspaceID) AND t.id = \(id)
            """,
            field: "thread",
            ConversationThread.init(row:)
        )
    }

    func threads(
        in channel: Identifier<Channel>?,
        _ page: PageRequest
    ) async throws(StoreError) -> Page<ConversationThread> {
        try await self.page(
            "SELECT \(fragment: ConversationThread.columns) FROM mneme.threads AS t",
            where: channel.map { ["t.channel_id = \($0)"] } ?? [],
            page
        )
    }

    func updateThread(_ thread: ConversationThread) async throws(StoreError) {
        try requireWriter()
        try await executeOne(
            """
            UPDATE mneme.threads SET title = \(thread.title), status = \(thread.status)
            WHERE workspace_id = \(workspaceID) AND id = \(thread.id)
            """,
            field: "thread"
        )
    }

    func deleteThread(_ id: Identifier<ConversationThread>) async throws(StoreError) {
        try requireWriter()
        try await execute(
            "SELECT 1 FROM mneme.threads WHERE workspace_id = \(workspaceID) AND id = \(id) FOR UPDATE"
        )
        try await buryMessages("m.thread_id = \(id)")
        try await executeOne(
            "DELETE FROM mneme.threads WHERE workspace_id = \(workspaceID) AND id = \(id)",
            field: "thread"
        )
    }

    /// Stamps tombstones for the index entries of messages that are about to go.
    ///
    /// They are locked first: whoever is about to index or edit one has done so before the entries are read.
    func buryMessages(_ condition: PostgresQuery) async throws(StoreError) {
        let answers = try await pipeline([
            """
            SELECT 1 FROM mneme.messages AS m
            WHERE m.workspace_id = \(workspaceID) AND \(fragment: condition) ORDER BY m.id FOR UPDATE
            """,
            """
            SELECT e.collection_id, e.source_id, e.version
            FROM mneme.messages AS m
            JOIN mneme.collections AS c
                ON c.workspace_id = m.workspace_id AND c.audience_id = m.audience_id AND c.content = 'messages'
            JOIN mneme.index_entries AS e
                ON e.workspace_id = m.workspace_id AND e.collection_id = c.id AND e.source_id = m.id
            WHERE m.workspace_id = \(workspaceID) AND \(fragment: condition) AND e.live
            ORDER BY e.key
            """,
        ])
        stamp(try answers[1].readAll(IndexEntryChange.tombstone(row:)))
    }
}

extension IndexEntryChange {
    /// The end of an entry, from its collection, source and version.
    static func tombstone(row: PostgresRow) throws(PostgresError) -> IndexEntryChange {
        let (collection, source, version) = try row.decode(
            (Identifier<MemoryCollection>, Identifier<IndexEntryChange>, Int32).self
        )
        return IndexEntryChange(collectionID: collection, sourceID: source, version: version, isLive: false)
    }
}

extension Channel {
    init(row: PostgresRow) throws(PostgresError) {
        var reader = RowReader(row)
        self.init(
            id: try reader.next(),
            audienceID: try reader.next(),
            name: try reader.next(),
            createdAt: try reader.next()
        )
    }
}

extension ConversationThread {
    /// The columns of a thread `t`, as ``init(row:)`` reads them.
    static let columns: PostgresQuery = "t.id, t.channel_id, t.audience_id, t.title, t.status, t.created_at"

    init(row: PostgresRow) throws(PostgresError) {
        var reader = RowReader(row)
        self.init(
            id: try reader.next(),
            channelID: try reader.next(),
            audienceID: try reader.next(),
            title: try reader.next(),
            status: try reader.next(),
            createdAt: try reader.next()
        )
    }
}
