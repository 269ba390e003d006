internal import MemoryModel
internal import PostgresDriver

extension PostgresMemoryTransaction {
    func createCollection(_ collection: MemoryCollection) async throws(StoreError) {
        try requireWriter()
        let profile = collection.profile
        let answers = try await pipeline([
            """
            WITH made AS (
                INSERT INTO mneme.collections (
                    workspace_id, id, audience_id, name, content, agent_id, user_id, profile_provider, profile_model,
                    profile_dimensions, profile_document_prefix, profile_query_prefix, generation, created_at)
                SELECT \(workspaceID), \(collection.id), a.id, \(collection.name), \(collection.content),
                    \(collection.agentID), \(collection.userID), \(profile?.provider), \(profile?.model),
                    \(profile.map { Int32(clamping: $0.dimensions) }), \(profile?.documentPrefix),
                    \(profile?.queryPrefix), \(collection.generation), \(collection.createdAt)
                FROM mneme.audiences AS a
                WHERE a.workspace_id = \(workspaceID) AND a.id = \(collection.audienceID)
                    AND a.id = ANY ((select mneme.audiences())::uuid[])
                ON CONFLICT DO NOTHING
                RETURNING workspace_id, id, audience_id)
            INSERT INTO mneme.collection_heads (workspace_id, collection_id, audience_id)
            SELECT workspace_id, id, audience_id FROM made
            """,
            visibleAudience(collection.audienceID),
        ])
        if answers[0].affectedRows > 0 { return }
        if answers[1].isEmpty { throw .missing("audience") }
        throw StoreError(.alreadyExists, "the collection is there already", field: "collection")
    }

    func collection(_ id: Identifier<MemoryCollection>) async throws(StoreError) -> MemoryCollection {
        try await readOne(
            """
            SELECT \(fragment: MemoryCollection.columns) FROM mneme.collections AS t
            WHERE t.workspace_id = \(workspaceID) AND t.id = \(id)
            """,
            field: "collection",
            MemoryCollection.init(row:)
        )
    }

    func collections(_ page: PageRequest) async throws(StoreError) -> Page<MemoryCollection> {
        try await self.page("SELECT \(fragment: MemoryCollection.columns) FROM mneme.collections AS t", page)
    }

    func personalCollection(of agent: Identifier<Agent>) async throws(StoreError) -> MemoryCollection? {
        try await read(
            """
            SELECT \(fragment: MemoryCollection.columns) FROM mneme.collections AS t
            WHERE t.workspace_id = \(workspaceID) AND t.agent_id = \(agent) AND t.content = 'items'
            """,
            MemoryCollection.init(row:)
        ).first
    }

    func personalCollection(of user: Identifier<User>) async throws(StoreError) -> MemoryCollection? {
        try await read(
            """
            SELECT \(fragment: MemoryCollection.columns) FROM mneme.collections AS t
            WHERE t.workspace_id = \(workspaceID) AND t.user_id = \(user) AND t.content = 'items'
            """,
            MemoryCollection.init(row:)
        ).first
    }

    func messageMemory(of audience: Identifier<Audience>) async throws(StoreError) -> MessageMemory {
        let answers = try await pipeline([
            "SELECT index_messages FROM mneme.workspaces WHERE workspace_id = \(workspaceID)",
            """
            SELECT \(fragment: MemoryCollection.columns) FROM mneme.collections AS t
            WHERE t.workspace_id = \(workspaceID) AND t.audience_id = \(audience) AND t.content = 'messages'
            """,
        ])
        return MessageMemory(
            isOn: try answers[0].firstColumn(Bool.self).first ?? false,
            collection: try answers[1].readAll(MemoryCollection.init(row:)).first
        )
    }

    func messageCollections() async throws(StoreError) -> [MemoryCollection] {
        try await read(
            """
            SELECT \(fragment: MemoryCollection.columns) FROM mneme.collections AS t
            WHERE t.workspace_id = \(workspaceID) AND t.content = 'messages' ORDER BY t.id
            """,
            MemoryCollection.init(row:)
        )
    }

    func deleteCollection(_ id: Identifier<MemoryCollection>) async throws(StoreError) {
        try requireWriter()
        let deleted = try await pipeline(
            Self.emptying("id = \(id)", in: workspaceID) + [
                "DELETE FROM mneme.collections WHERE workspace_id = \(workspaceID) AND id = \(id)"
            ]
        )
        if deleted.last?.affectedRows == 0 { throw .missing("collection") }
    }

