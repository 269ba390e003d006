import MemoryModel
import PostgresDriver
import PostgresStorage
import Testing

/// Row-level security alone: the service's logins by direct SQL, with none of our predicates.
@Suite struct DirectSQLTests {
    private static let tables = [
        "workspaces", "users", "agents", "audiences", "audience_members", "api_keys", "channels", "threads", "forks",
        "messages", "collections", "items", "item_versions", "jobs", "event_heads", "events", "usage", "requests",
        "context_traces", "context_feedback", "feedback_tallies", "item_proposals", "extraction_positions",
        "extraction_settings",
        "collection_heads", "index_entries", "item_vectors",
    ]

    private static let feedTables = ["collection_heads", "index_entries", "item_vectors"]

    @Test func noLoginSeesAnotherWorkspacesRows() async throws {
        try await withTestDatabase { database in
            let (here, there) = (
                try await TestWorkspace.make(in: database), try await TestWorkspace.make(in: database)
            )
            try await there.fillEveryTable()
            try await here.fillEveryTable()
            for pool in [database.app, database.worker] {
                for table in Self.tables {
                    let counts = try await rows(of: table, pool, as: here.admin)
                    #expect(counts.foreign == 0, "\(table)")
                    // The caller's own answers are another caller's business.
                    #expect(counts.own > 0 || table == "requests", "\(table)")
                }
            }
            for table in Self.feedTables {
                let counts = try await rows(of: table, database.indexer, as: here.admin)
                #expect(counts.foreign == 0 && counts.own > 0, "\(table)")
            }
        }
    }

    @Test func withoutPrincipalThereAreNoRows() async throws {
        try await withTestDatabase { database in
            let workspace = try await TestWorkspace.make(in: database)
            try await workspace.fillEveryTable()
            for table in Self.tables {
                let rows = try await database.app.withTransaction {
                    try await $0.query("SELECT 1 FROM mneme.\(unescaped: table)")
                }
                #expect(rows.isEmpty, "\(table)")
            }
        }
    }

    @Test func theIndexerReadsNothingButTheFeed() async throws {
        try await withTestDatabase { database in
            for table in Self.tables where !Self.feedTables.contains(table) {
                let error = await storeOrDriverError {
                    _ = try await database.indexer.withTransaction {
                        try await $0.query("SELECT 1 FROM mneme.\(unescaped: table)")
                    }
                }
                #expect(error?.sqlState == .insufficientPrivilege, "\(table)")
            }
        }
    }

    @Test func foreignRowsCannotBeWrittenChangedOrRemoved() async throws {
        try await withTestDatabase { database in
            let (here, there) = (
                try await TestWorkspace.make(in: database), try await TestWorkspace.make(in: database)
            )
            try await there.fillEveryTable()
            let settings = TransactionSettings(localSettings: here.settings(here.admin))
            let smuggled = await storeOrDriverError {
                _ = try await database.app.withTransaction(settings) {
                    try await $0.execute(
                        """
                        INSERT INTO mneme.channels (workspace_id, id, audience_id, name, created_at)
                        VALUES (\(there.id), \(here.channel.id), \(there.audience), 'smuggled', now())
                        """
                    )
                }
            }
            #expect(smuggled?.sqlState == .insufficientPrivilege)
            for table in Self.tables where !["audiences", "events", "event_heads"].contains(table) {
                let removed = try await database.app.withTransaction(settings) {
                    try await $0.execute(
                        "DELETE FROM mneme.\(unescaped: table) WHERE workspace_id = \(there.id)"
                    )
                }
                #expect(removed == 0, "\(table)")
            }
        }
    }

    @Test func theServicesLoginsCannotTruncateOrDefine() async throws {
        try await withTestDatabase { database in
            for statement in [
                "TRUNCATE mneme.messages CASCADE", "CREATE TABLE mneme.x (a int)", "DROP TABLE mneme.usage",
                "ALTER TABLE mneme.messages DISABLE ROW LEVEL SECURITY", "CREATE TABLE public.x (a int)",
                "SET ROLE mneme_gate", "SET ROLE mneme_owner",
                "CREATE FUNCTION mneme.f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
            ] {
                let error = await storeOrDriverError {
                    _ = try await database.app.withTransaction {
                        try await $0.execute(PostgresQuery(unescaped: statement))
                    }
                }
                #expect(error?.sqlState == .insufficientPrivilege, "\(statement)")
            }
        }
    }

    @Test func aViewerWritesNothingThatOthersRead() async throws {
        try await withTestDatabase { database in
            let workspace = try await TestWorkspace.make(in: database)
            try await workspace.fillEveryTable()
            let settings = TransactionSettings(localSettings: workspace.settings(workspace.asViewer))
            let left = [
                "requests", "usage", "context_traces", "context_feedback", "feedback_tallies", "audiences", "events",
                "event_heads",
            ]
            for table in Self.tables where !left.contains(table) {
                let removed = try await database.app.withTransaction(settings) {
                    try await $0.execute("DELETE FROM mneme.\(unescaped: table)")
                }
                #expect(removed == 0, "\(table)")
            }
            let written = await storeError {
                _ = try await database.write(as: workspace.asViewer) { tx in
                    try await tx.appendMessages([workspace.message("hello")])
                }
            }
            #expect(written?.code == .forbidden)
        }
    }

