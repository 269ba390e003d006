internal import MemoryModel
internal import PostgresDriver
internal import Synchronization

extension PostgresMemoryTransaction {
    func audit(_ entry: NewAuditEntry) {
        pending.withLock { $0.audit.append(entry) }
    }

    func auditEntries(_ filter: AuditFilter, _ page: PageRequest) async throws(StoreError) -> Page<AuditEntry> {
        try requireAdmin()
        var conditions: [PostgresQuery] = []
        if let kind = filter.kind { conditions.append("t.kind = \(kind)") }
        if let action = filter.action { conditions.append("t.action = \(action)") }
        if let subject = filter.subject { conditions.append("\(subject) = ANY (t.subjects)") }
        if let userID = filter.userID { conditions.append("t.user_id = \(userID)") }
        if let agentID = filter.agentID { conditions.append("t.agent_id = \(agentID)") }
        if let keyID = filter.keyID { conditions.append("t.key_id = \(keyID)") }
        if let from = filter.from { conditions.append("t.created_at >= \(from)") }
        if let before = filter.before { conditions.append("t.created_at < \(before)") }
        return try await self.page(
            """
            SELECT t.id, t.kind, t.action, t.subjects, t.count, t.user_id, t.agent_id, t.key_id, t.role, t.address,
                t.request_id, t.created_at
            FROM mneme.audit_entries AS t
            """,
            where: conditions,
            page
        ) { row throws(PostgresError) in
            var reader = RowReader(row)
            let entry = AuditEntry(
                id: try reader.next(),
                kind: try reader.next(),
                action: try reader.next(),
                subjects: try reader.next(),
                count: try reader.next(),
                userID: try reader.next(),
                agentID: try reader.next(),
                keyID: try reader.next(),
                role: try reader.next(),
                address: try reader.next(),
                requestID: try reader.next(),
                createdAt: try reader.next()
            )
            return (entry, entry.createdAt, entry.id)
        }
    }
}

extension ClosingStep {
    /// Writes what was done; nothing where the workspace itself is gone with it.
    mutating func writeAudit(_ entries: [AuditEntry], in workspaceID: Identifier<Workspace>) {
        for entry in entries {
            statements.append(
                """
                INSERT INTO mneme.audit_entries (
                    workspace_id, id, kind, action, subjects, count, user_id, agent_id, key_id, role, address,
                    request_id, created_at)
                SELECT w.workspace_id, \(entry.id), \(entry.kind), \(entry.action), \(entry.subjects), \(entry.count),
                    \(entry.userID), \(entry.agentID), \(entry.keyID), \(entry.role), \(entry.address),
                    \(entry.requestID), \(entry.createdAt)
                FROM mneme.workspaces AS w WHERE w.workspace_id = \(workspaceID)
                """
            )
        }
    }
}