    /// Deletes, table by table, what collections hold; the foreign keys alone would do it row by row.
    static func emptying(_ condition: PostgresQuery, in workspaceID: Identifier<Workspace>) -> [PostgresQuery] {
        let going: PostgresQuery = """
            (SELECT id FROM mneme.collections WHERE workspace_id = \(workspaceID) AND \(fragment: condition))
            """
        // The heads first: whoever is about to write the feed of one of these waits, and then finds it gone.
        return [
            """
            SELECT 1 FROM mneme.collection_heads
            WHERE workspace_id = \(workspaceID) AND collection_id IN \(fragment: going)
            ORDER BY collection_id FOR UPDATE
            """,
            """
            DELETE FROM mneme.item_vectors
            WHERE workspace_id = \(workspaceID) AND collection_id IN \(fragment: going)
            """,
            """
            DELETE FROM mneme.index_entries
            WHERE workspace_id = \(workspaceID) AND collection_id IN \(fragment: going)
            """,
            """
            DELETE FROM mneme.item_versions
            WHERE workspace_id = \(workspaceID) AND collection_id IN \(fragment: going)
            """,
            "DELETE FROM mneme.items WHERE workspace_id = \(workspaceID) AND collection_id IN \(fragment: going)",
        ]
    }

    func reusableVectors(
        profile: EmbeddingProfile,
        textHashes: [[UInt8]]
    ) async throws(StoreError) -> [[UInt8]: [Float]] {
        guard !textHashes.isEmpty else { return [:] }
        // One of each: what is often said, such as a greeting, has many.
        let found = try await read(
            """
            SELECT h.text_hash, known.vector
            FROM unnest(\(textHashes.map { PostgresBytes($0) })) AS h (text_hash)
            CROSS JOIN LATERAL (
                SELECT v.vector
                FROM mneme.item_vectors AS v
                JOIN mneme.collections AS c
                    ON c.workspace_id = v.workspace_id AND c.id = v.collection_id AND c.generation = v.generation
                WHERE v.workspace_id = \(workspaceID) AND v.text_hash = h.text_hash
                    AND c.profile_provider = \(profile.provider) AND c.profile_model = \(profile.model)
                    AND c.profile_dimensions = \(Int32(clamping: profile.dimensions))
                    AND c.profile_document_prefix = \(profile.documentPrefix)
                    AND c.profile_query_prefix = \(profile.queryPrefix)
                LIMIT 1) AS known
            """
        ) { row throws(PostgresError) in
            var reader = RowReader(row)
            return (try reader.nextBytes(), try reader.nextVector())
        }
        return Dictionary(found) { first, _ in first }
    }

    /// One row where the principal sees an audience.
    func visibleAudience(_ id: Identifier<Audience>) -> PostgresQuery {
        """
        SELECT 1 FROM mneme.audiences AS a
        WHERE a.workspace_id = \(workspaceID) AND a.id = \(id) AND a.id = ANY ((select mneme.audiences())::uuid[])
        """
    }
}

extension MemoryCollection {
    /// The columns of a collection `t`, as ``init(reader:)`` reads them.
    static let columns: PostgresQuery = """
        t.id, t.audience_id, t.name, t.content, t.agent_id, t.user_id, t.profile_provider, t.profile_model,
        t.profile_dimensions, t.profile_document_prefix, t.profile_query_prefix, t.generation, t.created_at
        """

    init(row: PostgresRow) throws(PostgresError) {
        var reader = RowReader(row)
        try self.init(reader: &reader)
    }

    init(reader: inout RowReader) throws(PostgresError) {
        let id: Identifier<MemoryCollection> = try reader.next()
        let audienceID: Identifier<Audience> = try reader.next()
        let name: String = try reader.next()
        let content: Content = try reader.next()
        let agentID: Identifier<Agent>? = try reader.next()
        let userID: Identifier<User>? = try reader.next()
        let provider: String? = try reader.next()
        let model: String? = try reader.next()
        let dimensions: Int32? = try reader.next()
        let documentPrefix: String? = try reader.next()
        let queryPrefix: String? = try reader.next()
        var profile: EmbeddingProfile?
        if let provider, let model, let dimensions, let documentPrefix, let queryPrefix {
            profile = EmbeddingProfile(
                provider: provider,
                model: model,
                dimensions: Int(dimensions),
                documentPrefix: documentPrefix,
                queryPrefix: queryPrefix
            )
        }
        self.init(
            id: id,
            audienceID: audienceID,
            name: name,
            content: content,
            agentID: agentID,
            userID: userID,
            profile: profile,
            generation: try reader.next(),
            createdAt: try reader.next()
        )
    }
}