    @Test func afterAnyTransactionTheConnectionHasNoPrincipal() async throws {
        try await withTestDatabase { database in
            let workspace = try await TestWorkspace.make(in: database)
            let pool = try database.pool(.app, maximum: 1)
            let store = try await PostgresMemoryStore.open(
                pool: pool,
                clock: database.clock,
                identifiers: database.identifiers
            )
            for round in 0..<50 {
                switch round % 4 {
                case 0:
                    _ = try? await store.withTransaction(as: workspace.admin, .reading()) {
                        _ = try await $0.workspace()
                    }
                case 1:
                    _ = try? await store.withTransaction(as: workspace.admin, .writing()) { tx in
                        _ = try await tx.workspace()
                        throw StoreError(.invalid, "on purpose")
                    }
                case 2:
                    _ = try? await store.withTransaction(as: workspace.admin, .writing()) { tx in
                        try await tx.createWorkspace(
                            Workspace(id: workspace.id, name: "again", createdAt: tx.now),
                            audienceID: workspace.audience
                        )
                    }
                default:
                    _ = try? await store.withTransaction(as: workspace.admin, .reading(until: .now)) {
                        _ = try await $0.workspace()
                    }
                }
                let left = try await pool.withTransaction {
                    try await $0.query(
                        "SELECT coalesce(current_setting('app.workspace_id', true), ''), current_user::text"
                    ).decodeOne((String, String).self)
                }
                #expect(left == ("", "mneme_app"))
            }
            await pool.shutDown(deadline: .now + .seconds(5))
        }
    }

    private func rows(
        of table: String,
        _ pool: PostgresPool,
        as principal: Principal
    ) async throws -> (own: Int, foreign: Int) {
        let settings = TransactionSettings(localSettings: TestWorkspace.settings(principal))
        return try await pool.withTransaction(settings) {
            try await $0.query(
                """
                SELECT count(*) FILTER (WHERE workspace_id = \(principal.workspaceID)),
                    count(*) FILTER (WHERE workspace_id <> \(principal.workspaceID))
                FROM mneme.\(unescaped: table)
                """
            ).decodeOne((Int, Int).self)
        }
    }
}

/// The driver's error of a closure, or nil.
func storeOrDriverError(_ body: () async throws -> Void) async -> PostgresError? {
    do {
        try await body()
        return nil
    } catch {
        return error as? PostgresError
    }
}

extension TestWorkspace {
    /// What the store sets for a principal.
    static func settings(_ principal: Principal) -> [TransactionSettings.LocalSetting] {
        [
            .init(name: "app.workspace_id", value: principal.workspaceID.description),
            .init(name: "app.user_id", value: principal.userID?.description ?? ""),
            .init(name: "app.agent_id", value: principal.agentID?.description ?? ""),
            .init(name: "app.role", value: principal.role.rawValue),
            .init(name: "app.caller", value: "service"),
        ]
    }

    func settings(_ principal: Principal) -> [TransactionSettings.LocalSetting] { Self.settings(principal) }

    /// Leaves at least one row in every table.
    func fillEveryTable() async throws {
        let ids = database.identifiers
        let item = item("The build is green", in: shared)
        let first = message("Let us ship")
        try await insert([item], vector: [1, 0, 0, 0])
        try await database.write(as: admin) { tx in
            let stored = try await tx.appendMessages([first])
            try await tx.createFork(
                Fork(
                    id: ids.next(),
                    threadID: thread.id,
                    audienceID: audience,
                    forkPointID: stored[0].id,
                    title: "aside",
                    createdAt: tx.now
                )
            )
            try await tx.createGroup(
                Audience(id: ids.next(), kind: .group, name: "builders"),
                members: [.user(ann), .agent(clerk)]
            )
            try await tx.createKey(
                APIKey(
                    id: ids.next(),
                    workspaceID: id,
                    name: "key",
                    role: .member,
                    scopes: [.itemsRead],
                    createdAt: tx.now
                ),
                secretHash: Self.hash("secret")
            )
            try await tx.enqueue([
                NewJob(key: "k", payload: .embedItems(collectionID: shared.id, generation: 1, items: []))
            ])
            tx.append([NewEvent(kind: "item.created", subject: "item:\(item.id)")])
            try await tx.recordUsage([UsageRecord(provider: "local", model: "tiny", calls: 1, texts: 1, tokens: 1)])
            try await tx.remember(
                RepeatedAnswer(status: 201, body: [123, 125]),
                to: RepeatableRequest(key: "k", route: "POST /v1/items", fingerprint: [1])
            )
            let pack = ids.next(ContextPack.self)
            try await tx.insertTraces([
                ContextTrace(
                    id: pack,
                    agentID: nil,
                    threadID: nil,
                    createdAt: tx.now,
                    body: TraceBody(
                        tokenBudget: 1,
                        tokenizer: .chars4,
                        format: .text,
                        tokenCount: 0,
                        entries: [],
                        degradations: [],
                        timings: [:],
                        renderedHash: ""
                    )
                )
            ])
            let word = ContextFeedback(sourceID: item.id.as(IndexEntryChange.self), isUseful: true)
            _ = try await tx.recordFeedback([word], on: pack)
            let proposal = ItemProposal(
                id: ids.next(),
                threadID: thread.id,
                channelID: channel.id,
                audienceID: audience,
                content: "Ship it",
                kind: .decision,
                confidence: 0.8,
                trust: .user,
                sourceMessageIDs: [stored[0].id],
                method: "tests",
                createdAt: tx.now
            )
            _ = try await tx.insertProposals([proposal], contentHashes: [Self.hash("Ship it")])
            try await tx.setExtractionPosition(1, of: thread.id)
            try await tx.setExtractsAutomatically(true)
        }
    }
}
