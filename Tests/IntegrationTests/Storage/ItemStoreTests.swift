import MemoryModel
import PostgresDriver
import PostgresStorage
import Testing

/// Items, their versions, and what may change without one.
@Suite struct ItemStoreTests {
    @Test func anItemComesBackAsItWasWritten() async throws {
        try await withTestDatabase { database in
            let workspace = try await TestWorkspace.make(in: database)
            var item = workspace.item("Content with 'quotes', \\ and 日本語", in: workspace.shared, tags: ["a", "b'c"])
            item.scope = .task("task 7")
            item.provenance = Provenance(
                messageID: database.identifiers.next(),
                threadID: workspace.thread.id,
                forkID: nil,
                taskID: "task 7",
                url: "https://example.com",
                principal: "user:x",
                derivedFrom: [database.identifiers.next()]
            )
            item.importance = 0.9
            item.isPinned = true
            item.expiresAt = item.createdAt.advanced(bySeconds: 60)
            item.metadata = [
                "n": .integer(.max), "f": .number(0.5), "list": .array([.null, .bool(true), .string("\"")]),
            ]
            let stored = try await database.write(as: workspace.asAnn) { [item] tx in try await tx.insertItems([item]) }
            #expect(stored == [StoredItem(item: item, isNew: true)])
            let id = item.id
            let read = try await database.read(as: workspace.asBob) { try await $0.item(id) }
            #expect(read == item)
        }
    }

    @Test func aRepeatedInsertChangesNothingAndADifferentOneIsRefused() async throws {
        try await withTestDatabase { database in
            let workspace = try await TestWorkspace.make(in: database)
            let items = (0..<1000).map { workspace.item("item \($0)", in: workspace.shared) }
            let first = try await database.write(as: workspace.admin) { try await $0.insertItems(items) }
            #expect(first.map(\.item) == items)
            let second = try await database.write(as: workspace.admin) { try await $0.insertItems(items.reversed()) }
            #expect(second.map(\.item) == items.reversed())
            #expect(first.allSatisfy(\.isNew) && !second.contains { $0.isNew })
            var changed = items[3]
            changed.content = "something else"
            changed.contentHash = TestWorkspace.hash("something else")
            let error = await storeError {
                _ = try await database.write(as: workspace.admin) { [changed] tx in try await tx.insertItems([changed])
                }
            }
            #expect(error?.code == .conflict)
        }
    }

    @Test func anEditIsANewVersionAndTheOldOneStaysReadable() async throws {
        try await withTestDatabase { database in
            let workspace = try await TestWorkspace.make(in: database)
            let item = workspace.item("first", in: workspace.shared)
            try await workspace.insert([item])
            var edited = item
            edited.version = 2
            edited.content = "second"
            edited.contentHash = TestWorkspace.hash("second")
            try await database.write(as: workspace.admin) { [edited] tx in try await tx.appendVersion(edited) }
            let versions = try await database.read(as: workspace.admin) { try await $0.versions(of: item.id) }
            #expect(versions.map(\.content) == ["second", "first"])
            #expect(versions.map(\.state) == [.active, .superseded])
            #expect(versions[1].invalidAt != nil)
            let again = await storeError {
                try await database.write(as: workspace.admin) { [edited] tx in try await tx.appendVersion(edited) }
            }
            #expect(again?.code == .conflict)
            // The insert that made it may still be repeated.
            let repeated = try await database.write(as: workspace.admin) { try await $0.insertItems([item]) }
            #expect(repeated.map(\.item.content) == ["second"])
            let exact = try await database.read(as: workspace.admin) { tx in
                try await tx.items((1...3).map { ItemVersionReference(itemID: item.id, version: $0) })
            }
            #expect(Set(exact.map(\.version)) == [1, 2])
        }
    }

