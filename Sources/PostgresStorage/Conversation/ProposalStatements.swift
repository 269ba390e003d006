internal import MemoryModel
internal import PostgresDriver

extension PostgresMemoryTransaction {
    func insertProposals(
        _ proposals: [ItemProposal],
        contentHashes: [[UInt8]]
    ) async throws(StoreError) -> [ItemProposal] {
        try requireWriter()
        var new: [ItemProposal] = []
        for (proposal, hash) in zip(proposals, contentHashes) {
            let rows = try await execute(
                """
                INSERT INTO mneme.item_proposals (
                    workspace_id, id, thread_id, channel_id, audience_id, content, content_hash, kind, confidence,
                    trust, source_messages, method, state, item_id, created_at)
                SELECT t.workspace_id, \(proposal.id), t.id, t.channel_id, t.audience_id, \(proposal.content),
                    \(PostgresBytes(hash)), \(proposal.kind), \(proposal.confidence), \(proposal.trust),
                    \(proposal.sourceMessageIDs), \(proposal.method), \(proposal.state), \(proposal.itemID),
                    \(proposal.createdAt)
                FROM mneme.threads AS t WHERE t.workspace_id = \(workspaceID) AND t.id = \(proposal.threadID)
                ON CONFLICT ON CONSTRAINT item_proposals_content_key DO NOTHING
                """
            )
            if rows > 0 { new.append(proposal) }
        }
        return new
    }

    func proposal(_ id: Identifier<ItemProposal>) async throws(StoreError) -> ItemProposal {
        try await readOne(
            """
            SELECT \(fragment: ItemProposal.columns) FROM mneme.item_proposals AS t
            WHERE t.workspace_id = \(workspaceID) AND t.id = \(id) \(fragment: isReadOnly ? "" : "FOR UPDATE OF t")
            """,
            field: "proposal",
            ItemProposal.init(row:)
        )
    }

    func proposals(
        in thread: Identifier<ConversationThread>?,
        state: ProposalState?,
        _ page: PageRequest
    ) async throws(StoreError) -> Page<ItemProposal> {
        var conditions: [PostgresQuery] = []
        if let thread { conditions.append("t.thread_id = \(thread)") }
        if let state { conditions.append("t.state = \(state)") }
        return try await self.page(
            "SELECT \(fragment: ItemProposal.columns) FROM mneme.item_proposals AS t",
            where: conditions,
            page
        )
    }

    func updateProposal(_ proposal: ItemProposal) async throws(StoreError) {
        try requireWriter()
        try await executeOne(
            """
            UPDATE mneme.item_proposals SET state = \(proposal.state), item_id = \(proposal.itemID),
                decided_at = \(proposal.decidedAt), decided_by = \(proposal.decidedBy)
            WHERE workspace_id = \(workspaceID) AND id = \(proposal.id)
            """,
            field: "proposal"
        )
    }

    func deleteProposals(from message: Message) async throws(StoreError) {
        try requireWriter()
        try await execute(
            """
            DELETE FROM mneme.item_proposals
            WHERE workspace_id = \(workspaceID) AND thread_id = \(message.threadID) AND state <> 'accepted'
                AND \(message.id) = ANY (source_messages)
            """
        )
    }

    func extractionPosition(of thread: Identifier<ConversationThread>) async throws(StoreError) -> Int64 {
        try await read(
            """
            SELECT position FROM mneme.extraction_positions
            WHERE workspace_id = \(workspaceID) AND thread_id = \(thread)
            """
        ) { row throws(PostgresError) in try row.decode(column: 0, as: Int64.self) }.first ?? 0
    }

    func setExtractionPosition(
        _ position: Int64,
        of thread: Identifier<ConversationThread>
    ) async throws(StoreError) {
        try requireWriter()
        try await execute(
            """
            INSERT INTO mneme.extraction_positions AS p (
                workspace_id, thread_id, channel_id, audience_id, position, updated_at)
            SELECT t.workspace_id, t.id, t.channel_id, t.audience_id, \(position), \(now)
            FROM mneme.threads AS t WHERE t.workspace_id = \(workspaceID) AND t.id = \(thread)
            ON CONFLICT ON CONSTRAINT extraction_positions_pkey DO UPDATE SET
                position = greatest(p.position, excluded.position), updated_at = excluded.updated_at
            """
        )
    }

    func extractsAutomatically() async throws(StoreError) -> Bool {
        try await read("SELECT automatic FROM mneme.extraction_settings WHERE workspace_id = \(workspaceID)") {
            row throws(PostgresError) in try row.decode(column: 0, as: Bool.self)
        }.first ?? false
    }

    func setExtractsAutomatically(_ isAutomatic: Bool) async throws(StoreError) {
        try requireAdmin()
        try await execute(
            """
            INSERT INTO mneme.extraction_settings (workspace_id, automatic, updated_at)
            VALUES (\(workspaceID), \(isAutomatic), \(now))
            ON CONFLICT (workspace_id) DO UPDATE SET
                automatic = excluded.automatic, updated_at = excluded.updated_at
            """
        )
    }

    func setSummary(_ summary: String, of fork: Identifier<Fork>) async throws(StoreError) -> Bool {
        try requireWriter()
        return try await execute(
            """
            UPDATE mneme.forks SET summary = \(summary)
            WHERE workspace_id = \(workspaceID) AND id = \(fork) AND status = 'resolved' AND summary IS NULL
            """
        ) > 0
    }
}

extension ItemProposal {
    /// The columns of a proposal `t`, as ``init(row:)`` reads them.
    static let columns: PostgresQuery = """
        t.id, t.thread_id, t.channel_id, t.audience_id, t.content, t.kind, t.confidence, t.trust, t.source_messages,
        t.method, t.state, t.item_id, t.created_at, t.decided_at, t.decided_by
        """

    init(row: PostgresRow) throws(PostgresError) {
        var reader = RowReader(row)
        self.init(
            id: try reader.next(),
            threadID: try reader.next(),
            channelID: try reader.next(),
            audienceID: try reader.next(),
            content: try reader.next(),
            kind: try reader.next(),
            confidence: try reader.next(),
            trust: try reader.next(),
            sourceMessageIDs: try reader.next(),
            method: try reader.next(),
            state: try reader.next(),
            itemID: try reader.next(),
            createdAt: try reader.next(),
            decidedAt: try reader.next(),
            decidedBy: try reader.next()
        )
    }
}
