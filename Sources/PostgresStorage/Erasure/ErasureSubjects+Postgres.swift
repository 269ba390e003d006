internal import MemoryModel
internal import PostgresDriver

extension PostgresMemoryTransaction {
    func subjects(of erasure: Erasure) async throws(StoreError) -> ErasureSubjects {
        let scope = ErasureScope(erasure.target, in: workspaceID, at: now)
        let answers = try await pipeline([
            "SELECT t.id FROM mneme.collections AS t WHERE \(fragment: scope.collections)",
            "SELECT t.id FROM mneme.channels AS t WHERE \(fragment: scope.channels)",
            "SELECT t.id FROM mneme.threads AS t WHERE \(fragment: scope.threads)",
            "SELECT t.id FROM mneme.messages AS t WHERE \(fragment: scope.messages)",
            "SELECT t.id FROM mneme.agents AS t WHERE \(fragment: scope.agents)",
            try versions(of: scope, isDeep: erasure.includesDerived),
        ])
        return ErasureSubjects(
            versions: try answers[5].readAll { row throws(PostgresError) in
                var reader = RowReader(row)
                return ErasureSubjects.Version(
                    itemID: try reader.next(),
                    audienceID: try reader.next(),
                    contentHash: try reader.nextBytes()
                )
            },
            messages: try answers[3].firstColumn(Identifier<Message>.self),
            threads: try answers[2].firstColumn(Identifier<ConversationThread>.self),
            channels: try answers[1].firstColumn(Identifier<Channel>.self),
            collections: try answers[0].firstColumn(Identifier<MemoryCollection>.self),
            agents: try answers[4].firstColumn(Identifier<Agent>.self)
        )
    }

    /// Versions of the items that are of the scope, and of those made of them, at any remove.
    ///
    /// What items were made of is unnested once and joined by equality: a containment test for each pair would take
    /// their product.
    private func versions(of scope: ErasureScope, isDeep: Bool) throws(StoreError) -> PostgresQuery {
        let further: PostgresQuery = """
            UNION
            SELECT d.item_id FROM found AS f JOIN derived AS d ON d.parent_id = f.item_id
            """
        return """
            WITH RECURSIVE derived AS MATERIALIZED (
                SELECT v.item_id, unnest(v.derived_from) AS parent_id FROM mneme.item_versions AS v
                WHERE v.workspace_id = \(workspaceID) AND cardinality(v.derived_from) > 0),
            found AS (
                \(fragment: isDeep ? scope.itemsAndMadeOfIt : scope.items)
                \(fragment: isDeep ? further : ""))
            SELECT v.item_id, v.audience_id, v.content_hash FROM mneme.item_versions AS v
            WHERE v.workspace_id = \(workspaceID) AND v.item_id IN (SELECT item_id FROM found)
            """
    }
}

/// The conditions by which rows `t` are of an erasure's target; what was erased already is simply not found.
struct ErasureScope {
    let collections: PostgresQuery
    let channels: PostgresQuery
    let threads: PostgresQuery
    let messages: PostgresQuery
    let agents: PostgresQuery
    /// A query for the ids of items that are the target's own.
    let items: PostgresQuery
    /// The same, with items that were made of its messages or threads.
    let itemsAndMadeOfIt: PostgresQuery

