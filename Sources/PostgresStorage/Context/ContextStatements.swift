internal import MemoryModel
internal import PostgresDriver

extension PostgresMemoryTransaction {
    func contextPrelude(_ request: ContextPreludeRequest) async throws(StoreError) -> ContextPrelude {
        let answers = try await pipeline([
            collectionHeads(request),
            pins(request),
            agentAudience(request.agentID),
            "SELECT channel_id FROM mneme.threads WHERE workspace_id = \(workspaceID) AND id = \(request.threadID)",
            """
            SELECT 1 FROM mneme.forks
            WHERE workspace_id = \(workspaceID) AND thread_id = \(request.threadID) AND id = \(request.forkID)
            """,
            recentMessages(request),
            "SELECT fence_secret FROM mneme.workspaces WHERE workspace_id = \(workspaceID)",
            "SELECT thread_id, fork_id, last_position FROM mneme.fork_line(\(request.forkID))",
        ])
        let collections = try answers[0].readAll { [workspaceID] row throws(PostgresError) in
            var reader = RowReader(row)
            return AuthorizedCollection(
                readUnderPolicies: try MemoryCollection(reader: &reader),
                workspaceID: workspaceID,
                head: FeedHead(lastSeq: try reader.next(), floor: try reader.next())
            )
        }
        if let wanted = request.collectionIDs, Set(wanted).count > collections.count { throw .missing("collections") }
        if request.agentID != nil, answers[2].isEmpty { throw .missing("agent") }
        if request.threadID != nil, answers[3].isEmpty { throw .missing("thread") }
        if request.forkID != nil, answers[4].isEmpty { throw .missing("fork") }
        guard let workspace = answers[6].first else { throw .missing("workspace") }
        return ContextPrelude(
            collections: collections,
            pins: try answers[1].readAll(ContextItem.init(row:)),
            recentMessages: try answers[5].readAll(Message.init(row:)),
            channelID: try mappingErrors { () throws(PostgresError) in
                try answers[3].first.map { row throws(PostgresError) in
                    try row.decode(column: 0, as: Identifier<Channel>.self)
                }
            },
            forkLine: try forkLine(answers[7]),
            fenceSecret: try mappingErrors { () throws(PostgresError) in
                try workspace.decode(column: 0, as: PostgresBytes.self).bytes
            }
        )
    }

    private func forkLine(_ rows: PostgresRows) throws(StoreError) -> ForkLine? {
        let parts = try mappingErrors { () throws(PostgresError) in
            try rows.decode((Identifier<ConversationThread>, Identifier<Fork>?, Int64).self)
        }
        return parts.first.map { first in
            ForkLine(threadID: first.0, lastPositions: Dictionary(parts.map { ($0.1, $0.2) }) { $1 })
        }
    }

    /// Collections `t` that are asked for and that the agent sees; what the principal sees is left to the policies.
    private func wanted(_ request: ContextPreludeRequest) -> PostgresQuery {
        var conditions: [PostgresQuery] = ["t.workspace_id = \(workspaceID)"]
        if !request.contents.contains(.messages) { conditions.append("t.content = 'items'") }
        if !request.contents.contains(.items) { conditions.append("t.content = 'messages'") }
        if request.contents.contains(.messages) {
            conditions.append(
                """
                (t.content = 'items' OR (SELECT w.index_messages FROM mneme.workspaces AS w
                    WHERE w.workspace_id = \(workspaceID)))
                """
            )
        }
        if let ids = request.collectionIDs { conditions.append("t.id = ANY (\(ids))") }
        if let agent = request.agentID {
            conditions.append(
                """
                t.audience_id = ANY (ARRAY(
                    SELECT a.id FROM mneme.audiences AS a
                    WHERE a.workspace_id = \(workspaceID) AND (a.kind = 'workspace' OR a.agent_id = \(agent))
                    UNION ALL
                    SELECT m.audience_id FROM mneme.audience_members AS m
                    WHERE m.workspace_id = \(workspaceID) AND m.agent_id = \(agent)))
                """
            )
        }
        return conditions.joined(separator: " AND ")
    }

    private func collectionHeads(_ request: ContextPreludeRequest) -> PostgresQuery {
        """
        SELECT \(fragment: MemoryCollection.columns), h.last_seq, h.feed_floor
        FROM mneme.collections AS t
        JOIN mneme.collection_heads AS h ON h.workspace_id = t.workspace_id AND h.collection_id = t.id
        WHERE \(fragment: wanted(request)) ORDER BY t.id
        """
    }

