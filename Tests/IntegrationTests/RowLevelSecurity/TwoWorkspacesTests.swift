import MemoryModel
import PostgresStorage
import Testing

/// Two workspaces with the same texts: another's id answers as one that was never given out.
@Suite struct TwoWorkspacesTests {
    private struct Foreign: Sendable {
        let item: Identifier<ContextItem>
        let message: Identifier<Message>
        let fork: Identifier<Fork>
        let key: Identifier<APIKey>
        let proposal: Identifier<ItemProposal>
        let workspace: TestWorkspace
    }

    @Test func everyMethodThatTakesAnIdAnswersForAForeignOneAsForAMissingOne() async throws {
        try await withTestDatabase { database in
            let here = try await TestWorkspace.make(in: database)
            let there = try await TestWorkspace.make(in: database)
            for workspace in [here, there] {
                try await workspace.fillEveryTable()
            }
            let foreign = try await ids(of: there)
            for principal in [here.admin, here.asAnn, here.asScout] {
                for (name, method) in Self.methods(foreign, now: database.clock.now) {
                    let forForeign = await outcome(database, principal, { try await method($0, false) })
                    let forMissing = await outcome(database, principal, { try await method($0, true) })
                    #expect(forForeign == forMissing, "\(name) as \(principal.role)")
                    #expect(forForeign != "returned", "\(name) as \(principal.role)")
                }
            }
            // And nothing of the other workspace has changed.
            let untouched = try await ids(of: there)
            #expect(untouched.item == foreign.item && untouched.message == foreign.message)
            #expect(try await database.read(as: there.admin) { try await $0.agent(there.scout) }.name == "scout")
        }
    }

    @Test func searchesAndListsReturnOnesOwnTwinOnly() async throws {
        try await withTestDatabase { database in
            let here = try await TestWorkspace.make(in: database)
            let there = try await TestWorkspace.make(in: database)
            for workspace in [here, there] { try await workspace.fillEveryTable() }
            try await database.read(as: here.asAnn) { tx in
                let hits = try await tx.searchMessages(
                    MessageQuery(expression: .word("ship")),
                    PageRequest(limit: 10)
                )
                #expect(hits.rows.map(\.message.threadID) == [here.thread.id])
                let items = try await tx.items(matching: ItemFilter(), PageRequest(limit: 10)).rows
                #expect(items.map(\.collectionID) == [here.shared.id])
                let reused = try await tx.reusableVectors(
                    profile: TestWorkspace.profile,
                    textHashes: [TestWorkspace.hash("The build is green")]
                )
                #expect(reused.count == 1)
            }
            // A vector is not reused from another workspace, nor from an audience that the principal does not see.
            try await there.insert([there.item("Only there", in: there.shared)], vector: [0, 1, 0, 0])
            try await here.insert([here.item("Scout's", in: here.personal)], vector: [0, 0, 1, 0])
            let hashes = [TestWorkspace.hash("Only there"), TestWorkspace.hash("Scout's")]
            let seen = try await database.read(as: here.asBob) { tx in
                try await tx.reusableVectors(profile: TestWorkspace.profile, textHashes: hashes)
            }
            #expect(seen.isEmpty)
        }
    }

    @Test func theSameIdsInTwoWorkspacesDoNotMeet() async throws {
        try await withTestDatabase { database in
            let here = try await TestWorkspace.make(in: database)
            let there = try await TestWorkspace.make(in: database)
            let id = database.identifiers.next(Message.self)
            for (workspace, text) in [(here, "one"), (there, "two")] {
                let stored = try await database.write(as: workspace.admin) { tx in
                    try await tx.appendMessages([workspace.message(text, id: id)])
                }
                #expect(stored.map(\.content) == [text])
            }
            try await database.write(as: here.admin) { try await $0.deleteMessage(id) }
            #expect(try await database.read(as: there.admin) { try await $0.message(id) }.content == "two")
        }
    }

    private typealias Method = @Sendable (any MemoryTransaction, _ isMissing: Bool) async throws -> Void

