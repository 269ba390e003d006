import MemoryModel
import PostgresStorage
import Testing

/// What a context query starts from and leaves behind.
@Suite struct ContextTests {
    @Test func thePreludeHasWhatTheAgentAndThePrincipalBothSee() async throws {
        try await withTestDatabase { database in
            let workspace = try await TestWorkspace.make(in: database)
            try await workspace.insert([
                workspace.item("pinned for all", in: workspace.shared, isPinned: true),
                workspace.item("not pinned", in: workspace.shared),
            ])
            try await workspace.insert([workspace.item("pinned for scout", in: workspace.personal, isPinned: true)])
            var scoped = workspace.item("pinned in the thread", in: workspace.shared, isPinned: true)
            scoped.scope = .thread(workspace.thread.id)
            var expired = workspace.item("pinned once", in: workspace.shared, isPinned: true)
            expired.expiresAt = expired.createdAt
            try await workspace.insert([scoped, expired])
            try await database.write(as: workspace.asAnn) { tx in
                _ = try await tx.appendMessages((0..<5).map { workspace.message("m \($0)") })
            }
            func prelude(
                _ principal: Principal,
                agent: Identifier<Agent>?,
                scopes: Set<ItemScope> = []
            ) async throws -> ContextPrelude {
                try await database.read(as: principal) { tx in
                    try await tx.contextPrelude(
                        ContextPreludeRequest(
                            agentID: agent,
                            collectionIDs: nil,
                            pinScopes: scopes,
                            threadID: workspace.thread.id,
                            forkID: nil,
                            recentMessages: 3
                        )
                    )
                }
            }
            let own = try await prelude(workspace.asScout, agent: nil)
            #expect(Set(own.collections.map(\.collection.id)) == [workspace.shared.id, workspace.personal.id])
            #expect(Set(own.collections.map(\.head.lastSeq)) == [4, 1])
            #expect(own.pins.map(\.content) == ["pinned for all", "pinned for scout"])
            #expect(own.recentMessages.map(\.content) == ["m 2", "m 3", "m 4"])
            #expect(own.channelID == workspace.channel.id)
            #expect(own.fenceSecret.count == 32)
            let inThread = try await prelude(workspace.asScout, agent: nil, scopes: [.thread(workspace.thread.id)])
            #expect(inThread.pins.map(\.content) == ["pinned for all", "pinned for scout", "pinned in the thread"])
            // Ann asks for the clerk: what Ann sees and the clerk does not is left out.
            let clerk = try await prelude(workspace.asAnn, agent: workspace.clerk)
            #expect(clerk.collections.map(\.collection.id) == [workspace.shared.id])
            let refused = await storeError { _ = try await prelude(workspace.asBob, agent: workspace.scout) }
            #expect(refused == StoreError(.notFound, "not found", field: "agent"))
        }
    }

    @Test func aTraceIsSeenByWhoSeesTheAgentItWasFor() async throws {
        try await withTestDatabase { database in
            let workspace = try await TestWorkspace.make(in: database)
            let trace = ContextTrace(
                id: database.identifiers.next(),
                agentID: workspace.scout,
                threadID: workspace.thread.id,
                createdAt: database.clock.now,
                body: TraceBody(
                    tokenBudget: 100,
                    tokenizer: .o200k,
                    format: .xml,
                    tokenCount: 7,
                    entries: [
                        TraceEntry(
                            item: ItemVersionReference(itemID: database.identifiers.next(), version: 2),
                            section: .items,
                            outcome: .excerpted,
                            tokens: 7,
                            excerpt: [0, 5],
                            scores: ["final": 0.25]
                        )
                    ],
                    degradations: [.notYet],
                    timings: ["total": 1.5],
                    renderedHash: "ab"
                )
            )
            for _ in 0..<2 { try await database.write(as: workspace.asAnn) { try await $0.insertTraces([trace]) } }
            for principal in [workspace.asAnn, workspace.asScout, workspace.admin] {
                #expect(try await database.read(as: principal) { try await $0.trace(trace.id) } == trace)
            }
            let error = await storeError {
                _ = try await database.read(as: workspace.asBob) { try await $0.trace(trace.id) }
            }
            #expect(error?.code == .notFound)
            // A viewer's question leaves a trace too.
            let viewers = ContextTrace(
                id: database.identifiers.next(),
                agentID: nil,
                threadID: nil,
                createdAt: trace.createdAt,
                body: trace.body
            )
            try await database.write(as: workspace.asViewer) { try await $0.insertTraces([viewers]) }
            #expect(try await database.read(as: workspace.asViewer) { try await $0.trace(viewers.id) } == viewers)
        }
    }

    @Test func personalCollectionsAreOneEach() async throws {
        try await withTestDatabase { database in
            let workspace = try await TestWorkspace.make(in: database)
            let second = MemoryCollection(
                id: database.identifiers.next(),
                audienceID: workspace.scoutsAudience,
                name: "again",
                agentID: workspace.scout,
                profile: nil,
                createdAt: database.clock.now
            )
            // The refusal leaves the transaction usable: the winner can be read at once.
            let found = try await database.write(as: workspace.asScout) { tx in
                let error = await storeError { try await tx.createCollection(second) }
                #expect(error?.code == .alreadyExists)
                return try await tx.personalCollection(of: workspace.scout)
            }
            #expect(found == workspace.personal)
            #expect(
                try await database.read(as: workspace.asAnn) { try await $0.personalCollection(of: workspace.ann) }
                    == nil
            )
        }
    }
}
