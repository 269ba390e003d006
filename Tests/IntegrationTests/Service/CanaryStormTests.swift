import Foundation
import HTTPTypes
import MemoryAPI
import MemoryAPITestSupport
import MemoryModel
import MemoryTestSupport
import PostgresDriver
import Synchronization
import Testing

/// Everybody asks for everything at once, with everybody's ids, cursors and tokens, over one small pool, while requests
/// are given up at random: nobody is ever shown a text that is another's.
///
/// 3,000 requests by default; 200,000 with `MNEME_LONG_TESTS=1`.
struct CanaryStormTests {
    private static let isLong = ProcessInfo.processInfo.environment["MNEME_LONG_TESTS"] == "1"
    private static let requests = isLong ? 200_000 : 3_000
    private static let clients = 8

    @Test func nobodyIsEverShownWhatIsAnothers() async throws {
        try await ServiceUnderTest.run { service, caller in
            let world = try await World(service, caller)
            let tally = Tally()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for client in 0..<Self.clients {
                    group.addTask {
                        var random = SeededGenerator(seed: UInt64(client) + 1)
                        for turn in 0..<(Self.requests / Self.clients) {
                            // What is deleted on the way is made anew now and then.
                            if client == 0, turn % 1000 == 999 { try await world.renew() }
                            try await world.ask(turn * Self.clients + client, tally, &random)
                        }
                    }
                }
                try await group.waitForAll()
            }
            let counts = tally.counts
            let routes = Set(service.routes.filter { $0.access.scope != nil }.map(\.name))
            #expect(routes.subtracting(counts.routes).subtracting(World.spared).isEmpty)
            #expect(counts.shown == 0)
            #expect(counts.answered > 0 && counts.good > 0 && counts.givenUp > 0)
            #expect(service.database.app.snapshot.inUse == 0)
            print(
                "canary storm: \(counts.asked) requests, \(counts.good) good, \(counts.givenUp) given up, "
                    + "\(counts.faults) faults of ours, \(counts.shown) canaries shown, \(counts.routes.count) routes"
            )
            #expect(counts.faults == 0)
        }
    }

    /// What came of the storm.
    private final class Tally: Sendable {
        struct Counts: Sendable {
            var asked = 0
            var answered = 0
            var good = 0
            var givenUp = 0
            var faults = 0
            var shown = 0
            var routes: Set<String> = []
        }

        private let state = Mutex(Counts())

        var counts: Counts { state.withLock { $0 } }

        func note(_ change: (inout Counts) -> Void) { state.withLock { change(&$0) } }
    }

    /// Who asks.
    private struct Person: Sendable {
        let name: String
        let caller: Caller
        /// Parts of texts that must never be in an answer to this one.
        let forbidden: [String]
        /// Whether there is something that nobody else in the workspace may see.
        var isPrivate = false
        /// Whether what is other people's alone is seen all the same, as by a key of the workspace itself.
        var seesOthers = false
    }

    private struct Loot: Sendable {
        var samples: [Samples] = []
        var cursors: [String] = ["AAAA"]
        var tokens: [String] = ["AAAA"]
    }

    /// Two workspaces; in one of them two people with things of their own.
    private final class World: Sendable {
        /// What would end the storm: the workspace, and who asks.
        static let spared: Set<String> = ["DELETE /v1/workspace"]
        /// What copies a text to where its asker says.
        ///
        /// Who has something to hide names only places that are as hidden, and who
        /// sees what is hidden copies only what is their own: a storm that publishes finds nothing out.
        static let copying: Set<String> = [
            "POST /v1/messages/{message_id}/pin", "POST /v1/threads/{thread_id}/summary",
            "POST /v1/forks/{fork_id}/resolve", "POST /v1/proposals/{proposal_id}/accept",
        ]

        private let service: ServiceUnderTest
        private let people: [Person]
        private let routes: [Route]
        private let slots: [String: [IDSlot]]
        private let loot = Mutex(Loot())

        init(_ service: ServiceUnderTest, _ caller: Caller) async throws {
            self.service = service
            let stranger = caller.with(service.stranger)
            var people = [
                Person(name: "admin", caller: caller, forbidden: ["canary-stranger"], seesOthers: true),
                Person(
                    name: "stranger",
                    caller: stranger,
                    forbidden: ["canary-admin", "canary-ada", "canary-bob"]
                ),
            ]
            for (name, other) in [("ada", "bob"), ("bob", "ada")] {
                let person = try await PersonalSamples.invite(name, by: caller)
                let forbidden = ["canary-stranger", "canary-\(other)"]
                people.append(Person(name: name, caller: person, forbidden: forbidden, isPrivate: true))
            }
            self.people = people
            routes = service.routes.filter { $0.access.scope != nil && !Self.spared.contains($0.name) }
            slots = Dictionary(grouping: IDSlot.all(service.routes)) { $0.route.name }
            try await renew()
        }

        /// One of everything of everybody, with texts that tell whose they are.
        func renew() async throws {
            var made: [Samples] = []
            for person in people {
                let suffix = "-\(UInt64.random(in: 0 ... .max))"
                let admin = person.name == "stranger" ? person.caller : people[0].caller
                // People make what is theirs alone; what takes an admin an admin makes.
                var samples = try await Samples.make(admin, suffix: suffix)
                let canary = "canary-\(person.name) tea"
                if person.name == "ada" || person.name == "bob" {
                    samples = try await PersonalSamples.make(
                        person.caller,
                        text: canary,
                        name: person.name + suffix,
                        beside: samples
                    )
                } else {
                    let shared = samples.ids["collection_id"] ?? ""
                    let item = try await person.caller.post(
                        "/v1/items",
                        #"{"content":"\#(canary)","collection_id":"\#(shared)"}"#
                    )
                    samples.ids["item_id"] = item.string("id")
                    let context = try await person.caller.post("/v1/context", #"{"query":"tea"}"#)
                    samples.ids["context_id"] = context.string("id")
                }
                made.append(samples)
            }
            await service.work()
            await service.writeTraces()
            let samples = made
            loot.withLock { $0.samples = samples }
        }

        /// One request of somebody, and a look at its answer.
        func ask(_ turn: Int, _ tally: Tally, _ random: inout SeededGenerator) async throws {
            // Every route once, then at random.
            let chosen = turn < routes.count ? routes[turn] : pick(&random)
            guard let index = people.indices.randomElement(using: &random), let route = chosen else { return }
            let person = people[index]
            let loot = loot.withLock { $0 }
            var samples = Samples()
            for name in loot.samples[0].ids.keys {
                samples.ids[name] = loot.samples.randomElement(using: &random)?.ids[name]
            }
            let slot =
                slots[route.name]?.randomElement(using: &random) ?? IDSlot(route: route, place: .path(""), noun: "")
            if Self.copying.contains(route.name) {
                var places = person.isPrivate ? ["collection_id"] : []
                if case .body = slot.place, person.isPrivate { places.append(slot.noun) }
                if person.seesOthers { places = Array(samples.ids.keys) }
                for noun in places { samples.ids[noun] = loot.samples[index].ids[noun] }
            }
            let id = slot.isChosen ? "0193f000-0000-7000-8000-00000000dead" : samples.ids[slot.noun] ?? ""
            let request = IDRequest(slot, id: id, samples: samples, name: "\(random.next())")
            let path = request.path + extras(route, loot, request.path.contains("?"), &random)
            let headers = headers(loot, &random)
            let patience = random.next() % 10
            let task = Task { try await person.caller.send(route.method, path, request.body, headers: headers) }
            tally.note {
                $0.asked += 1
                $0.routes.insert(route.name)
            }
            if patience == 0 {
                for _ in 0..<Int(random.next() % 50) { await Task.yield() }
                task.cancel()
                tally.note { $0.givenUp += 1 }
            }
            guard let answer = try? await task.value else { return }
            keep(answer)
            let shown = person.forbidden.filter { answer.text.contains($0) }
            #expect(
                shown.isEmpty,
                "\(person.name): \(route.name) \(path) \(request.body ?? "") shows \(shown): \(answer.text.prefix(2_000))"
            )
            // Given up requests may be answered with 503 or 504; those are no faults.
            let isFault = answer.status == 500
            #expect(!isFault, "\(route.name) \(path) \(request.body ?? ""): \(answer.text)")
            tally.note {
                $0.answered += 1
                if answer.status < 300 { $0.good += 1 }
                if isFault { $0.faults += 1 }
                $0.shown += shown.count
            }
        }

        /// Mostly reads, so that what is looked for is there.
        private func pick(_ random: inout SeededGenerator) -> Route? {
            for _ in 0..<8 {
                guard let route = routes.randomElement(using: &random) else { return nil }
                if !route.isWrite { return route }
                if route.method != .delete, random.next() % 4 == 0 { return route }
                if random.next() % 40 == 0 { return route }
            }
            return routes.first
        }

        private func extras(
            _ route: Route,
            _ loot: Loot,
            _ hasQuery: Bool,
            _ random: inout SeededGenerator
        ) -> String {
            var parts: [String] = []
            if route.method == .get {
                if random.next() % 4 == 0 { parts.append("limit=\(1 + random.next() % 5)") }
                if random.next() % 6 == 0, route.parameters.contains(where: { $0.name == "cursor" }) {
                    parts.append("cursor=\(loot.cursors.randomElement(using: &random) ?? "")")
                }
                if random.next() % 6 == 0 {
                    parts.append("consistency_token=\(loot.tokens.randomElement(using: &random) ?? "")")
                }
            }
            return parts.isEmpty ? "" : (hasQuery ? "&" : "?") + parts.joined(separator: "&")
        }

        private func headers(_ loot: Loot, _ random: inout SeededGenerator) -> HTTPFields {
            var headers: HTTPFields = [:]
            // Everybody uses the same few keys.
            if random.next() % 3 == 0 { headers[.idempotency] = "key-\(random.next() % 20)" }
            if random.next() % 10 == 0 { headers[.deadline] = "\(1 + random.next() % 10)" }
            if random.next() % 10 == 0 { headers[.token] = loot.tokens.randomElement(using: &random) }
            if random.next() % 10 == 0 { headers[.ifMatch] = "\"1\"" }
            if random.next() % 10 == 0 { headers[.ifNoneMatch] = "\"1\"" }
            return headers
        }

        /// Keeps what others will try.
        private func keep(_ answer: Answer) {
            let cursor = answer.string("next_cursor")
            let token = answer.string("consistency_token")
            guard !cursor.isEmpty || !token.isEmpty else { return }
            loot.withLock { loot in
                if !cursor.isEmpty { loot.cursors = loot.cursors.suffix(50) + [cursor] }
                if !token.isEmpty { loot.tokens = loot.tokens.suffix(50) + [token] }
            }
        }
    }
}