    init(_ target: ErasureTarget, in workspaceID: Identifier<Workspace>, at now: Timestamp) {
        let id = target.id
        func condition(_ kind: ErasureTarget.Kind, _ text: PostgresQuery) -> PostgresQuery {
            target.kind == kind ? "t.workspace_id = \(workspaceID) AND \(fragment: text)" : "false"
        }
        let isPerson = target.kind == .user || target.kind == .agent
        // The audiences that stand for the agent, or for the user and the agents of its own.
        let audiences: PostgresQuery = """
            (SELECT a.id FROM mneme.audiences AS a WHERE a.workspace_id = \(workspaceID) AND (
                a.agent_id = \(id) OR a.user_id = \(id) OR a.kind = 'agent' AND a.owner_id = \(id)))
            """
        let ofAudience: PostgresQuery =
            isPerson ? "t.workspace_id = \(workspaceID) AND t.audience_id IN \(fragment: audiences)" : "false"
        let persons: PostgresQuery = """
            (SELECT \(id) UNION ALL SELECT g.id FROM mneme.agents AS g
             WHERE g.workspace_id = \(workspaceID) AND g.owner_id = \(id))
            """
        collections = "\(fragment: ofAudience) OR \(fragment: condition(.collection, "t.id = \(id)"))"
        let channels: PostgresQuery = "\(fragment: ofAudience) OR \(fragment: condition(.channel, "t.id = \(id)"))"
        let inChannels: PostgresQuery = """
            t.workspace_id = \(workspaceID) AND t.channel_id IN (
                SELECT t.id FROM mneme.channels AS t WHERE \(fragment: channels))
            """
        let threads: PostgresQuery = "\(fragment: inChannels) OR \(fragment: condition(.thread, "t.id = \(id)"))"
        let inThreads: PostgresQuery = """
            t.workspace_id = \(workspaceID) AND t.thread_id IN (
                SELECT t.id FROM mneme.threads AS t WHERE \(fragment: threads))
            """
        let authored: PostgresQuery =
            isPerson
            ? """
            t.workspace_id = \(workspaceID) AND t.author_id IN (
                SELECT p.id::text FROM \(fragment: persons) AS p (id))
            """ : "false"
        let messages: PostgresQuery = """
            \(fragment: inThreads) OR \(fragment: authored) OR \(fragment: condition(.message, "t.id = \(id)"))
            """
        self.channels = channels
        self.threads = threads
        self.messages = messages
        agents =
            target.kind == .agent
            ? "t.workspace_id = \(workspaceID) AND t.id = \(id)"
            : target.kind == .user ? "t.workspace_id = \(workspaceID) AND t.owner_id = \(id)" : "false"
        var own: PostgresQuery = """
            SELECT v.item_id FROM mneme.item_versions AS v WHERE v.workspace_id = \(workspaceID)
                AND v.collection_id IN (SELECT t.id FROM mneme.collections AS t WHERE \(fragment: collections))
            """
        if target.kind == .item { own = "SELECT \(id) AS item_id" }
        if target.kind == .pruned {
            // So many a round, and rounds until none is left.
            own = """
                (SELECT p.item_id FROM \(fragment: PostgresMemoryTransaction.pruned(of: id, in: workspaceID))
                    AND p.final_at <= \(now) ORDER BY p.item_id LIMIT 10000)
                """
        }
        if isPerson {
            own.append(
                """
                 UNION SELECT v.item_id FROM mneme.item_versions AS v WHERE v.workspace_id = \(workspaceID)
                    AND v.from_principal IN (
                        SELECT k.kind || p.id FROM \(fragment: persons) AS p (id),
                            (VALUES ('agent:'), ('user:')) AS k (kind))
                """
            )
        }
        items = own
        itemsAndMadeOfIt = """
            \(fragment: own)
            UNION SELECT v.item_id FROM mneme.item_versions AS v WHERE v.workspace_id = \(workspaceID)
                AND v.from_message IS NOT NULL
                AND v.from_message IN (SELECT t.id FROM mneme.messages AS t WHERE \(fragment: messages))
            UNION SELECT v.item_id FROM mneme.item_versions AS v WHERE v.workspace_id = \(workspaceID)
                AND (\(target.kind == .message) AND v.from_message = \(id)
                    OR \(target.kind == .thread) AND v.from_thread = \(id))
            UNION SELECT v.item_id FROM mneme.item_versions AS v
                JOIN mneme.threads AS t ON t.workspace_id = \(workspaceID) AND v.from_thread = t.id
                WHERE v.workspace_id = \(workspaceID) AND (\(fragment: threads))
            UNION SELECT v.item_id FROM mneme.item_versions AS v
                JOIN mneme.threads AS t ON t.workspace_id = \(workspaceID)
                    AND v.scope_kind = 'thread' AND v.scope_id = t.id::text
                WHERE v.workspace_id = \(workspaceID) AND (\(fragment: threads))
            UNION SELECT v.item_id FROM mneme.item_versions AS v
                JOIN mneme.channels AS t ON t.workspace_id = \(workspaceID)
                    AND v.scope_kind = 'channel' AND v.scope_id = t.id::text
                WHERE v.workspace_id = \(workspaceID) AND (\(fragment: channels))
            """
    }
}
