import MemoryModel
import MemoryTestSupport
import PostgresStorage
import Testing

/// Quotas are held where rows are written, and counts are those of the rows.
@Suite struct QuotaTests {
    private func store(_ quotas: [Quota: Int64], _ database: TestDatabase) async throws -> PostgresMemoryStore {
        try await PostgresMemoryStore.open(
            pool: database.app,
            clock: database.clock,
            identifiers: database.identifiers,
            tiers: TierTable(limits: [.enterprise: TierLimits(quotas: quotas)], standard: .enterprise)
        )
    }

    @Test func aQuotaIsExactWhileManyWriteAtOnce() async throws {
        try await withTestDatabase { database in
            let workspace = try await TestWorkspace.make(in: database)
            let store = try await store([.items: 50], database)
            let outcomes = await withTaskGroup(of: StoreError.Code?.self) { group in
                for number in 0..<40 {
                    group.addTask {
                        let items = (0..<3).map { workspace.item("Item \(number) \($0)", in: workspace.shared) }
                        do {
                            _ = try await store.withTransaction(as: workspace.asAnn, .writing()) { tx in
                                _ = try await tx.insertItems(items)
                                tx.stamp(items.map { workspace.change($0) })
                            }
                            return nil
                        } catch {
                            return (error as? StoreError)?.code ?? .internal
                        }
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            // Sixteen batches of three fit into fifty; each of the others was refused whole.
            #expect(outcomes.count { $0 == nil } == 16)
            #expect(outcomes.count { $0 == .quotaExceeded } == 24)
            let used = try await database.read(as: workspace.admin) { try await $0.allowance() }.used
            #expect(used[.items] == 48)
            // Deleting makes room.
            let page = try await database.read(as: workspace.admin) { tx in
                try await tx.items(matching: ItemFilter(), PageRequest(limit: 1))
            }
            let id = try #require(page.rows.first).id
            _ = try await store.withTransaction(as: workspace.asAnn, .writing()) { try await $0.deleteItem(id) }
            let items = (0..<3).map { workspace.item("Late \($0)", in: workspace.shared) }
            _ = try await store.withTransaction(as: workspace.asAnn, .writing()) { _ = try await $0.insertItems(items) }
            #expect(try await counted(workspace) == actual(workspace))
        }
    }

    @Test func everyQuotaIsNamedWhereItIsUsedUp() async throws {
        try await withTestDatabase { database in
            let workspace = try await TestWorkspace.make(in: database)
            let store = try await store([.agents: 2, .messages: 1, .vectors: 1], database)
            let ids = database.identifiers
            @Sendable func refusal(
                _ body: @escaping @Sendable (any MemoryTransaction) async throws -> Void
            ) async -> String? {
                do {
                    _ = try await store.withTransaction(as: workspace.admin, .writing(), body)
                    return nil
                } catch {
                    let error = error as? StoreError
                    return error?.code == .quotaExceeded ? error?.field : "\(String(describing: error))"
                }
            }
            let agent = Agent(id: ids.next(), name: "third", createdAt: database.clock.now)
            #expect(await refusal { try await $0.createAgent(agent, audienceID: ids.next()) } == "agents")
            #expect(await refusal { _ = try await $0.appendMessages([workspace.message("one")]) } == nil)
            #expect(await refusal { _ = try await $0.appendMessages([workspace.message("two")]) } == "messages")
            let items = (0..<2).map { workspace.item("Item \($0)", in: workspace.shared) }
            #expect(
                await refusal { tx in
                    _ = try await tx.insertItems(items)
                    tx.stamp(items.map { workspace.change($0, vector: [1, 0, 0, 0]) })
                } == "vectors"
            )
            // Nothing of what was refused is there.
            #expect(try await counted(workspace) == actual(workspace))
        }
    }

    @Test func tiersAreTheOperatorsAndOneWithoutLimitsIsStandard() async throws {
        try await withTestDatabase { database in
            let workspace = try await TestWorkspace.make(in: database)
            let store = try await PostgresMemoryStore.open(
                pool: database.app,
                clock: database.clock,
                identifiers: database.identifiers,
                tiers: TierTable(limits: [.free: TierLimits(quotas: [.agents: 1])], standard: .enterprise)
            )
            let ids = database.identifiers
            @Sendable func add(_ name: String) async throws {
                let agent = Agent(id: ids.next(), name: name, createdAt: database.clock.now)
                _ = try await store.withTransaction(as: workspace.admin, .writing()) { tx in
                    try await tx.createAgent(agent, audienceID: ids.next())
                }
            }
            try await add("one more")
            try await database.write(as: workspace.admin) { try await $0.setTier(.free) }
            #expect(await storeError { try await add("too many") }?.code == .quotaExceeded)
            #expect(try await database.read(as: workspace.admin) { try await $0.allowance() }.tier == .free)
        }
    }

    /// Random writes and deletions of everything that is counted, then counts against rows.
    @Test(arguments: 0..<4 as Range<UInt64>)
    func countsAreThoseOfTheRows(seed: UInt64) async throws {
        try await withTestDatabase { database in
            var random = SeededGenerator(seed: seed)
            let workspace = try await TestWorkspace.make(in: database)
            let ids = database.identifiers
            for round in 0..<40 {
                let items = (0..<Int.random(in: 1...4, using: &random)).map { number in
                    workspace.item(
                        "Náme \(round) \(number)",
                        in: Bool.random(using: &random) ? workspace.shared : workspace.personal
                    )
                }
                switch Int.random(in: 0..<8, using: &random) {
                case 0...2: try await workspace.insert(items, vector: [1, 0, 0, 0])
                case 3:
                    let text = "Message \(round)"
                    let stored = try await database.write(as: workspace.asAnn) { tx in
                        try await tx.appendMessages([workspace.message(text), workspace.message(text + " ü")])
                    }
                    _ = try await database.write(as: workspace.asAnn) { tx in
                        try await tx.editMessage(stored[0].id, content: "Longer: \(text)", bigrams: [])
                    }
                    if Bool.random(using: &random) {
                        try await database.write(as: workspace.asAnn) { try await $0.deleteMessage(stored[1].id) }
                    }
                case 4:
                    try await workspace.insert(items)
                    let id = items[0].id
                    try await database.write(as: workspace.admin) { try await $0.deleteItem(id) }
                case 5:
                    let agent = Agent(id: ids.next(), name: "agent \(round)", createdAt: database.clock.now)
                    try await database.write(as: workspace.admin) { tx in
                        try await tx.createAgent(agent, audienceID: ids.next())
                    }
                    if Bool.random(using: &random) {
                        try await database.write(as: workspace.admin) { try await $0.deleteAgent(agent.id) }
                    }
                case 6:
                    // What fails is not counted.
                    struct Undone: Error {}
                    let twins = items
                    _ = try? await database.write(as: workspace.admin) { tx in
                        _ = try await tx.insertItems(twins)
                        throw Undone()
                    }
                default:
                    let versions = items
                    try await workspace.insert(versions)
                    try await workspace.insert(versions)
                }
            }
            #expect(try await counted(workspace) == actual(workspace))
            // With the agent goes its collection, with the channel its messages.
            try await database.write(as: workspace.admin) { tx in
                try await tx.deleteAgent(workspace.scout)
                try await tx.deleteChannel(workspace.channel.id)
            }
            let left = try await counted(workspace)
            #expect(left == (try await actual(workspace)))
            #expect(left[.messages] == 0)
        }
    }

    private func counted(_ workspace: TestWorkspace) async throws -> [Quota: Int64] {
        let allowance = try await workspace.database.read(as: workspace.admin) { try await $0.allowance() }
        var counts = allowance.used
        // Bytes under a name that is not needed here.
        counts[.tokensPerDay] = allowance.bytes
        return counts
    }

    private func actual(_ workspace: TestWorkspace) async throws -> [Quota: Int64] {
        let id = workspace.id
        return try await workspace.database.withAdministration { administration in
            let (agents, items, messages, vectors, bytes) = try await administration.query(
                """
                SELECT (SELECT count(*) FROM mneme.agents WHERE workspace_id = \(id)),
                    (SELECT count(*) FROM mneme.items WHERE workspace_id = \(id) AND deleted_at IS NULL),
                    (SELECT count(*) FROM mneme.messages WHERE workspace_id = \(id)),
                    (SELECT count(*) FROM mneme.item_vectors WHERE workspace_id = \(id)),
                    ((SELECT coalesce(sum(octet_length(content)), 0) FROM mneme.item_versions WHERE workspace_id = \(id))
                    + (SELECT coalesce(sum(octet_length(content)), 0) FROM mneme.messages WHERE workspace_id = \(id))
                    + (SELECT coalesce(sum(octet_length(vector)), 0) FROM mneme.item_vectors
                       WHERE workspace_id = \(id)))::bigint
                """
            ).decodeOne((Int64, Int64, Int64, Int64, Int64).self)
            return [.agents: agents, .items: items, .messages: messages, .vectors: vectors, .tokensPerDay: bytes]
        }
    }
}
