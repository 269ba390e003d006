import MemoryModel
import PostgresDriver
import PostgresStorage
import Testing

/// Full-text search through the gate.
@Suite struct MessageSearchTests {
    @Test func wordsPhrasesExclusionsAndBigramsFindWhatTheySay() async throws {
        try await withTestDatabase { database in
            let workspace = try await TestWorkspace.make(in: database)
            let tokyo = NewMessage(
                message: workspace.message("東京都に行く").message,
                bigrams: ["東京", "京都", "都に", "に行", "行く"]
            )
            let odd = NewMessage(message: workspace.message("odd").message, bigrams: ["a'b", "\\", "x:y|z&(!"])
            try await database.write(as: workspace.asAnn) { tx in
                _ = try await tx.appendMessages([
                    workspace.message("The deploy failed again on the staging server"),
                    workspace.message("Deploying works; the server failed to restart"),
                    workspace.message("Lunch?", author: "Bob"), tokyo, odd,
                ])
            }
            func search(_ expression: SearchExpression) async throws -> Set<String> {
                try await database.read(as: workspace.asBob) { tx in
                    let query = MessageQuery(expression: expression)
                    return Set(try await tx.searchMessages(query, PageRequest(limit: 10)).rows.map(\.message.content))
                }
            }
            let staging = "The deploy failed again on the staging server"
            let restart = "Deploying works; the server failed to restart"
            #expect(try await search(.word("deployment")) == [staging, restart])
            #expect(try await search(.phrase(["staging", "server"])) == [staging])
            #expect(try await search(.all([.word("failed"), .not(.word("staging"))])) == [restart])
            #expect(try await search(.any([.word("lunch"), .word("staging")])) == ["Lunch?", staging])
            #expect(try await search(.bigrams(["東京", "京都"])) == ["東京都に行く"])
            #expect(try await search(.bigrams(["京都", "東京"])) == [])
            #expect(try await search(.bigrams(["a'b", "\\", "x:y|z&(!"])) == ["odd"])
            #expect(try await search(.all([.word("the"), .word("lunch")])) == ["Lunch?"])
            #expect(try await search(.word("the")) == [])
            #expect(try await search(.word("'; DROP TABLE mneme.messages; --")) == [])
            #expect(try await search(.all([])) == [])
            let edited = try await database.write(as: workspace.asAnn) { tx in
                try await tx.editMessage(tokyo.message.id, content: "Kyoto instead", bigrams: [])
            }
            #expect(edited.editedAt != nil)
            #expect(try await search(.word("kyoto")) == ["Kyoto instead"])
            #expect(try await search(.bigrams(["東京"])) == [])
        }
    }

    @Test func filtersNarrowAndPagesGoThroughAllHitsOnce() async throws {
        try await withTestDatabase { database in
            let workspace = try await TestWorkspace.make(in: database)
            let messages = (0..<30).map { n in
                workspace.message(
                    "apple " + String(repeating: "pear ", count: n % 7),
                    author: n % 3 == 0 ? "Bob" : "Ann"
                )
            }
            try await database.write(as: workspace.asAnn) { _ = try await $0.appendMessages(messages) }
            for (query, count) in [
                (MessageQuery(expression: .word("apples")), 30),
                (MessageQuery(expression: .word("apples"), author: "Bob"), 10),
                (MessageQuery(expression: .word("apples"), authorType: .agent), 0),
                (MessageQuery(expression: .word("apples"), channelID: workspace.channel.id), 30),
                (MessageQuery(expression: .word("apples"), threadID: workspace.thread.id, author: "Ann"), 20),
                (MessageQuery(expression: .word("apples"), from: messages[20].message.createdAt), 10),
                (MessageQuery(expression: .word("apples"), before: messages[20].message.createdAt), 20),
                (MessageQuery(expression: .word("apples"), channelID: database.identifiers.next()), 0),
            ] {
                var seen: [Identifier<Message>] = []
                var ranks: [Float] = []
                var next: PagePosition?
                repeat {
                    let request = PageRequest(after: next, limit: 4)
                    let page = try await database.read(as: workspace.asAnn) { tx in
                        try await tx.searchMessages(query, request)
                    }
                    seen += page.rows.map(\.message.id)
                    ranks += page.rows.map(\.rank)
                    next = page.next
                } while next != nil
                #expect(seen.count == count && Set(seen).count == count)
                #expect(ranks == ranks.sorted(by: >))
            }
        }
    }

    @Test func theCompositeIndexFindsTheMatchesAloneUnderRowLevelSecurity() async throws {
        try await withTestDatabase { database in
            let here = try await TestWorkspace.make(in: database)
            let there = try await TestWorkspace.make(in: database)
            for workspace in [here, there] { try await workspace.fillMessages(3_000, rare: 7) }
            try await database.withAdministration { try await $0.execute(script: "VACUUM ANALYZE mneme.messages") }
            let before = try await database.indexReads()
            let hits = try await database.read(as: here.asAnn) { tx in
                try await tx.searchMessages(MessageQuery(expression: .word("zebra")), PageRequest(limit: 50)).rows
            }
            #expect(hits.count == 7 && hits.allSatisfy { $0.message.threadID == here.thread.id })
            let after = try await database.indexReads()
            // Had the index been used for its workspace alone, it would have given 3,000 rows; for the word alone, 14.
            #expect(after.scans - before.scans == 1)
            #expect(after.rows - before.rows == 7)
        }
    }

    @Test func aVeryCommonWordIsBoundedAndItsNewestMatchesAreFound() async throws {
        try await withTestDatabase { database in
            let workspace = try await TestWorkspace.make(in: database)
            try await workspace.fillMessages(3_000, rare: 1)
            let before = try await database.indexReads()
            let hits = try await database.read(as: workspace.asAnn) { tx in
                try await tx.searchMessages(MessageQuery(expression: .word("common")), PageRequest(limit: 1000)).rows
            }
            #expect(hits.count == 1000)
            // Common words are not looked up in the index at all.
            #expect(try await database.indexReads().scans == before.scans)
        }
    }
}

extension TestWorkspace {
    /// Many messages with a word they share and a few with a rare one, by the admin and in one statement.
    func fillMessages(_ count: Int, rare: Int) async throws {
        _ = try await database.withAdministration { administration in
            try await administration.query(
                """
                INSERT INTO mneme.messages (
                    workspace_id, id, channel_id, thread_id, audience_id, position, author_type, author, content,
                    metadata, created_at, fts)
                SELECT \(id), gen_random_uuid(), \(channel.id), \(thread.id), \(audience), n, 'human', 'Ann', c.text, '{}',
                    now() - n * interval '1 second', to_tsvector('english', c.text)
                FROM generate_series(1, \(count)) AS n
                CROSS JOIN LATERAL (
                    SELECT 'common words w' || n || CASE WHEN n % (\(count) / \(rare)) = 0 THEN ' zebra' ELSE '' END
                ) AS c (text)
                """
            )
        }
    }
}

extension TestDatabase {
    /// Scans of the full-text index so far, and the rows it gave.
    fileprivate func indexReads() async throws -> (scans: Int, rows: Int) {
        // Other backends report when they are idle; their own closing does it for certain.
        for _ in 0..<50 {
            _ = try await app.withTransaction { try await $0.query("SELECT pg_stat_force_next_flush()") }
        }
        return try await withAdministration { administration in
            try await administration.query(
                """
                SELECT idx_scan, idx_tup_read FROM pg_stat_user_indexes WHERE indexrelname = 'messages_by_words'
                """
            ).decodeOne((Int, Int).self)
        }
    }
}