    @Test func stateChangesWithoutANewVersionAndFiltersSeeIt() async throws {
        try await withTestDatabase { database in
            let workspace = try await TestWorkspace.make(in: database)
            let items = (0..<6).map { n in
                workspace.item(
                    "n \(n)",
                    in: workspace.shared,
                    kind: n < 3 ? .fact : .decision,
                    tags: ["t\(n % 2)", "all"]
                )
            }
            try await workspace.insert(items)
            var changed = items[5]
            changed.state = .quarantined
            changed.isPinned = true
            changed.scope = .thread(workspace.thread.id)
            changed.tags = ["held"]
            changed.metadata = ["why": .string("odd")]
            try await database.write(as: workspace.admin) { [changed] tx in try await tx.updateItem(changed) }
            #expect(try await database.read(as: workspace.admin) { try await $0.item(items[5].id) } == changed)
            func list(_ filter: ItemFilter) async throws -> [String] {
                try await database.read(as: workspace.asAnn) { tx in
                    try await tx.items(matching: filter, PageRequest(limit: 100)).rows.map(\.content)
                }
            }
            #expect(try await list(ItemFilter()) == ["n 4", "n 3", "n 2", "n 1", "n 0"])
            #expect(try await list(ItemFilter(kinds: [.decision])) == ["n 4", "n 3"])
            #expect(try await list(ItemFilter(tags: ["all", "t1"])) == ["n 3", "n 1"])
            #expect(try await list(ItemFilter(states: [.quarantined])) == ["n 5"])
            #expect(
                try await list(ItemFilter(scopes: [.thread(workspace.thread.id)], states: [.quarantined, .active]))
                    == ["n 5"]
            )
            #expect(try await list(ItemFilter(collections: [workspace.personal.id])) == [])
            #expect(try await list(ItemFilter(sources: ["web"])) == [])
            #expect(try await list(ItemFilter(createdFrom: items[3].createdAt)) == ["n 4", "n 3"])
            #expect(try await list(ItemFilter(minimumTrust: .operator)) == [])
        }
    }

    @Test func pagesGoThroughAllItemsOnce() async throws {
        try await withTestDatabase { database in
            let workspace = try await TestWorkspace.make(in: database)
            var items = (0..<25).map { workspace.item("n \($0)", in: workspace.shared) }
            // Some share their moment: the id breaks the tie.
            items = items.enumerated().map { index, item in
                ContextItem(
                    id: item.id,
                    collectionID: item.collectionID,
                    audienceID: item.audienceID,
                    content: item.content,
                    kind: .note,
                    source: "tests",
                    trust: .user,
                    validFrom: item.validFrom,
                    contentHash: item.contentHash,
                    createdAt: items[index / 5 * 5].createdAt,
                    updatedAt: item.updatedAt
                )
            }
            try await workspace.insert(items)
            var seen: [Identifier<ContextItem>] = []
            var next: PagePosition?
            repeat {
                let request = PageRequest(after: next, limit: 4)
                let page = try await database.read(as: workspace.admin) { tx in
                    try await tx.items(matching: ItemFilter(), request)
                }
                seen.append(contentsOf: page.rows.map(\.id))
                next = page.next
            } while next != nil
            #expect(seen.count == 25 && Set(seen) == Set(items.map(\.id)))
            let tooLarge = await storeError {
                _ = try await database.read(as: workspace.admin) { tx in
                    try await tx.items(matching: ItemFilter(), PageRequest(limit: 1001))
                }
            }
            #expect(tooLarge?.field == "limit")
        }
    }

    @Test func aDeletedItemIsGoneAndItsIdStaysTaken() async throws {
        try await withTestDatabase { database in
            let workspace = try await TestWorkspace.make(in: database)
            let item = workspace.item("erase me", in: workspace.shared)
            try await workspace.insert([item], vector: [1, 0, 0, 0])
            try await database.write(as: workspace.admin) { try await $0.deleteItem(item.id) }
            for method in ["item", "versions", "delete"] {
                let error = await storeError {
                    try await database.write(as: workspace.admin) { tx in
                        switch method {
                        case "item": _ = try await tx.item(item.id)
                        case "versions": _ = try await tx.versions(of: item.id)
                        default: try await tx.deleteItem(item.id)
                        }
                    }
                }
                #expect(error?.code == .notFound, "\(method)")
            }
            let again = await storeError {
                _ = try await database.write(as: workspace.admin) { try await $0.insertItems([item]) }
            }
            #expect(again?.code == .conflict)
            let left = try await database.names("SELECT content FROM mneme.item_versions")
            #expect(left.isEmpty)
        }
    }

    @Test func itemsWaitForOneAnotherAndNoEditIsLost() async throws {
        try await withTestDatabase { database in
            let workspace = try await TestWorkspace.make(in: database)
            let item = workspace.item("0", in: workspace.shared)
            try await workspace.insert([item])
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<10 {
                    group.addTask {
                        try await database.write(as: workspace.admin) { tx in
                            var present = try await tx.item(item.id)
                            present.version += 1
                            present.content = "\(present.version)"
                            present.contentHash = TestWorkspace.hash(present.content)
                            try await tx.appendVersion(present)
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await database.read(as: workspace.admin) { try await $0.item(item.id) }.version == 11)
        }
    }
}