    private static func methods(_ foreign: Foreign, now: Timestamp) -> [(String, Method)] {
        let there = foreign.workspace
        let ids = there.database.identifiers
        @Sendable func pick<Noun>(_ id: Identifier<Noun>, _ isMissing: Bool) -> Identifier<Noun> {
            isMissing ? ids.next() : id
        }
        return [
            ("user", { _ = try await $0.user(pick(there.ann, $1)) }),
            ("agent", { _ = try await $0.agent(pick(there.scout, $1)) }),
            ("audience of agent", { _ = try await $0.audienceID(of: pick(there.scout, $1)) }),
            ("audience of user", { _ = try await $0.audienceID(of: pick(there.ann, $1)) }),
            ("members", { _ = try await $0.members(of: pick(there.audience, $1)) }),
            ("set members", { try await $0.setMembers([], of: pick(there.audience, $1)) }),
            ("delete agent", { try await $0.deleteAgent(pick(there.scout, $1)) }),
            ("update agent", { try await $0.updateAgent(Agent(id: pick(there.scout, $1), name: "n", createdAt: now)) }),
            ("revoke key", { try await $0.revokeKey(pick(foreign.key, $1)) }),
            ("channel", { _ = try await $0.channel(pick(there.channel.id, $1)) }),
            ("delete channel", { try await $0.deleteChannel(pick(there.channel.id, $1)) }),
            ("thread", { _ = try await $0.thread(pick(there.thread.id, $1)) }),
            ("delete thread", { try await $0.deleteThread(pick(there.thread.id, $1)) }),
            (
                "create thread",
                {
                    try await $0.createThread(
                        ConversationThread(
                            id: ids.next(),
                            channelID: pick(there.channel.id, $1),
                            audienceID: there.audience,
                            title: "t",
                            createdAt: now
                        )
                    )
                }
            ),
            ("fork", { _ = try await $0.fork(pick(foreign.fork, $1)) }),
            ("end fork", { _ = try await $0.endFork(pick(foreign.fork, $1), status: .abandoned, summary: nil) }),
            (
                "create fork",
                {
                    try await $0.createFork(
                        Fork(
                            id: ids.next(),
                            threadID: pick(there.thread.id, $1),
                            audienceID: there.audience,
                            forkPointID: pick(foreign.message, $1),
                            title: "f",
                            createdAt: now
                        )
                    )
                }
            ),
            ("message", { _ = try await $0.message(pick(foreign.message, $1)) }),
            (
                "messages",
                { _ = try await $0.messages(thread: pick(there.thread.id, $1), fork: nil, PageRequest(limit: 5)) }
            ),
            ("edit message", { _ = try await $0.editMessage(pick(foreign.message, $1), content: "x", bigrams: []) }),
            ("delete message", { try await $0.deleteMessage(pick(foreign.message, $1)) }),
            (
                "append message",
                {
                    var message = there.message("x").message
                    message = Message(
                        id: ids.next(),
                        channelID: pick(there.channel.id, $1),
                        threadID: pick(there.thread.id, $1),
                        audienceID: there.audience,
                        authorType: .human,
                        author: "a",
                        content: "x",
                        createdAt: now
                    )
                    _ = try await $0.appendMessages([NewMessage(message: message, bigrams: [])])
                }
            ),
            ("proposal", { _ = try await $0.proposal(pick(foreign.proposal, $1)) }),
            ("collection", { _ = try await $0.collection(pick(there.shared.id, $1)) }),
            ("delete collection", { try await $0.deleteCollection(pick(there.shared.id, $1)) }),
            ("item", { _ = try await $0.item(pick(foreign.item, $1)) }),
            ("versions", { _ = try await $0.versions(of: pick(foreign.item, $1)) }),
            ("delete item", { try await $0.deleteItem(pick(foreign.item, $1)) }),
            (
                "prelude by agent",
                {
                    _ = try await $0.contextPrelude(
                        ContextPreludeRequest(
                            agentID: pick(there.scout, $1),
                            collectionIDs: nil,
                            pinScopes: [],
                            threadID: nil,
                            forkID: nil,
                            recentMessages: 1
                        )
                    )
                }
            ),
            (
                "prelude by collection",
                {
                    _ = try await $0.contextPrelude(
                        ContextPreludeRequest(
                            agentID: nil,
                            collectionIDs: [pick(there.shared.id, $1)],
                            pinScopes: [],
                            threadID: nil,
                            forkID: nil,
                            recentMessages: 1
                        )
                    )
                }
            ),
            (
                "prelude by thread",
                {
                    _ = try await $0.contextPrelude(
                        ContextPreludeRequest(
                            agentID: nil,
                            collectionIDs: nil,
                            pinScopes: [],
                            threadID: pick(there.thread.id, $1),
                            forkID: nil,
                            recentMessages: 1
                        )
                    )
                }
            ),
        ]
    }

    /// What came of a method, in words that can be compared.
    private func outcome(
        _ database: TestDatabase,
        _ principal: Principal,
        _ body: @escaping @Sendable (any MemoryTransaction) async throws -> Void
    ) async -> String {
        do {
            _ = try await database.store.withTransaction(as: principal, .writing()) { tx in try await body(tx) }
            return "returned"
        } catch {
            return "\(error)"
        }
    }

    private func ids(of workspace: TestWorkspace) async throws -> Foreign {
        try await workspace.database.read(as: workspace.admin) { tx in
            let item = try await tx.items(matching: ItemFilter(), PageRequest(limit: 1)).rows
            let messages = try await tx.messages(thread: workspace.thread.id, fork: nil, PageRequest(limit: 1)).rows
            let forks = try await tx.forks(of: workspace.thread.id, PageRequest(limit: 1)).rows
            let keys = try await tx.keys(PageRequest(limit: 1)).rows
            let proposals = try await tx.proposals(in: nil, state: nil, PageRequest(limit: 1)).rows
            return Foreign(
                item: try #require(item.first).id,
                message: try #require(messages.first).id,
                fork: try #require(forks.first).id,
                key: try #require(keys.first).id,
                proposal: try #require(proposals.first).id,
                workspace: workspace
            )
        }
    }
}
