import MemoryModel
import PostgresDriver
import PostgresStorage
import Testing

/// What the closing step writes and the indexer reads.
@Suite struct FeedTests {
    @Test func whatWasStampedComesBackWholeWithItsVectors() async throws {
        try await withTestDatabase { database in
            let workspace = try await TestWorkspace.make(in: database)
            let item = workspace.item("Ship on Fridays", in: workspace.shared)
            let attributes = EntryAttributes(
                kind: .decision,
                scopeKind: "thread",
                scopeID: workspace.thread.id.description,
                tags: ["quote's", "comma,brace{}", "ünï"],
                source: "web",
                author: "Ann \"the\" \\ builder",
                authorID: "user:ann",
                authorType: .agent,
                channelID: database.identifiers.next(),
                threadID: workspace.thread.id,
                forkID: database.identifiers.next(),
                position: .max,
                replyTo: database.identifiers.next(),
                importance: 0.1,
                isPinned: true,
                trust: .operator,
                state: .quarantined,
                validFrom: Timestamp(microseconds: 1_700_000_000_123_456),
                invalidAt: Timestamp(microseconds: 1_800_000_000_000_001),
                expiresAt: Timestamp(microseconds: 1_900_000_000_000_000),
                createdAt: Timestamp(microseconds: 1_600_000_000_999_999)
            )
            let vectors = (0..<3).map { part in
                EntryVector(
                    generation: 1,
                    part: Int16(part),
                    textHash: TestWorkspace.hash("\(part)"),
                    vector: [Float(part), 0.1, -.pi, .leastNonzeroMagnitude]
                )
            }
            let otherGeneration = EntryVector(generation: 2, textHash: TestWorkspace.hash("g"), vector: [9, 9, 9, 9])
            let token = try await database.store.withTransaction(as: workspace.admin, .writing()) { tx in
                _ = try await tx.insertItems([item])
                tx.stamp([
                    IndexEntryChange(
                        collectionID: item.collectionID,
                        sourceID: item.id.as(IndexEntryChange.self),
                        version: 1,
                        attributes: attributes,
                        terms: [0, 1, 255],
                        analyzerVersion: 7,
                        vectors: vectors + [otherGeneration]
                    )
                ])
            }.token
            #expect(token?.positions == [workspace.shared.id: 1])
            #expect(token?.epoch == database.store.epoch)
            let ticket = try #require(try await workspace.authorized(workspace.shared))
            #expect(ticket.head == FeedHead(lastSeq: 1))
            let entries = try await database.feed.changes(in: ticket, after: 0, limit: 10)
            let expected = FeedEntry(
                key: 1,
                sourceID: item.id.as(IndexEntryChange.self),
                seq: 1,
                version: 1,
                isLive: true,
                attributes: attributes,
                terms: [0, 1, 255],
                analyzerVersion: 7,
                vectors: vectors
            )
            #expect(entries == [expected])
            #expect(try await database.feed.entries(in: ticket, afterKey: 0, limit: 10) == [expected])
            #expect(try await database.feed.head(of: ticket) == ticket.head)
        }
    }

    @Test func aKnownEntryKeepsItsKeyAndWhatTheChangeLeavesOut() async throws {
        try await withTestDatabase { database in
            let workspace = try await TestWorkspace.make(in: database)
            let items = (0..<3).map { workspace.item("item \($0)", in: workspace.shared) }
            try await workspace.insert(items)
            let late = IndexEntryChange(
                collectionID: workspace.shared.id,
                sourceID: items[1].id.as(IndexEntryChange.self),
                version: 1,
                vectors: [EntryVector(generation: 1, textHash: TestWorkspace.hash("x"), vector: [0, 0, 0, 1])]
            )
            _ = try await database.workerStore.withTransaction(as: .worker(in: workspace.id), .writing()) { tx in
                tx.stamp([late])
            }
            let ticket = try #require(try await workspace.authorized(workspace.shared))
            let changes = try await database.feed.changes(in: ticket, after: 3, limit: 10)
            #expect(changes.map(\.key) == [2])
            #expect(changes.map(\.seq) == [4])
            #expect(changes.first?.terms == Array("item 1".utf8))
            #expect(changes.first?.analyzerVersion == 1)
            #expect(changes.first?.attributes?.kind == .fact)
            #expect(changes.first?.vectors == late.vectors)
            let all = try await database.feed.entries(in: ticket, afterKey: 0, limit: 2)
            #expect(all.map(\.key) == [1, 2])
            #expect(try await database.feed.entries(in: ticket, afterKey: 2, limit: 2).map(\.key) == [3])
        }
    }

