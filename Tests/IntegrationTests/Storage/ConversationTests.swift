import MemoryModel
import PostgresDriver
import PostgresStorage
import Testing

/// Messages, their positions, and what is visible from a fork.
@Suite struct ConversationTests {
    @Test func positionsRiseStrictlyUnderConcurrentWriters() async throws {
        try await withTestDatabase { database in
            let workspace = try await TestWorkspace.make(in: database)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for writer in 0..<8 {
                    group.addTask {
                        for round in 0..<5 {
                            let batch = (0..<3).map { workspace.message("\(writer) \(round) \($0)") }
                            let stored = try await database.write(as: workspace.asAnn) { tx in
                                try await tx.appendMessages(batch)
                            }
                            #expect(stored.map(\.id) == batch.map(\.message.id))
                            #expect(zip(stored, stored.dropFirst()).allSatisfy { $0.position < $1.position })
                        }
                    }
                }
                try await group.waitForAll()
            }
            let all = try await database.read(as: workspace.asAnn) { tx in
                try await tx.messages(thread: workspace.thread.id, fork: nil, PageRequest(limit: 1000)).rows
            }
            #expect(all.map(\.position) == Array(1...120))
        }
    }

    @Test func aRepeatedMessageIsLeftAloneAndADifferentOneIsRefused() async throws {
        try await withTestDatabase { database in
            let workspace = try await TestWorkspace.make(in: database)
            let message = workspace.message("once")
            let first = try await database.write(as: workspace.asAnn) { try await $0.appendMessages([message]) }
            let second = try await database.write(as: workspace.asAnn) { tx in
                try await tx.appendMessages([workspace.message("new"), message])
            }
            #expect(second[1] == first[0])
            let other = workspace.message("something else", id: message.message.id)
            let error = await storeError {
                _ = try await database.write(as: workspace.asAnn) { try await $0.appendMessages([other]) }
            }
            #expect(error?.code == .conflict)
        }
    }

    @Test func aReplyMustLieInTheSameThread() async throws {
        try await withTestDatabase { database in
            let workspace = try await TestWorkspace.make(in: database)
            let error = await storeError {
                _ = try await database.write(as: workspace.asAnn) { tx in
                    let message = workspace.message("reply").message
                    let reply = Message(
                        id: message.id,
                        channelID: message.channelID,
                        threadID: message.threadID,
                        audienceID: message.audienceID,
                        authorType: .human,
                        author: "Ann",
                        content: "reply",
                        replyTo: database.identifiers.next(),
                        createdAt: tx.now
                    )
                    return try await tx.appendMessages([NewMessage(message: reply, bigrams: [])])
                }
            }
            #expect(error == StoreError(.notFound, "what it belongs to is not there", field: "reply_to"))
        }
    }

    @Test func fromAForkOfDepthFiveTheLineIsVisibleAndSiblingsAreNot() async throws {
        try await withTestDatabase { database in
            let workspace = try await TestWorkspace.make(in: database)
            let line = try await ForkedThread.make(in: workspace, depth: 5)
            for (depth, fork) in line.forks.enumerated() {
                // Before the fork point: visible. After it in the parent, and in the sibling that left beside: not.
                var expected = (0...depth).flatMap { ["kiwi level\($0) early", "kiwi level\($0) point"] }
                expected += ["kiwi level\(depth + 1) early", "kiwi level\(depth + 1) point"]
                if depth + 1 < 5 { expected.append("kiwi level\(depth + 1) late") }
                if depth + 1 == 5 { expected.append("kiwi level5 late") }
                let recent = try await database.read(as: workspace.asAnn) { tx in
                    try await tx.contextPrelude(
                        ContextPreludeRequest(
                            agentID: nil,
                            collectionIDs: nil,
                            pinScopes: [],
                            threadID: workspace.thread.id,
                            forkID: fork.id,
                            recentMessages: 100
                        )
                    ).recentMessages
                }
                #expect(recent.map(\.content) == expected)
                #expect(zip(recent, recent.dropFirst()).allSatisfy { $0.position < $1.position })
                let found = try await database.read(as: workspace.asAnn) { tx in
                    try await tx.searchMessages(
                        MessageQuery(expression: .word("kiwi"), forkID: fork.id),
                        PageRequest(limit: 100)
                    ).rows.map(\.message.content)
                }
                #expect(found.sorted() == expected.sorted())
            }
            let newest = try await database.read(as: workspace.asAnn) { tx in
                try await tx.contextPrelude(
                    ContextPreludeRequest(
                        agentID: nil,
                        collectionIDs: nil,
                        pinScopes: [],
                        threadID: workspace.thread.id,
                        forkID: line.forks[4].id,
                        recentMessages: 4
                    )
                )
            }
            #expect(newest.recentMessages.map(\.content).first == "kiwi level4 point")
            #expect(newest.channelID == workspace.channel.id)
            // The thread itself knows nothing of its forks; a search of the thread does.
            let own = try await database.read(as: workspace.asAnn) { tx in
                try await tx.messages(thread: workspace.thread.id, fork: nil, PageRequest(limit: 100)).rows
            }
            #expect(own.map(\.content) == ["kiwi level0 early", "kiwi level0 point", "kiwi level0 late"])
            let inThread = try await database.read(as: workspace.asAnn) { tx in
                try await tx.searchMessages(
                    MessageQuery(expression: .word("kiwi"), threadID: workspace.thread.id),
                    PageRequest(limit: 100)
                ).rows
            }
            #expect(inThread.count == 23)
        }
    }

    @Test func aForkEndsOnce() async throws {
        try await withTestDatabase { database in
            let workspace = try await TestWorkspace.make(in: database)
            let line = try await ForkedThread.make(in: workspace, depth: 1)
            let ended = try await database.write(as: workspace.asAnn) { tx in
                try await tx.endFork(line.forks[0].id, status: .resolved, summary: "done")
            }
            #expect(ended.status == .resolved && ended.summary == "done" && ended.endedAt != nil)
            let again = await storeError {
                _ = try await database.write(as: workspace.asAnn) { tx in
                    try await tx.endFork(line.forks[0].id, status: .abandoned, summary: nil)
                }
            }
            #expect(again?.code == .conflict)
        }
    }

    @Test func deletingAThreadBuriesItsMessagesInTheFeed() async throws {
        try await withTestDatabase { database in
            let workspace = try await TestWorkspace.make(in: database)
            let collection = MemoryCollection(
                id: database.identifiers.next(),
                audienceID: workspace.audience,
                name: "messages",
                content: .messages,
                profile: nil,
                createdAt: database.clock.now
            )
            let messages = (0..<5).map { workspace.message("m \($0)") }
            try await database.write(as: workspace.admin) { tx in
                try await tx.createCollection(collection)
                let stored = try await tx.appendMessages(messages)
                tx.stamp(
                    stored.map { message in
                        IndexEntryChange(
                            collectionID: collection.id,
                            sourceID: message.id.as(IndexEntryChange.self),
                            version: 1,
                            attributes: EntryAttributes(
                                source: "web",
                                trust: .user,
                                validFrom: message.createdAt,
                                createdAt: message.createdAt
                            ),
                            terms: [1]
                        )
                    }
                )
            }
            try await database.write(as: workspace.admin) { try await $0.deleteMessage(messages[0].message.id) }
            try await database.write(as: workspace.admin) { try await $0.deleteThread(workspace.thread.id) }
            let ticket = AuthorizedCollection(
                readUnderPolicies: collection,
                workspaceID: workspace.id,
                head: FeedHead(lastSeq: 0)
            )
            let changes = try await database.feed.changes(in: ticket, after: 5, limit: 100)
            #expect(changes.count == 5 && changes.allSatisfy { !$0.isLive && $0.terms.isEmpty })
            let left = try await database.names("SELECT content FROM mneme.messages")
            #expect(left.isEmpty)
        }
    }

    @Test func deletingAnAgentTakesAllThatIsItsOwnAndNothingElse() async throws {
        try await withTestDatabase { database in
            let workspace = try await TestWorkspace.make(in: database)
            try await workspace.insert([workspace.item("own", in: workspace.personal)], vector: [1, 0, 0, 0])
            try await workspace.insert([workspace.item("shared", in: workspace.shared)], vector: [1, 0, 0, 0])
            try await database.write(as: workspace.admin) { tx in
                let channel = Channel(
                    id: database.identifiers.next(),
                    audienceID: workspace.scoutsAudience,
                    name: "private",
                    createdAt: tx.now
                )
                try await tx.createChannel(channel)
                try await tx.createKey(
                    APIKey(
                        id: database.identifiers.next(),
                        workspaceID: workspace.id,
                        name: "k",
                        agentID: workspace.scout,
                        role: .member,
                        scopes: [],
                        createdAt: tx.now
                    ),
                    secretHash: TestWorkspace.hash("s")
                )
            }
            try await database.write(as: workspace.asAnn) { try await $0.deleteAgent(workspace.scout) }
            let left = try await database.names(
                """
                SELECT 'channel ' || name FROM mneme.channels UNION ALL SELECT 'key' FROM mneme.api_keys
                UNION ALL SELECT content FROM mneme.item_versions UNION ALL SELECT 'entry' FROM mneme.index_entries
                UNION ALL SELECT 'vector' FROM mneme.item_vectors UNION ALL SELECT 'agent ' || name FROM mneme.agents
                UNION ALL SELECT 'audience' FROM mneme.audiences WHERE kind = 'agent' ORDER BY 1
                """
            )
            #expect(left == ["agent clerk", "audience", "channel general", "entry", "shared", "vector"])
        }
    }
}

