import AccessControl
import MemoryModel
import PostgresStorage
import Testing

/// Rate limits of several API processes over one database.
@Suite struct SharedRateTests {
    @Test func twoProcessesShareOneUsersRequests() async throws {
        try await withTestDatabase { database in
            let workspace = try await TestWorkspace.make(in: database)
            let limiters = (0..<2).map { _ in
                RateLimiter(store: PostgresRateLimitStore(pool: database.app), policy: RatePolicy())
            }
            let admitted = await withTaskGroup(of: Bool.self) { group in
                for number in 0..<600 {
                    group.addTask {
                        let decision = await limiters[number % 2].admit(workspace.asAnn, .read)
                        guard case .admitted = decision else { return false }
                        return true
                    }
                }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            // A hundred, a tenth more for the second process, and what flowed in meanwhile.
            #expect(admitted >= 100)
            for limiter in limiters { await limiter.exchange() }
            let levels = try await database.withAdministration { administration in
                try await administration.query(
                    "SELECT level FROM mneme.rate_buckets WHERE bucket = \("user:\(workspace.ann)")"
                ).map { try $0.decode(column: 0, as: Double.self) }
            }
            // All that was let through is in the one shared bucket, which is overdrawn by a tenth at most.
            #expect(levels.count == 1)
            #expect((levels.first ?? -100) >= -10)
            #expect((levels.first ?? 100) < 10)
            // Bob's is his own.
            #expect(await limiters[0].admit(workspace.asBob, .read).standings.first?.remaining == 99)
        }
    }

    @Test func theTierIsLearntFromTheWorkspaceAndBucketsOfOthersAreLeftAlone() async throws {
        try await withTestDatabase { database in
            let here = try await TestWorkspace.make(in: database)
            let there = try await TestWorkspace.make(in: database)
            try await database.withAdministration { administration in
                try await administration.execute(
                    script: "UPDATE mneme.workspaces SET tier = 'free' WHERE workspace_id = '\(here.id)'"
                )
            }
            let store = PostgresRateLimitStore(pool: database.app)
            let bucket = RateBucketName(workspaceID: here.id, text: "workspace")
            let gone = RateBucketName(workspaceID: database.identifiers.next(), text: "workspace")
            let ledger = try await store.exchange(
                [
                    RateReport(bucket: bucket, capacity: 60, spent: 80),
                    RateReport(bucket: gone, capacity: 60, spent: 1),
                ],
                tiersOf: [here.id, there.id, gone.workspaceID]
            )
            #expect(ledger.levels == [bucket: -20])
            #expect(ledger.tiers == [here.id: .free, there.id: nil])
            let again = try await store.exchange(
                [RateReport(bucket: bucket, capacity: 60, spent: 0)],
                tiersOf: []
            )
            let level = try #require(again.levels[bucket])
            #expect(level >= -20 && level < 0)
        }
    }

    @Test func theServicesLoginsCannotReachTheBucketsThemselves() async throws {
        try await withTestDatabase { database in
            for pool in [database.app, database.worker] {
                let error = await storeOrDriverError {
                    _ = try await pool.withTransaction { try await $0.query("SELECT 1 FROM mneme.rate_buckets") }
                }
                #expect(error?.sqlState == .insufficientPrivilege)
            }
        }
    }
}
