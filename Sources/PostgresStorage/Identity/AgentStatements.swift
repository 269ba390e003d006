internal import MemoryModel
internal import PostgresDriver

extension PostgresMemoryTransaction {
    func createAgent(_ agent: Agent, audienceID: Identifier<Audience>) async throws(StoreError) {
        try requireWriter()
        // The audience first: with it the agent's owner sees the agent.
        try await pipeline([
            """
            INSERT INTO mneme.audiences (workspace_id, id, kind, agent_id, owner_id, created_at)
            VALUES (\(workspaceID), \(audienceID), 'agent', \(agent.id), \(agent.ownerID), \(agent.createdAt))
            """,
            """
            INSERT INTO mneme.agents (workspace_id, id, audience_id, name, owner_id, status, metadata, created_at)
            VALUES (\(workspaceID), \(agent.id), \(audienceID), \(agent.name), \(agent.ownerID), \(agent.status),
                \(try JSONText.encode(metadata: agent.metadata)), \(agent.createdAt))
            """,
        ])
    }

    func agent(_ id: Identifier<Agent>) async throws(StoreError) -> Agent {
        try await readOne(
            """
            SELECT \(fragment: Agent.columns) FROM mneme.agents AS t
            WHERE t.workspace_id = \(workspaceID) AND t.id = \(id)
            """,
            field: "agent",
            Agent.init(row:)
        )
    }

    func agents(_ page: PageRequest) async throws(StoreError) -> Page<Agent> {
        try await self.page("SELECT \(fragment: Agent.columns) FROM mneme.agents AS t", page)
    }

    func updateAgent(_ agent: Agent) async throws(StoreError) {
        try requireWriter()
        let updated = try await execute(
            """
            UPDATE mneme.agents SET name = \(agent.name), status = \(agent.status),
                metadata = \(try JSONText.encode(metadata: agent.metadata))
            WHERE workspace_id = \(workspaceID) AND id = \(agent.id)
            """
        )
        if updated == 0 { throw try await refusal(agent.id) }
    }

    func deleteAgent(_ id: Identifier<Agent>) async throws(StoreError) {
        try requireWriter()
        // What hangs on the agent's audience goes with it: collections, channels and what is in them.
        let audience: PostgresQuery = """
            (SELECT audience_id FROM mneme.agents WHERE workspace_id = \(workspaceID) AND id = \(id))
            """
        let deleted = try await pipeline(
            Self.emptying("audience_id = \(fragment: audience)", in: workspaceID) + [
                """
                DELETE FROM mneme.messages
                WHERE workspace_id = \(workspaceID) AND audience_id = \(fragment: audience)
                """,
                "DELETE FROM mneme.agents WHERE workspace_id = \(workspaceID) AND id = \(id)",
            ]
        )
        if deleted.last?.affectedRows == 0 { throw try await refusal(id) }
    }

    func audienceID(of agent: Identifier<Agent>) async throws(StoreError) -> Identifier<Audience> {
        try await audienceID("a.agent_id = \(agent)", field: "agent")
    }

    /// Why an agent was not written: it is not there, or another's.
    private func refusal(_ id: Identifier<Agent>) async throws(StoreError) -> StoreError {
        _ = try await agent(id)
        return StoreError(.forbidden, "the agent is another's", field: "agent")
    }
}

extension Agent {
    /// The columns of an agent `t`, as ``init(row:)`` reads them.
    static let columns: PostgresQuery = "t.id, t.name, t.owner_id, t.status, t.metadata, t.created_at"

    init(row: PostgresRow) throws(PostgresError) {
        var reader = RowReader(row)
        self.init(
            id: try reader.next(),
            name: try reader.next(),
            ownerID: try reader.next(),
            status: try reader.next(),
            metadata: try reader.nextMetadata(),
            createdAt: try reader.next()
        )
    }
}
