internal import MemoryModel
internal import PostgresDriver

extension PostgresMemoryTransaction {
    func createFork(_ fork: Fork) async throws(StoreError) {
        try requireWriter()
        // The fork point lies in the parent itself: what the parent inherited was said before it, and is not its own.
        let answers = try await pipeline([
            """
            INSERT INTO mneme.forks (
                workspace_id, id, channel_id, thread_id, audience_id, parent_fork_id, fork_point_id,
                fork_point_position, title, status, summary, created_at, ended_at, last_position)
            SELECT m.workspace_id, \(fork.id), m.channel_id, m.thread_id, m.audience_id, m.fork_id, m.id, m.position,
                \(fork.title), \(fork.status), \(fork.summary), \(fork.createdAt), \(fork.endedAt), m.position
            FROM mneme.messages AS m
            WHERE m.workspace_id = \(workspaceID) AND m.id = \(fork.forkPointID) AND m.thread_id = \(fork.threadID)
                AND m.fork_id IS NOT DISTINCT FROM \(fork.parentForkID)
            ON CONFLICT DO NOTHING
            """,
            "SELECT 1 FROM mneme.threads WHERE workspace_id = \(workspaceID) AND id = \(fork.threadID)",
            """
            SELECT 1 FROM mneme.forks
            WHERE workspace_id = \(workspaceID) AND thread_id = \(fork.threadID) AND id = \(fork.parentForkID)
            """,
            "SELECT 1 FROM mneme.forks WHERE workspace_id = \(workspaceID) AND id = \(fork.id)",
        ])
        if answers[0].affectedRows > 0 { return }
        if answers[1].isEmpty { throw .missing("thread") }
        if fork.parentForkID != nil, answers[2].isEmpty { throw .missing("parent_fork") }
        if !answers[3].isEmpty { throw StoreError(.alreadyExists, "the fork is there already", field: "fork") }
        throw .missing("fork_point")
    }

    func fork(_ id: Identifier<Fork>) async throws(StoreError) -> Fork {
        try await readOne(
            """
            SELECT \(fragment: Fork.columns) FROM mneme.forks AS t
            WHERE t.workspace_id = \(workspaceID) AND t.id = \(id)
            """,
            field: "fork",
            Fork.init(row:)
        )
    }

    func forks(
        of thread: Identifier<ConversationThread>,
        _ page: PageRequest
    ) async throws(StoreError) -> Page<Fork> {
        try await self.page(
            "SELECT \(fragment: Fork.columns) FROM mneme.forks AS t",
            where: ["t.thread_id = \(thread)"],
            page
        )
    }

    func endFork(
        _ id: Identifier<Fork>,
        status: ForkStatus,
        summary: String?,
        at time: Timestamp
    ) async throws(StoreError) -> Fork {
        try requireWriter()
        guard status != .active else {
            throw StoreError(.invalid, "a fork ends resolved or abandoned", field: "status")
        }
        let ended = try await read(
            """
            UPDATE mneme.forks AS t SET status = \(status), summary = \(summary), ended_at = \(time)
            WHERE t.workspace_id = \(workspaceID) AND t.id = \(id) AND t.status = 'active'
            RETURNING \(fragment: Fork.columns)
            """,
            Fork.init(row:)
        )
        if let fork = ended.first { return fork }
        _ = try await fork(id)
        throw StoreError(.conflict, "the fork has ended", field: "fork")
    }
}

extension Fork {
    /// The columns of a fork `t`, as ``init(row:)`` reads them.
    static let columns: PostgresQuery = """
        t.id, t.thread_id, t.audience_id, t.parent_fork_id, t.fork_point_id, t.title, t.status, t.summary,
        t.created_at, t.ended_at
        """

    init(row: PostgresRow) throws(PostgresError) {
        var reader = RowReader(row)
        self.init(
            id: try reader.next(),
            threadID: try reader.next(),
            audienceID: try reader.next(),
            parentForkID: try reader.next(),
            forkPointID: try reader.next(),
            title: try reader.next(),
            status: try reader.next(),
            summary: try reader.next(),
            createdAt: try reader.next(),
            endedAt: try reader.next()
        )
    }
}
