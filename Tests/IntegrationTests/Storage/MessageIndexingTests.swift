import MemoryEngine
import MemoryModel
import MemoryTestSupport
import PostgresDriver
import PostgresStorage
import Testing

/// Messages in the feed of their audience's collection, over real locks.
@Suite struct MessageIndexingTests {
    private static func worker(_ database: TestDatabase) -> Worker {
        Worker(
            store: database.workerStore,
            queue: database.queue,
            provider: nil,
            identifiers: database.identifiers
        )
    }

    /// The live entries of messages: how many, and of how many messages that are there.
    private static func entries(_ database: TestDatabase) async throws -> (live: Int, present: Int) {
        let live = try await database.names("SELECT source_id::text FROM mneme.index_entries WHERE live")
        let present = try await database.names(
            """
            SELECT e.source_id::text FROM mneme.index_entries AS e JOIN mneme.messages AS m
                ON m.workspace_id = e.workspace_id AND m.id = e.source_id AND m.version = e.version
            WHERE e.live AND e.thread_id = m.thread_id AND e.position = m.position AND e.author = m.author
            """
        )
        return (live.count, present.count)
    }

    @Test func messagesFromBeforeAreIndexedPageByPage() async throws {
        try await withTestDatabase { database in
            let workspace = try await TestWorkspace.make(in: database)
            // As an older version wrote them: in no index.
            for start in stride(from: 0, to: 1_201, by: 400) {
                let messages = (start..<min(start + 400, 1_201)).map { workspace.message("message \($0)") }
                _ = try await database.write(as: workspace.admin) { try await $0.appendMessages(messages) }
            }
            #expect(try await Self.entries(database).live == 0)
            try await database.write(as: workspace.admin) { tx in
                try await tx.enqueue([NewJob(key: "index_messages:", payload: .indexMessages(after: nil))])
            }
            let worker = Self.worker(database)
            // The first page is done; the next one is a job of its own, so a stop loses nothing.
            await worker.workOnce()
            #expect(try await Self.entries(database) == (500, 500))
            #expect(try await database.names("SELECT kind FROM mneme.jobs") == ["index_messages"])
            let other = Self.worker(database)
            while await other.workOnce() > 0 {}
            #expect(try await Self.entries(database) == (1_201, 1_201))
            #expect(try await database.names("SELECT kind FROM mneme.jobs").isEmpty)
        }
    }

    @Test func theMigrationOrdersTheIndexingOfWhatIsThere() async throws {
        try await withTestDatabase { database in
            let workspace = try await TestWorkspace.make(in: database)
            _ = try await TestWorkspace.make(in: database)
            _ = try await database.write(as: workspace.admin) { [message = workspace.message("hello")] tx in
                try await tx.appendMessages([message])
            }
            let migrator = SchemaMigrator(admin: try database.admin, logger: TestCluster.shared.logger)
            let before = try #require(Migration.all.last { $0.version < 26 })
            try await migrator.down(to: before.version)
            try await migrator.up()
            let jobs = try await database.names("SELECT workspace_id || ' ' || kind FROM mneme.jobs")
            #expect(jobs == ["\(workspace.id) index_messages"])
            let worker = Self.worker(database)
            while await worker.workOnce() > 0 {}
            #expect(try await Self.entries(database) == (1, 1))
            #expect(try await database.names("SELECT kind FROM mneme.jobs").isEmpty)
        }
    }

    @Test func whatIsDeletedWhileItIsIndexedLeavesNoEntry() async throws {
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
            let messages = (0..<20).map { workspace.message("secret \($0)") }
            try await database.write(as: workspace.admin) { tx in
                try await tx.createCollection(collection)
                _ = try await tx.appendMessages(messages)
            }
            let deletion = try await database.workerStore.withTransaction(
                as: .worker(in: workspace.id),
                .writing()
            ) { tx in
                let page = try await tx.messages(after: nil, limit: 100)
                #expect(page.count == 20)
                // Has to wait for this transaction, and then sees what it stamps.
                let deletion = Task {
                    try await database.write(as: workspace.admin) { try await $0.deleteThread(workspace.thread.id) }
                }
                tx.stamp(
                    page.map { message in
                        IndexEntryChange(
                            collectionID: collection.id,
                            sourceID: message.id.as(IndexEntryChange.self),
                            version: message.version,
                            attributes: EntryAttributes(
                                source: "conversation",
                                trust: .user,
                                validFrom: message.createdAt,
                                createdAt: message.createdAt
                            ),
                            terms: [1]
                        )
                    }
                )
                return deletion
            }.value
            try await deletion.value
            #expect(try await Self.entries(database).live == 0)
            #expect(try await database.names("SELECT 'm' FROM mneme.messages").isEmpty)
            #expect(try await database.names("SELECT 'e' FROM mneme.index_entries").count == 20, "tombstones")
        }
    }

    @Test func anEditIsTheNextVersionAndVectorsOftenSaidAreReusedOnce() async throws {
        try await withTestDatabase { database in
            let workspace = try await TestWorkspace.make(in: database)
            let message = workspace.message("Good morning")
            let edited = try await database.write(as: workspace.admin) { tx in
                _ = try await tx.appendMessages([message])
                return try await tx.editMessage(message.message.id, content: "Good evening", bigrams: [])
            }
            #expect(edited.version == 2)
            let items = (0..<5).map { workspace.item("Good morning \($0)", in: workspace.shared) }
            try await database.write(as: workspace.admin) { tx in
                _ = try await tx.insertItems(items)
                tx.stamp(
                    items.map { item in
                        IndexEntryChange(
                            collectionID: item.collectionID,
                            sourceID: item.id.as(IndexEntryChange.self),
                            version: 1,
                            attributes: EntryAttributes(
                                source: "tests",
                                trust: .user,
                                validFrom: item.validFrom,
                                createdAt: item.createdAt
                            ),
                            terms: [1],
                            vectors: [
                                EntryVector(
                                    generation: 1,
                                    view: 1,
                                    part: 3,
                                    textHash: TestWorkspace.hash("Good morning"),
                                    vector: [1, 0, 0, 0]
                                )
                            ]
                        )
                    }
                )
            }
            let hashes = [TestWorkspace.hash("Good morning"), TestWorkspace.hash("never said")]
            let known = try await database.read(as: workspace.admin) { tx in
                try await tx.reusableVectors(profile: TestWorkspace.profile, textHashes: hashes)
            }
            #expect(known == [hashes[0]: [1, 0, 0, 0]])
        }
    }
}
