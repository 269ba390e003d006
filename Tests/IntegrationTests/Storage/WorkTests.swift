import MemoryModel
import PostgresDriver
import PostgresStorage
import Testing

/// Jobs, usage, repeated requests and keys.
@Suite struct WorkTests {
    private func job(_ key: String, _ workspace: TestWorkspace) -> NewJob {
        NewJob(
            key: key,
            payload: .embedItems(
                collectionID: workspace.shared.id,
                generation: 1,
                items: [ItemVersionReference(itemID: workspace.database.identifiers.next(), version: 1)]
            )
        )
    }

    @Test func aJobIsClaimedByOneWorkerAndCompletedWithItsLease() async throws {
        try await withTestDatabase { database in
            let workspace = try await TestWorkspace.make(in: database)
            let jobs = (0..<20).map { job("job \($0)", workspace) }
            try await database.write(as: workspace.asAnn) { try await $0.enqueue(jobs) }
            // The same keys again leave one job each.
            try await database.write(as: workspace.asBob) { try await $0.enqueue(jobs) }
            let claimed = try await withThrowingTaskGroup(of: [ClaimedJob].self) { group in
                for _ in 0..<4 {
                    group.addTask { try await database.queue.claim(limit: 6, lease: .seconds(60)) }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(claimed.count == 20 && Set(claimed.map(\.id)).count == 20)
            #expect(Set(claimed.map(\.payload)) == Set(jobs.map(\.payload)))
            #expect(try await database.queue.claim(limit: 6, lease: .seconds(60)).isEmpty)
            #expect(try await database.queue.counts() == JobCounts(ready: 0, leased: 20, dead: 0))
            _ = try await database.workerStore.withTransaction(as: .worker(in: workspace.id), .writing()) { tx in
                for job in claimed { try await tx.completeJob(job) }
            }
            #expect(try await database.queue.counts() == JobCounts(ready: 0, leased: 0, dead: 0))
        }
    }

    @Test func whoLostTheLeaseCannotCompleteAndItsEffectsAreUndone() async throws {
        try await withTestDatabase { database in
            let workspace = try await TestWorkspace.make(in: database)
            try await database.write(as: workspace.asAnn) { try await $0.enqueue([job("one", workspace)]) }
            // A lease of no length is over at once.
            let slow = try #require(try await database.queue.claim(limit: 1, lease: .zero).first)
            let fast = try #require(try await database.queue.claim(limit: 1, lease: .seconds(60)).first)
            #expect(slow.id == fast.id && slow.lease != fast.lease && fast.attempt == 2)
            #expect(try await database.queue.extendLease(of: fast, by: .seconds(60)))
            #expect(try await !database.queue.extendLease(of: slow, by: .seconds(60)))
            let error = await storeError {
                _ = try await database.workerStore.withTransaction(as: .worker(in: workspace.id), .writing()) { tx in
                    try await tx.recordUsage([
                        UsageRecord(provider: "p", model: "m", calls: 1, texts: 1, tokens: 1)
                    ])
                    try await tx.completeJob(slow)
                }
            }
            #expect(error?.code == .conflict)
            #expect(try await database.names("SELECT provider FROM mneme.usage").isEmpty)
            try await database.queue.fail(slow, reason: "late", retryAfter: .zero, isFinal: true)
            #expect(try await database.queue.counts() == JobCounts(ready: 0, leased: 1, dead: 0))
            try await database.queue.fail(fast, reason: "provider_down", retryAfter: .seconds(3600), isFinal: false)
            #expect(try await database.queue.counts() == JobCounts(ready: 1, leased: 0, dead: 0))
            #expect(try await database.queue.claim(limit: 1, lease: .seconds(60)).isEmpty)
        }
    }

    private func workspace(with count: Int, in database: TestDatabase) async throws -> TestWorkspace {
        let workspace = try await TestWorkspace.make(in: database)
        let jobs = (0..<count).map { job("job \($0)", workspace) }
        try await database.write(as: workspace.admin) { try await $0.enqueue(jobs) }
        return workspace
    }

    @Test func claimsGoInTurnOverWorkspaces() async throws {
        try await withTestDatabase { database in
            let busy = try await workspace(with: 50, in: database)
            _ = try await workspace(with: 2, in: database)
            _ = try await workspace(with: 2, in: database)
            let first = try await database.queue.claim(limit: 6, lease: .seconds(60))
            #expect(Dictionary(grouping: first, by: \.workspaceID).values.map(\.count) == [2, 2, 2])
            let second = try await database.queue.claim(limit: 1, lease: .seconds(60))
            let third = try await database.queue.claim(limit: 1, lease: .seconds(60))
            #expect((second + third).map(\.workspaceID) == [busy.id, busy.id])
            #expect(try await database.queue.claim(limit: 100, lease: .seconds(60)).count == 46)
        }
    }

    @Test func usageAddsUpByDayAgentAndModel() async throws {
        try await withTestDatabase { database in
            let workspace = try await TestWorkspace.make(in: database)
            for _ in 0..<3 {
                try await database.write(as: workspace.asAnn) { tx in
                    try await tx.recordUsage([
                        UsageRecord(agentID: workspace.scout, provider: "p", model: "m", calls: 1, texts: 2, tokens: 3),
                        UsageRecord(provider: "p", model: "m", calls: 1, texts: 1, tokens: 1),
                        UsageRecord(provider: "p", model: "m", calls: 1, texts: 1, tokens: 1),
                    ])
                }
            }
            let rows = try await database.names(
                "SELECT day || ' ' || calls || ' ' || texts || ' ' || tokens FROM mneme.usage ORDER BY tokens"
            )
            #expect(rows == ["2026-03-02 6 6 6", "2026-03-02 3 6 9"])
        }
    }

    @Test func aRepeatedRequestGetsTheFirstAnswerWithItsToken() async throws {
        try await withTestDatabase { database in
            let workspace = try await TestWorkspace.make(in: database)
            let request = RepeatableRequest(key: "k1", route: "POST /v1/items", fingerprint: [1, 2])
            let item = workspace.item("x", in: workspace.shared)
            let committed = try await database.store.withTransaction(as: workspace.asAnn, .writing()) { tx in
                #expect(try await tx.repeatedAnswer(to: request) == nil)
                _ = try await tx.insertItems([item])
                tx.stamp([workspace.change(item)])
                try await tx.remember(RepeatedAnswer(status: 201, body: [1, 2, 3]), to: request)
            }
            let again = try await database.write(as: workspace.asAnn) { try await $0.repeatedAnswer(to: request) }
            #expect(again == RepeatedAnswer(status: 201, body: [1, 2, 3], token: committed.token))
            #expect(committed.token != nil)
            // Another caller's key is another key.
            #expect(try await database.write(as: workspace.asBob) { try await $0.repeatedAnswer(to: request) } == nil)
            let other = RepeatableRequest(key: "k1", route: "POST /v1/items", fingerprint: [9])
            let error = await storeError {
                _ = try await database.write(as: workspace.asAnn) { try await $0.repeatedAnswer(to: other) }
            }
            #expect(error?.code == .invalid && error?.field == "Idempotency-Key")
        }
    }

    @Test func aRequestThatIsBeingAnsweredIsAConflict() async throws {
        try await withTestDatabase { database in
            let workspace = try await TestWorkspace.make(in: database)
            let request = RepeatableRequest(key: "k1", route: "POST /v1/items", fingerprint: [1, 2])
            try await database.write(as: workspace.asAnn) { tx in
                _ = try await tx.repeatedAnswer(to: request)
                let error = await storeError {
                    _ = try await database.write(as: workspace.asAnn) { try await $0.repeatedAnswer(to: request) }
                }
                #expect(error?.code == .conflict && error?.field == "Idempotency-Key")
            }
            #expect(try await database.write(as: workspace.asAnn) { try await $0.repeatedAnswer(to: request) } == nil)
        }
    }

    @Test func aKeyIsFoundByItsIdUntilItIsRevokedOrExpires() async throws {
        try await withTestDatabase { database in
            let workspace = try await TestWorkspace.make(in: database)
            @Sendable func key(_ name: String, expiresAt: Timestamp?) -> APIKey {
                APIKey(
                    id: database.identifiers.next(),
                    workspaceID: workspace.id,
                    name: name,
                    userID: workspace.ann,
                    role: .member,
                    scopes: [.itemsRead, .contextRead],
                    createdAt: database.clock.now,
                    expiresAt: expiresAt
                )
            }
            let good = key("good", expiresAt: nil)
            let past = key("past", expiresAt: Timestamp(microseconds: 1_000_000))
            let hash = TestWorkspace.hash("secret")
            try await database.write(as: workspace.admin) { tx in
                try await tx.createKey(good, secretHash: hash)
                try await tx.createKey(past, secretHash: hash)
            }
            let found = try await database.credentials.findKey(good.id, deadline: nil)
            #expect(found == KeyCredential(key: good, secretHash: hash, isUsable: true))
            #expect(try await database.credentials.findKey(past.id, deadline: nil)?.isUsable == false)
            #expect(try await database.credentials.findKey(database.identifiers.next(), deadline: nil) == nil)
            try await database.credentials.touchKeys([good.id])
            #expect(try await database.credentials.findKey(good.id, deadline: nil)?.key.lastUsedAt != nil)
            try await database.write(as: workspace.admin) { try await $0.revokeKey(good.id) }
            #expect(try await database.credentials.findKey(good.id, deadline: nil)?.isUsable == false)
            let listed = try await database.read(as: workspace.admin) { try await $0.keys(PageRequest(limit: 5)).rows }
            #expect(listed.map(\.name) == ["past", "good"])
            #expect(
                try await database.read(as: workspace.asAnn) { try await $0.keys(PageRequest(limit: 5)).rows }.isEmpty
            )
            let error = await storeError {
                try await database.write(as: workspace.asAnn) { tx in
                    try await tx.createKey(key("x", expiresAt: nil), secretHash: hash)
                }
            }
            #expect(error?.code == .forbidden)
        }
    }
}
