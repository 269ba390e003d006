import MemoryModel

/// Who did what to what, when, from where.
struct AuditRoutes {
    let edge: Edge

    var routes: [Route] { [list] }

    private var list: Route {
        let group = RouteGroup(
            edge: edge,
            tag: "audit",
            reads: .workspaceManage,
            writes: .workspaceManage,
            readRate: .admin,
            writeRate: .admin
        )
        let label = Shape<String>.text(1...256)
        let filters = ObjectShape(
            "AuditQuery",
            AuditFilter(),
            [
                .optional("kind", \.kind, .word()), .optional("action", \.action, label),
                .optional("subject", \.subject, label), .optional("user_id", \.userID, .id()),
                .optional("agent_id", \.agentID, .id()), .optional("key_id", \.keyID, .id()),
                .optional("from", \.from, .time), .optional("before", \.before, .time),
            ]
        )
        return group.list(
            "/v1/audit",
            "List who did what to what, newest first.",
            filters: filters,
            rows: "entries",
            of: Nouns.auditEntry
        ) { _, filter, page, tx in
            try await tx.auditEntries(filter, page)
        }.exporting(rows: "entries", columns: Nouns.auditEntry.properties.map(\.name))
    }
}

extension Nouns {
    static let auditEntry = Representation<AuditEntry>(
        "AuditEntry",
        [
            .id("id", \.id), .time("created_at", \.createdAt), .word("kind", \.kind), .text("action", \.action),
            .texts("subjects", \.subjects), .integer("count", \.count), .optionalID("user_id", \.userID),
            .optionalID("agent_id", \.agentID), .optionalID("key_id", \.keyID), .word("role", \.role),
            .optionalText("address", \.address), .optionalText("request_id", \.requestID),
        ]
    )
}
