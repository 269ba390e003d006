import Foundation
import MemoryModel
import MemoryTestSupport
import ServiceAssembly
import Testing

/// The real program with a Postgres of its own: its processes are killed while clients write.
///
/// Three kills of each process by default; twenty with `MNEME_LONG_TESTS=1`.
@Suite(.serialized)
struct RestartTests {
    private static let isLong = ProcessInfo.processInfo.environment["MNEME_LONG_TESTS"] == "1"
    private static let seed: UInt64 = 20_261_121
    private static let writers = 8

    /// Below the ports that systems give away by themselves.
    private static func port() -> Int { Int.random(in: 20_000..<32_000) }

    private static func string(_ json: JSONValue, _ name: String) throws -> String {
        guard case .object(let members) = json, case .string(let text)? = members[name] else {
            throw Refused(name: name)
        }
        return text
    }

    private struct Refused: Error { let name: String }

    /// Makes what is written into.
    private static func prepare(_ client: ServiceClient) async throws -> (collection: String, threads: [String]) {
        let named = JSONValue.object(["name": .string("restart")])
        let collection = try await string(client.post("/v1/collections", named), "id")
        let channel = try await string(client.post("/v1/channels", named), "id")
        var threads: [String] = []
        for _ in 0..<3 {
            let made = try await client.post("/v1/channels/\(channel)/threads", .object(["title": .string("t")]))
            threads.append(try string(made, "id"))
        }
        return (collection, threads)
    }

    @Test(.timeLimit(.minutes(40)))
    func killsLoseNothingAndRepeatNothing() async throws {
        let rounds = Self.isLong ? 20 : 3
        try await TemporaryCluster.run { cluster in
            var random = SeededGenerator(seed: Self.seed)
            let port = Self.port()
            var service = try await RunningService.start(in: cluster, port: port)
            let place = try await Self.prepare(try service.client())
            let ledger = WriteLedger()
            let collection = try #require(Identifier<MemoryCollection>(place.collection))

            for round in 1...rounds {
                let parts = RunningService.Part.allCases.shuffled(using: &random)
                let seeds = (0..<Self.writers).map { _ in random.next() }
                let pauses = parts.map { _ in Duration.milliseconds(Int.random(in: 50..<1_000, using: &random)) }
                let client = try service.client()
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for (number, seed) in seeds.enumerated() {
                        let writer = WritingClient(
                            client: client,
                            ledger: ledger,
                            collection: place.collection,
                            thread: place.threads[number % place.threads.count]
                        )
                        group.addTask { await writer.run(seed: seed) }
                    }
                    for (part, pause) in zip(parts, pauses) {
                        try await Task.sleep(for: pause)
                        try await service.crash(part)
                    }
                    group.cancelAll()
                }
                let check = StateCheck(service: service, ledger: ledger, collection: collection)
                try await check.writes()
                guard round.isMultiple(of: 5) || round == rounds else { continue }
                try await check.vectors()
                try await check.index(sample: round == rounds ? nil : 100, seed: random.next())
            }
            #expect(ledger.acknowledgedCount(of: .item) > 10 * rounds)
            #expect(ledger.acknowledgedCount(of: .message) > 5 * rounds)

            // The supervisor itself: what it ran ends with it, and the next one finds everything.
            let processes = service.descendants()
            #expect(processes.count >= 3)
            service.supervisor.send(.kill)
            _ = await service.supervisor.exit()
            while processes.contains(where: RunningService.isRunning) { try await Task.sleep(for: .milliseconds(25)) }
            service = try await RunningService.start(in: cluster, port: port)
            let check = StateCheck(service: service, ledger: ledger, collection: collection)
            try await check.writes()
            try await check.vectors()
            try await check.index(sample: 50, seed: random.next())

            let last = service.descendants()
            service.supervisor.send(.terminate)
            #expect(await service.supervisor.exit() == .code(0))
            #expect(!last.contains(where: RunningService.isRunning))
        }
    }
}