    private func pins(_ request: ContextPreludeRequest) -> PostgresQuery {
        let scopes = request.pinScopes.union([.global])
        return """
            SELECT \(fragment: ContextItem.columns) \(fragment: ContextItem.present)
            WHERE t.workspace_id = \(workspaceID)
                AND v.workspace_id = \(workspaceID) AND v.pinned AND v.state = 'active'
                AND v.collection_id IN (SELECT t.id FROM mneme.collections AS t WHERE \(fragment: wanted(request)))
                AND \(fragment: ItemScope.condition(scopes))
                AND v.valid_from <= \(now) AND (v.invalid_at IS NULL OR v.invalid_at > \(now))
                AND (v.expires_at IS NULL OR v.expires_at > \(now))
            ORDER BY t.created_at, t.id
            """
    }

    /// One row where the principal sees what the agent sees.
    private func agentAudience(_ agent: Identifier<Agent>?) -> PostgresQuery {
        """
        SELECT 1 FROM mneme.audiences AS a
        WHERE a.workspace_id = \(workspaceID) AND a.agent_id = \(agent)
            AND a.id = ANY ((select mneme.audiences())::uuid[])
        """
    }

    private func recentMessages(_ request: ContextPreludeRequest) -> PostgresQuery {
        let limit = max(0, request.recentMessages)
        let newest: PostgresQuery
        if let fork = request.forkID {
            // The newest of each part of the line, and of these the newest. Forks and the thread itself apart, because
            // IS NOT DISTINCT FROM uses no index.
            let part: PostgresQuery = """
                SELECT * FROM mneme.messages AS m
                WHERE m.workspace_id = \(workspaceID) AND m.thread_id = \(request.threadID)
                    AND m.thread_id = l.thread_id AND m.position <= l.last_position
                """
            newest = """
                FROM mneme.fork_line(\(fork)) AS l CROSS JOIN LATERAL (
                    (\(fragment: part) AND m.fork_id = l.fork_id ORDER BY m.position DESC LIMIT \(limit))
                    UNION ALL
                    (\(fragment: part) AND m.fork_id IS NULL AND l.fork_id IS NULL
                     ORDER BY m.position DESC LIMIT \(limit))) AS t
                """
        } else {
            newest = """
                FROM mneme.messages AS t
                WHERE t.workspace_id = \(workspaceID) AND t.thread_id = \(request.threadID) AND t.fork_id IS NULL
                """
        }
        return """
            SELECT * FROM (
                SELECT \(fragment: Message.columns) \(fragment: newest)
                ORDER BY t.position DESC LIMIT \(limit)) AS newest
            ORDER BY position
            """
    }

    // MARK: Traces

    func insertTraces(_ traces: [ContextTrace]) async throws(StoreError) {
        guard !traces.isEmpty else { return }
        var bodies: [PostgresJSON] = []
        for trace in traces { bodies.append(try JSONText.encode(trace.body)) }
        // A trace is seen by who sees the agent it was for, or else by the person who asked, or by the workspace.
        try await execute(
            """
            INSERT INTO mneme.context_traces (workspace_id, id, audience_id, agent_id, thread_id, body, created_at)
            SELECT \(workspaceID), n.id, coalesce(
                    (SELECT a.id FROM mneme.audiences AS a
                     WHERE a.workspace_id = \(workspaceID) AND a.agent_id = n.agent_id),
                    (SELECT a.id FROM mneme.audiences AS a
                     WHERE a.workspace_id = \(workspaceID) AND a.user_id = n.user_id),
                    (SELECT a.id FROM mneme.audiences AS a
                     WHERE a.workspace_id = \(workspaceID) AND a.kind = 'workspace')),
                n.agent_id, n.thread_id, n.body, n.created_at
            FROM unnest(\(traces.map(\.id)), \(traces.map(\.agentID)), \(traces.map(\.userID)),
                \(traces.map(\.threadID)), \(bodies), \(traces.map(\.createdAt)))
                AS n (id, agent_id, user_id, thread_id, body, created_at)
            ON CONFLICT ON CONSTRAINT context_traces_pkey DO NOTHING
            """
        )
    }

    func trace(_ id: Identifier<ContextPack>) async throws(StoreError) -> ContextTrace {
        try await readOne(
            """
            SELECT id, agent_id, thread_id, created_at, body FROM mneme.context_traces
            WHERE workspace_id = \(workspaceID) AND id = \(id)
            """,
            field: "context"
        ) { row throws(PostgresError) in
            var reader = RowReader(row)
            return ContextTrace(
                id: try reader.next(),
                agentID: try reader.next(),
                threadID: try reader.next(),
                createdAt: try reader.next(),
                body: try reader.nextJSON()
            )
        }
    }
}
