internal import MemoryModel
internal import PostgresDriver

extension PostgresMemoryTransaction {
    func item(_ id: Identifier<ContextItem>) async throws(StoreError) -> ContextItem {
        // The lock in a statement of its own: the read after it sees what whoever had it has written, in both tables.
        let answers = try await pipeline(
            lock(id) + [
                """
                SELECT \(fragment: ContextItem.columns) \(fragment: ContextItem.present)
                WHERE t.workspace_id = \(workspaceID) AND t.id = \(id)
                """
            ]
        )
        guard let item = try answers.last?.readAll(ContextItem.init(row:)).first else { throw .missing("item") }
        return item
    }

    private func lock(_ id: Identifier<ContextItem>) -> [PostgresQuery] {
        guard !isReadOnly, principal.role != .viewer else { return [] }
        return ["SELECT 1 FROM mneme.items WHERE workspace_id = \(workspaceID) AND id = \(id) FOR UPDATE"]
    }

    func items(_ references: [ItemVersionReference]) async throws(StoreError) -> [ContextItem] {
        guard !references.isEmpty else { return [] }
        return try await read(
            """
            SELECT \(fragment: ContextItem.columns)
            FROM unnest(\(references.map(\.itemID)), \(references.map(\.version))) AS r (id, version)
            JOIN mneme.items AS t ON t.workspace_id = \(workspaceID) AND t.id = r.id
            JOIN mneme.item_versions AS v
                ON v.workspace_id = \(workspaceID) AND v.item_id = r.id AND v.version = r.version
            """,
            ContextItem.init(row:)
        )
    }

    func versions(of id: Identifier<ContextItem>) async throws(StoreError) -> [ContextItem] {
        let versions = try await read(
            """
            SELECT \(fragment: ContextItem.columns)
            FROM mneme.items AS t JOIN mneme.item_versions AS v
                ON v.workspace_id = t.workspace_id AND v.item_id = t.id
            WHERE t.workspace_id = \(workspaceID) AND t.id = \(id)
            ORDER BY v.version DESC
            """,
            ContextItem.init(row:)
        )
        guard !versions.isEmpty else { throw .missing("item") }
        return versions
    }

    func items(matching filter: ItemFilter, _ page: PageRequest) async throws(StoreError) -> Page<ContextItem> {
        try await self.page(
            "SELECT \(fragment: ContextItem.columns) \(fragment: ContextItem.present)",
            where: ["t.deleted_at IS NULL"] + filter.conditions,
            page
        )
    }
}

extension ItemFilter {
    /// What an item `t` and its version `v` must fulfil.
    fileprivate var conditions: [PostgresQuery] {
        var conditions: [PostgresQuery] = []
        if let collections { conditions.append("t.collection_id = ANY (\(collections))") }
        if !kinds.isEmpty { conditions.append("v.kind = ANY (\(Array(kinds)))") }
        if !tags.isEmpty { conditions.append("v.tags @> \(Array(tags))") }
        if !scopes.isEmpty { conditions.append(ItemScope.condition(scopes)) }
        if !sources.isEmpty { conditions.append("v.source = ANY (\(Array(sources)))") }
        if !states.isEmpty { conditions.append("v.state = ANY (\(Array(states)))") }
        if let isPinned { conditions.append("v.pinned = \(isPinned)") }
        if let minimumTrust { conditions.append("v.trust >= \(minimumTrust)") }
        if let createdFrom { conditions.append("t.created_at >= \(createdFrom)") }
        if let createdBefore { conditions.append("t.created_at < \(createdBefore)") }
        return conditions
    }
}

extension ItemScope {
    /// A version `v` in one of these scopes.
    static func condition(_ scopes: Set<ItemScope>) -> PostgresQuery {
        let scopes = Array(scopes)
        return """
            EXISTS (SELECT 1 FROM unnest(\(scopes.map(\.kind)), \(scopes.map(\.id))) AS s (kind, id)
                WHERE s.kind = v.scope_kind AND s.id IS NOT DISTINCT FROM v.scope_id)
            """
    }
}
