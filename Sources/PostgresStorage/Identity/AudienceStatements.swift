internal import MemoryModel
internal import PostgresDriver

extension PostgresMemoryTransaction {
    func createGroup(_ audience: Audience, members: [AudienceMember]) async throws(StoreError) {
        try requireAdmin()
        guard audience.kind == .group, let name = audience.name else {
            throw StoreError(.invalid, "a group has a name", field: "name")
        }
        try await pipeline([
            """
            INSERT INTO mneme.audiences (workspace_id, id, kind, name, created_at)
            VALUES (\(workspaceID), \(audience.id), 'group', \(name), \(now))
            """,
            insertion(of: members, into: audience.id),
        ])
    }

    func audiences(_ page: PageRequest) async throws(StoreError) -> Page<Audience> {
        try await self.page(
            "SELECT t.id, t.kind, t.name, t.user_id, t.agent_id, t.created_at FROM mneme.audiences AS t",
            where: [visible],
            page
        ) { row throws(PostgresError) in
            var reader = RowReader(row)
            let audience = Audience(
                id: try reader.next(),
                kind: try reader.next(),
                name: try reader.next(),
                userID: try reader.next(),
                agentID: try reader.next()
            )
            return (audience, try reader.next(), audience.id)
        }
    }

    func setMembers(_ members: [AudienceMember], of group: Identifier<Audience>) async throws(StoreError) {
        try requireAdmin()
        try await requireGroup(group)
        try await pipeline([
            "DELETE FROM mneme.audience_members WHERE workspace_id = \(workspaceID) AND audience_id = \(group)",
            insertion(of: members, into: group),
        ])
    }

    func deleteGroup(_ id: Identifier<Audience>) async throws(StoreError) {
        try requireAdmin()
        // With the lock nobody gives the group to a collection or channel meanwhile: they would go with it.
        let answers = try await pipeline([
            """
            SELECT 1 FROM mneme.audiences AS t
            WHERE t.workspace_id = \(workspaceID) AND t.id = \(id) AND t.kind = 'group' FOR UPDATE
            """,
            // An admin who acts for somebody does not see what others have: the gate tells.
            "SELECT mneme.group_is_used(\(id))",
        ])
        guard !answers[0].isEmpty else { throw .missing("audience") }
        let isUsed = try mappingErrors { () throws(PostgresError) in try answers[1].decodeOne(Bool.self) }
        guard !isUsed else {
            throw StoreError(.conflict, "a collection or channel is shared with the group", field: "audience")
        }
        try await execute("DELETE FROM mneme.audiences WHERE workspace_id = \(workspaceID) AND id = \(id)")
    }

    func members(of group: Identifier<Audience>) async throws(StoreError) -> [AudienceMember] {
        try await requireGroup(group)
        return try await read(
            """
            SELECT user_id, agent_id FROM mneme.audience_members
            WHERE workspace_id = \(workspaceID) AND audience_id = \(group) ORDER BY user_id, agent_id
            """
        ) { row throws(PostgresError) in
            let (user, agent) = try row.decode((Identifier<User>?, Identifier<Agent>?).self)
            return (user: user, agent: agent)
        }.compactMap { member in
            member.user.map(AudienceMember.user) ?? member.agent.map(AudienceMember.agent)
        }
    }

    /// The audiences `t` that the principal sees, and for an admin all groups, which it manages.
    private var visible: PostgresQuery {
        let own: PostgresQuery = "t.id = ANY ((select mneme.audiences())::uuid[])"
        return principal.role == .admin ? "(\(fragment: own) OR t.kind = 'group')" : own
    }

    private func requireGroup(_ id: Identifier<Audience>) async throws(StoreError) {
        let rows = try await query(
            """
            SELECT 1 FROM mneme.audiences AS t
            WHERE t.workspace_id = \(workspaceID) AND t.id = \(id) AND t.kind = 'group' AND \(fragment: visible)
            """
        )
        if rows.isEmpty { throw .missing("audience") }
    }

    private func insertion(of members: [AudienceMember], into group: Identifier<Audience>) -> PostgresQuery {
        let members = Array(Set(members))
        let users = members.map { member in
            if case .user(let id) = member { id } else { nil as Identifier<User>? }
        }
        let agents = members.map { member in
            if case .agent(let id) = member { id } else { nil as Identifier<Agent>? }
        }
        return """
            INSERT INTO mneme.audience_members (workspace_id, audience_id, user_id, agent_id)
            SELECT \(workspaceID), \(group), m.user_id, m.agent_id FROM unnest(\(users), \(agents)) AS m (user_id, agent_id)
            """
    }
}