    @Test func aTombstoneHoldsNothingAndIsNeverRevived() async throws {
        try await withTestDatabase { database in
            let workspace = try await TestWorkspace.make(in: database)
            let item = workspace.item("to be forgotten", in: workspace.shared)
            try await workspace.insert([item], vector: [1, 0, 0, 0])
            // The caller stamps nothing: the store sees to it.
            try await database.write(as: workspace.admin) { try await $0.deleteItem(item.id) }
            // A worker that had read the text before comes late.
            _ = try await database.workerStore.withTransaction(as: .worker(in: workspace.id), .writing()) { tx in
                tx.stamp([workspace.change(item, vector: [0, 1, 0, 0])])
            }
            let ticket = try #require(try await workspace.authorized(workspace.shared))
            let changes = try await database.feed.changes(in: ticket, after: 0, limit: 10)
            #expect(changes.count == 1)
            #expect(changes.first?.isLive == false)
            #expect(changes.first?.attributes == nil)
            #expect(changes.first?.terms == [])
            #expect(changes.first?.vectors == [])
            #expect(changes.first?.seq == 3)
            #expect(try await database.feed.entries(in: ticket, afterKey: 0, limit: 10).isEmpty)
            let left = try await database.names("SELECT count(*)::text FROM mneme.item_vectors")
            #expect(left == ["0"])
        }
    }

    @Test func changesOfOneTransactionToOneEntryAreOneChange() async throws {
        try await withTestDatabase { database in
            let workspace = try await TestWorkspace.make(in: database)
            let items = (0..<2).map { workspace.item("item \($0)", in: workspace.shared) }
            _ = try await database.store.withTransaction(as: workspace.admin, .writing()) { tx in
                _ = try await tx.insertItems(items)
                tx.stamp([workspace.change(items[0], vector: [1, 0, 0, 0])])
                tx.stamp([workspace.change(items[1])])
                tx.stamp([
                    IndexEntryChange(
                        collectionID: workspace.shared.id,
                        sourceID: items[0].id.as(IndexEntryChange.self),
                        version: 1,
                        vectors: [EntryVector(generation: 1, textHash: TestWorkspace.hash("y"), vector: [0, 2, 0, 0])]
                    )
                ])
            }
            let ticket = try #require(try await workspace.authorized(workspace.shared))
            let changes = try await database.feed.changes(in: ticket, after: 0, limit: 10)
            #expect(
                changes.map(\.sourceID) == [
                    items[1].id.as(IndexEntryChange.self), items[0].id.as(IndexEntryChange.self),
                ]
            )
            #expect(changes.map(\.seq) == [1, 2])
            #expect(changes.last?.vectors.map(\.vector) == [[0, 2, 0, 0]])
            #expect(changes.last?.attributes != nil)
        }
    }

    @Test func aChangeToACollectionThatIsGoneUndoesTheTransaction() async throws {
        try await withTestDatabase { database in
            let workspace = try await TestWorkspace.make(in: database)
            let item = workspace.item("x", in: workspace.shared)
            try await workspace.insert([item], vector: [1, 0, 0, 0])
            try await database.write(as: workspace.admin) { try await $0.deleteCollection(workspace.shared.id) }
            let error = await storeError {
                _ = try await database.workerStore.withTransaction(as: .worker(in: workspace.id), .writing()) { tx in
                    tx.stamp([workspace.change(item, vector: [0, 1, 0, 0])])
                }
            }
            #expect(error?.code == .conflict)
            let left = try await database.names(
                """
                SELECT 'items' FROM mneme.items UNION ALL SELECT 'entries' FROM mneme.index_entries
                UNION ALL SELECT 'vectors' FROM mneme.item_vectors UNION ALL SELECT 'versions' FROM mneme.item_versions
                """
            )
            #expect(left.isEmpty)
        }
    }

    @Test func eventsAreNumberedWithoutGapsPerWorkspace() async throws {
        try await withTestDatabase { database in
            let here = try await TestWorkspace.make(in: database)
            let there = try await TestWorkspace.make(in: database)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for round in 0..<24 {
                    let workspace = round % 3 == 0 ? there : here
                    group.addTask {
                        _ = try await database.store.withTransaction(as: workspace.admin, .writing()) { tx in
                            tx.append([
                                NewEvent(kind: "a", subject: "s\(round)", details: ["n": .integer(Int64(round))]),
                                NewEvent(kind: "b", subject: "s\(round)"),
                            ])
                        }
                    }
                }
                try await group.waitForAll()
            }
            let numbers = try await database.names(
                """
                SELECT count(*) || ' ' || min(sequence_num) || ' ' || max(sequence_num) FROM mneme.events
                GROUP BY workspace_id ORDER BY 1
                """
            )
            #expect(numbers == ["16 1 16", "32 1 32"])
        }
    }
}
