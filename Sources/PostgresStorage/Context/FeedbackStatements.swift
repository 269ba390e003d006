internal import MemoryModel
internal import PostgresDriver

extension PostgresMemoryTransaction {
    func recordFeedback(
        _ feedback: [ContextFeedback],
        on context: Identifier<ContextPack>
    ) async throws(StoreError) -> Int {
        _ = try await trace(context)
        guard !feedback.isEmpty else { return 0 }
        let sources = feedback.map(\.sourceID)
        // The word before is read from the snapshot that the whole statement sees: what it counted is taken back.
        return try await execute(
            """
            WITH given AS (
                SELECT n.source_id, n.useful,
                    coalesce(
                        (SELECT i.audience_id FROM mneme.items AS i
                         WHERE i.workspace_id = \(workspaceID) AND i.id = n.source_id AND i.deleted_at IS NULL),
                        (SELECT m.audience_id FROM mneme.messages AS m
                         WHERE m.workspace_id = \(workspaceID) AND m.id = n.source_id)) AS audience_id
                FROM unnest(\(sources), \(feedback.map(\.isUseful))) AS n (source_id, useful)),
            known AS (SELECT * FROM given WHERE audience_id IS NOT NULL),
            before AS (
                SELECT f.source_id, f.useful,
                    power(0.5, extract(epoch FROM \(now) - f.created_at) / \(FeedbackTally.halfLife)) AS worth
                FROM mneme.context_feedback AS f
                WHERE f.workspace_id = \(workspaceID) AND f.context_id = \(context) AND f.caller = \(caller)
                    AND f.source_id = ANY (\(sources))),
            written AS (
                INSERT INTO mneme.context_feedback AS f (
                    workspace_id, context_id, source_id, caller, audience_id, useful, created_at)
                SELECT \(workspaceID), \(context), k.source_id, \(caller), t.audience_id, k.useful, \(now)
                FROM known AS k
                JOIN mneme.context_traces AS t ON t.workspace_id = \(workspaceID) AND t.id = \(context)
                ON CONFLICT ON CONSTRAINT context_feedback_pkey DO UPDATE SET
                    useful = excluded.useful, created_at = excluded.created_at)
            INSERT INTO mneme.feedback_tallies AS t (
                workspace_id, source_id, audience_id, useful, not_useful, updated_at)
            SELECT \(workspaceID), k.source_id, k.audience_id,
                k.useful::integer - coalesce(b.useful::integer * b.worth, 0),
                (NOT k.useful)::integer - coalesce((NOT b.useful)::integer * b.worth, 0), \(now)
            FROM known AS k LEFT JOIN before AS b ON b.source_id = k.source_id
            ORDER BY k.source_id
            ON CONFLICT ON CONSTRAINT feedback_tallies_pkey DO UPDATE SET
                useful = greatest(0, excluded.useful + t.useful
                    * power(0.5, extract(epoch FROM \(now) - t.updated_at) / \(FeedbackTally.halfLife))),
                not_useful = greatest(0, excluded.not_useful + t.not_useful
                    * power(0.5, extract(epoch FROM \(now) - t.updated_at) / \(FeedbackTally.halfLife))),
                updated_at = excluded.updated_at
            """
        )
    }

    func feedbackTallies(
        of sources: [Identifier<IndexEntryChange>]
    ) async throws(StoreError) -> [Identifier<IndexEntryChange>: FeedbackTally] {
        guard !sources.isEmpty else { return [:] }
        let rows = try await read(
            """
            SELECT t.source_id, t.useful * d.worth, t.not_useful * d.worth
            FROM mneme.feedback_tallies AS t
            CROSS JOIN LATERAL (
                SELECT power(0.5, extract(epoch FROM greatest(\(now), t.updated_at) - t.updated_at)
                    / \(FeedbackTally.halfLife))::real AS worth) AS d
            WHERE t.workspace_id = \(workspaceID) AND t.source_id = ANY (\(sources))
            """
        ) { row throws(PostgresError) in try row.decode((Identifier<IndexEntryChange>, Float, Float).self) }
        return Dictionary(
            rows.map { ($0.0, FeedbackTally(useful: $0.1, notUseful: $0.2)) },
            uniquingKeysWith: { first, _ in first }
        )
    }
}