/// A thread with a line of forks, each leaving the one before; beside each a sibling that left at the same message.
struct ForkedThread: Sendable {
    let forks: [Fork]

    static func make(in workspace: TestWorkspace, depth: Int) async throws -> ForkedThread {
        let database = workspace.database
        var forks: [Fork] = []
        for level in 0...depth {
            let parent = forks.last
            let messages = try await database.write(as: workspace.asAnn) { tx in
                try await tx.appendMessages([
                    workspace.message("kiwi level\(level) early", fork: parent?.id),
                    workspace.message("kiwi level\(level) point", fork: parent?.id),
                    workspace.message("kiwi level\(level) late", fork: parent?.id),
                ])
            }
            guard level < depth else { break }
            func fork(_ title: String, at moment: Timestamp) -> Fork {
                Fork(
                    id: database.identifiers.next(),
                    threadID: workspace.thread.id,
                    audienceID: workspace.audience,
                    parentForkID: parent?.id,
                    forkPointID: messages[1].id,
                    title: title,
                    createdAt: moment
                )
            }
            let next = fork("level \(level + 1)", at: database.clock.now)
            let sibling = fork("sibling \(level + 1)", at: database.clock.now)
            try await database.write(as: workspace.asAnn) { tx in
                try await tx.createFork(next)
                try await tx.createFork(sibling)
                _ = try await tx.appendMessages([workspace.message("kiwi sibling\(level + 1)", fork: sibling.id)])
            }
            forks.append(next)
        }
        return ForkedThread(forks: forks)
    }
}
