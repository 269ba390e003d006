import HTTPTypes
import MemoryAPI
import MemoryAPITestSupport
import MemoryModel
import MemoryTestSupport
import PostgresDriver
import Synchronization
import Testing

/// Connections that are lost between a commit and its answer: the client cannot know, and may try again.
@Suite struct LostCommitTests {
    private static let writers = 8
    private static let writes = 12

    /// Cuts off one commit in three.
    private final class Draw: Sendable {
        private let generator: Mutex<SeededGenerator>

        init(seed: UInt64) { generator = Mutex(SeededGenerator(seed: seed)) }

        var isCut: Bool { generator.withLock { Int.random(in: 0..<3, using: &$0) == 0 } }
    }

    /// Repeats a request under one key until it is answered well; returns how often it took.
    private static func insist(_ caller: Caller, _ path: String, _ body: String, key: String) async throws -> Int {
        for attempt in 1...200 {
            let answer = try await caller.send(.post, path, body, headers: [.idempotency: key])
            if answer.status == 201 { return attempt }
            // Only what may be tried again.
            #expect(answer.status == 503 || answer.status == 409, "\(answer.text)")
        }
        Issue.record("\(body) was never answered")
        return 0
    }

    @Test func aWriteWhoseAnswerWasLostIsThereOnceHoweverOftenItIsRepeated() async throws {
        try await CuttingProxy.run(server: TestCluster.shared.admin().socketFolder) { proxy in
            try await ServiceUnderTest.run(socketFolder: proxy.folder) { service, caller in
                let agent = try await caller.post("/v1/agents", #"{"name":"scout"}"#).string("id")
                let draw = Draw(seed: 60)
                proxy.cut { draw.isCut }
                let attempts = try await withThrowingTaskGroup(of: Int.self) { group in
                    for writer in 0..<Self.writers {
                        group.addTask {
                            var attempts = 0
                            for number in 0..<Self.writes {
                                let body = #"{"agent_id":"\#(agent)","content":"fact \#(number) of \#(writer)"}"#
                                attempts += try await Self.insist(
                                    caller,
                                    "/v1/items",
                                    body,
                                    key: "k-\(writer)-\(number)"
                                )
                            }
                            return attempts
                        }
                    }
                    return try await group.reduce(0, +)
                }
                proxy.cut { false }
                let total = Self.writers * Self.writes
                #expect(proxy.cuts > 0)
                #expect(attempts > total)
                let rows = try await service.database.withAdministration { server in
                    try await server.query("SELECT content FROM mneme.item_versions").decode(String.self)
                }
                let expected = (0..<Self.writers).flatMap { writer in
                    (0..<Self.writes).map { "fact \($0) of \(writer)" }
                }
                #expect(rows.sorted() == expected.sorted())
                // Each is in the feed once, and is found by words and, once embedded, by vector.
                await service.work()
                let (entries, vectors, jobs) = try await service.database.withAdministration { server in
                    try await server.query(
                        """
                        SELECT (SELECT count(*) FROM mneme.index_entries WHERE live),
                            (SELECT count(DISTINCT (collection_id, key)) FROM mneme.item_vectors),
                            (SELECT count(*) FROM mneme.jobs)
                        """
                    ).decodeOne((Int64, Int64, Int64).self)
                }
                #expect(entries == Int64(total))
                #expect(vectors == Int64(total))
                #expect(jobs == 0)
                let pack = try await caller.post("/v1/context", #"{"agent_id":"\#(agent)","query":"fact 3 of 5"}"#)
                #expect(pack["degraded"] == .bool(false))
                #expect(pack["entries"].elements.contains { $0["item"]["content"].text == "fact 3 of 5" })
            }
        }
    }
}
