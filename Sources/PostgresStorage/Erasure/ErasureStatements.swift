internal import MemoryModel
internal import PostgresDriver

extension PostgresMemoryTransaction {
    func eraseRows(
        of erasure: Erasure,
        subjects: ErasureSubjects
    ) async throws(StoreError) -> [ErasedStore] {
        try requireWriter()
        if case .workspace = erasure.target { return try await eraseWorkspace(keeping: erasure) }
        var counts = ErasedCounts(at: now)
        // What is in collections that go goes with them; the rest leaves a tombstone in its index.
        try await eraseItems(subjects.items, outside: subjects.collections, &counts)
        try await eraseMessages(subjects.messages, outside: subjects.collections, &counts)
        // What was proposed of the messages, or accepted as one of the items, says what they say.
        try await delete(
            "item_proposals",
            "item_id = ANY (\(subjects.items)) OR source_messages && \(subjects.messages)",
            &counts
        )
        if !subjects.items.isEmpty {
            for table in ["item_uses", "pruned_items"] {
                try await delete(table, "item_id = ANY (\(subjects.items))", &counts)
            }
        }
        try await delete("forks", "thread_id = ANY (\(subjects.threads))", &counts)
        try await delete("context_traces", "thread_id = ANY (\(subjects.threads))", &counts)
        try await delete("threads", "id = ANY (\(subjects.threads))", &counts)
        try await delete("channels", "id = ANY (\(subjects.channels))", &counts)
        try await eraseCollections(subjects.collections, &counts)
        try await erasePeople(of: erasure.target, agents: subjects.agents, &counts)
        try await forgetAnswers(about: erasure.target, subjects, &counts)
        try await execute(
            """
            UPDATE mneme.erasures SET
                touched = ARRAY(SELECT DISTINCT c FROM unnest(touched || \(counts.touched)) AS c),
                gone = ARRAY(SELECT DISTINCT c FROM unnest(gone || \(subjects.collections)) AS c)
            WHERE workspace_id = \(workspaceID) AND id = \(erasure.id)
            """
        )
        return counts.stores
    }

    /// Deletes versions and leaves bare tombstones: of an item its id, in an index its key.
    private func eraseItems(
        _ ids: [Identifier<ContextItem>],
        outside collections: [Identifier<MemoryCollection>],
        _ counts: inout ErasedCounts
    ) async throws(StoreError) {
        guard !ids.isEmpty else { return }
        let answers = try await pipeline([
            // In the order of ids, as every writer of several items locks them.
            """
            SELECT 1 FROM mneme.items AS t
            WHERE t.workspace_id = \(workspaceID) AND t.id = ANY (\(ids)) ORDER BY t.id FOR UPDATE
            """,
            """
            UPDATE mneme.items SET deleted_at = \(now)
            WHERE workspace_id = \(workspaceID) AND id = ANY (\(ids)) AND deleted_at IS NULL
            """,
            """
            SELECT count(*) FROM mneme.item_vectors AS v
            JOIN mneme.index_entries AS e ON e.workspace_id = v.workspace_id
                AND e.collection_id = v.collection_id AND e.key = v.key
            WHERE e.workspace_id = \(workspaceID) AND e.source_id = ANY (\(ids))
                AND e.collection_id <> ALL (\(collections))
            """,
            """
            DELETE FROM mneme.item_versions WHERE workspace_id = \(workspaceID) AND item_id = ANY (\(ids))
            RETURNING collection_id, item_id, version
            """,
        ])
        let gone = Set(collections)
        let tombstones = try answers[3].readAll(IndexEntryChange.tombstone(row:))
        let buried = tombstones.filter { !gone.contains($0.collectionID) }
        counts.add("items", answers[1].affectedRows)
        counts.add("item_versions", tombstones.count)
        counts.add("index_entries", buried.count)
        counts.add("item_vectors", try mappingErrors { () throws(PostgresError) in try answers[2].decodeOne(Int.self) })
        counts.touch(buried)
        stamp(buried)
    }

    private func eraseMessages(
        _ ids: [Identifier<Message>],
        outside collections: [Identifier<MemoryCollection>],
        _ counts: inout ErasedCounts
    ) async throws(StoreError) {
        guard !ids.isEmpty else { return }
        let gone = Set(collections)
        let tombstones = try await read(
            """
            SELECT e.collection_id, e.source_id, e.version FROM mneme.index_entries AS e
            JOIN mneme.collections AS c
                ON c.workspace_id = e.workspace_id AND c.id = e.collection_id AND c.content = 'messages'
            WHERE e.workspace_id = \(workspaceID) AND e.source_id = ANY (\(ids)) AND e.live
            ORDER BY e.collection_id, e.key
            """,
            IndexEntryChange.tombstone(row:)
        ).filter { !gone.contains($0.collectionID) }
        counts.add("index_entries", tombstones.count)
        counts.touch(tombstones)
        stamp(tombstones)
        try await delete("messages", "id = ANY (\(ids))", &counts)
    }

    func eraseCollections(
        _ ids: [Identifier<MemoryCollection>],
        _ counts: inout ErasedCounts
    ) async throws(StoreError) {
        guard !ids.isEmpty else { return }
        let answers = try await pipeline(Self.emptying("id = ANY (\(ids))", in: workspaceID))
        for (table, rows) in zip(["item_vectors", "index_entries", "item_versions", "items"], answers.dropFirst()) {
            counts.add(table, rows.affectedRows)
        }
        try await delete("collections", "id = ANY (\(ids))", &counts)
    }

    private func erasePeople(
        of target: ErasureTarget,
        agents: [Identifier<Agent>],
        _ counts: inout ErasedCounts
    ) async throws(StoreError) {
        guard target.kind == .user || target.kind == .agent else { return }
        let isUser = target.kind == .user
        try await delete(
            "api_keys",
            "agent_id = ANY (\(agents)) OR workspace_id = \(workspaceID) AND \(isUser) AND user_id = \(target.id)",
            &counts
        )
        try await delete("agents", "id = ANY (\(agents))", &counts)
        if isUser { try await delete("users", "id = \(target.id)", &counts) }
    }

    /// Kept answers hold what was written and read: those go that name an id of what is erased.
    private func forgetAnswers(
        about target: ErasureTarget,
        _ subjects: ErasureSubjects,
        _ counts: inout ErasedCounts
    ) async throws(StoreError) {
        var texts = [target.id.description]
        texts += subjects.collections.map(\.description) + subjects.channels.map(\.description)
        texts += subjects.threads.map(\.description) + subjects.agents.map(\.description)
        texts += subjects.items.map(\.description) + subjects.messages.map(\.description)
        // Beyond a bound it is cheaper, and as right, to forget them all: they are kept for a day only.
        try await forgetAnswers(holding: texts.count > 1_000 ? nil : Array(Set(texts)), &counts)
    }

    func forgetAnswers(holding texts: [String]?, _ counts: inout ErasedCounts) async throws(StoreError) {
        let forgotten = try await query("SELECT mneme.forget_answers(\(texts))")
        counts.add(
            "requests",
            try mappingErrors { () throws(PostgresError) in try forgotten.decodeOne(Int.self) }
        )
    }

    func delete(
        _ table: String,
        _ condition: PostgresQuery,
        _ counts: inout ErasedCounts
    ) async throws(StoreError) {
        let deleted = try await execute(
            """
            DELETE FROM mneme.\(unescaped: table)
            WHERE workspace_id = \(workspaceID) AND (\(fragment: condition))
            """
        )
        counts.add(table, deleted)
    }
}
