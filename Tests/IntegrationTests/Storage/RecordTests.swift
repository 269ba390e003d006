import Logging
import MemoryModel
import PostgresDriver
import PostgresStorage
import ServiceAssembly
import Testing

/// Records of what happened are forgotten after the time that the operator set, and not before.
@Suite struct RecordTests {
    @Test func whatIsOlderThanItsTimeIsForgottenInEveryWorkspaceAndNothingElse() async throws {
        try await withTestDatabase { database in
            let workspaces = [try await TestWorkspace.make(in: database), try await TestWorkspace.make(in: database)]
            for workspace in workspaces { try await fill(workspace) }
            #expect(try await counts(database) == [200, 200, 200, 200])
            let sources = try await ConfigurationSources(
                arguments: ["dataDir": "/nowhere", "records.traces": "960h", "records.audit": "960h"],
                environment: [:]
            )
            let settings = try await RecordSettings(config: sources.reader)
            #expect(Set(settings.lifetimes.keys) == [.traces, .audit])
            await pruning(settings, database).pruneOnce()
            // Of a hundred days forty are kept.
            #expect(try await counts(database) == [80, 200, 80, 200])
            let records = PostgresRecords(pool: database.worker)
            let before = database.clock.now.advanced(bySeconds: -50 * 86_400)
            #expect(try await records.forget(.events, before: before, most: 30) == 30)
            while try await records.forget(.events, before: before, most: 30) > 0 {}
            while try await records.forget(.usage, before: before, most: 30) > 0 {}
            #expect(try await counts(database) == [80, 100, 80, 102])
        }
    }

    @Test func nothingIsForgottenUnlessTheOperatorSaysSoAndNoMonthIsCutShort() async throws {
        let sources = try await ConfigurationSources(arguments: [:], environment: [:])
        #expect(try await RecordSettings(config: sources.reader).lifetimes.isEmpty)
        let short = try await ConfigurationSources(arguments: ["records.usage": "100h"], environment: [:])
        await #expect(throws: ConfigurationError.self) { _ = try await RecordSettings(config: short.reader) }
    }

    private func pruning(_ settings: RecordSettings, _ database: TestDatabase) -> RecordPruning {
        RecordPruning(
            records: PostgresRecords(pool: database.worker),
            settings: settings,
            clock: database.clock,
            logger: TestCluster.shared.logger
        )
    }

    /// A record of each kind for each of the last hundred days, half past of each.
    private func fill(_ workspace: TestWorkspace) async throws {
        let now = workspace.database.clock.now.advanced(bySeconds: -1_800)
        let (id, audience) = (workspace.id, workspace.audience)
        let days: PostgresQuery = "generate_series(0, 99) AS d"
        try await workspace.database.withAdministration { administration in
            _ = try await administration.query(
                """
                INSERT INTO mneme.context_traces (workspace_id, id, audience_id, body, created_at)
                SELECT \(id), gen_random_uuid(), \(audience), '{}', \(now) - d * interval '1 day' FROM \(fragment: days)
                """
            )
            _ = try await administration.query(
                """
                INSERT INTO mneme.events (workspace_id, sequence_num, kind, subject, details, created_at)
                SELECT \(id), 1000 - d, 'k', 's', '{}', \(now) - d * interval '1 day' FROM \(fragment: days)
                """
            )
            _ = try await administration.query(
                """
                INSERT INTO mneme.audit_entries (workspace_id, id, kind, action, subjects, count, role, created_at)
                SELECT \(id), gen_random_uuid(), 'write', 'a', '{}', 1, 'admin', \(now) - d * interval '1 day'
                FROM \(fragment: days)
                """
            )
            _ = try await administration.query(
                """
                INSERT INTO mneme.usage (workspace_id, day, provider, model, calls, texts, tokens)
                SELECT \(id), ((\(now) - d * interval '1 day') AT TIME ZONE 'UTC')::date, 'p', 'm', 1, 1, 1
                FROM \(fragment: days)
                """
            )
        }
    }

    /// How many records of each kind there are: traces, events, audit, usage.
    private func counts(_ database: TestDatabase) async throws -> [Int] {
        try await database.withAdministration { administration in
            var counts: [Int] = []
            for table in ["context_traces", "events", "audit_entries", "usage"] {
                let condition: PostgresQuery =
                    table == "events" ? "kind = 'k'" : table == "usage" ? "provider = 'p'" : "true"
                counts.append(
                    try await administration.query(
                        "SELECT count(*) FROM mneme.\(unescaped: table) WHERE \(fragment: condition)"
                    ).decodeOne(Int.self)
                )
            }
            return counts
        }
    }
}
