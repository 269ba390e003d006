import MemoryAPITestSupport
import MemoryEngine
import MemoryModel
import MemoryTestSupport
import PostgresDriver
import Testing

/// Collections are kept within their policies: pruned, brought back within the window, deleted after it.
struct RetentionTests {
    /// A collection with items of so many days each; returns its id and the items' ids.
    private static func collection(
        _ service: ServiceUnderTest,
        _ caller: Caller,
        days: [Int],
        extra: String = ""
    ) async throws -> (id: String, items: [String]) {
        let id = try await caller.post("/v1/collections", #"{"name":"notes"}"#).string("id")
        var items: [String] = []
        for day in days {
            let time = service.database.clock.now.advanced(bySeconds: Int64(-86_400 * day))
            let body = #""content":"jam note of day \#(day)","collection_id":"\#(id)","created_at":"\#(time)""#
            items.append(try await caller.post("/v1/items", "{\(body)\(extra)}").string("id"))
        }
        return (id, items)
    }

    private static func ids(_ answer: Answer) -> Set<String> { Set(answer["items"].elements.map { $0["id"].text }) }

    @Test func aDryRunTellsWhatAPruningDoesAndTheWindowBringsItBack() async throws {
        try await ServiceUnderTest.run { service, caller in
            let (id, items) = try await Self.collection(service, caller, days: [1, 40, 80, 120])
            _ = try await caller.send(.put, "/v1/items/\(items[3])/pin")
            let path = "/v1/collections/\(id)"
            let set = try await caller.send(.put, "\(path)/retention", #"{"max_age_days":60,"undo_days":2}"#)
            #expect(set.status == 200, "\(set.text)")
            #expect(try await caller.get("\(path)/retention")["max_age_days"] == .integer(60))
            let planned = try await caller.post("\(path)/prune", #"{"dry_run":true}"#)
            #expect(Self.ids(planned) == [items[2]])
            #expect(try await caller.get("/v1/items/\(items[2])").string("state") == "active")

            let since = service.database.clock.now
            await service.work()
            #expect(try await caller.get("/v1/items/\(items[2])").string("state") == "expired")
            #expect(try await caller.get("/v1/items/\(items[3])").string("state") == "active", "pins stay")
            let pack = try await caller.post("/v1/context", #"{"query":"jam note","collection_ids":["\#(id)"]}"#)
            #expect(!pack["rendered"]["text"].text.contains("day 80"))
            let restored = try await caller.post("\(path)/restore", #"{"since":"\#(since)"}"#)
            #expect(restored["items"].elements.map(\.text) == [items[2]])
            #expect(try await caller.get("/v1/items/\(items[2])").string("state") == "active")

            let pruned = try await caller.post("\(path)/prune", "{}")
            #expect(Self.ids(pruned) == [items[2]])
            service.database.clock.advance(bySeconds: 3 * 86_400)
            try await service.makeJobsDue()
            await service.work()
            #expect(try await caller.get("/v1/items/\(items[2])").status == 404)
            #expect(try await caller.get("/v1/items/\(items[1])").string("state") == "active")
        }
    }

    @Test func theNewestSoManyAndTheImportantAreKept() async throws {
        try await ServiceUnderTest.run { service, caller in
            let (id, items) = try await Self.collection(service, caller, days: [1, 2, 3, 4, 5])
            let path = "/v1/collections/\(id)"
            _ = try await caller.send(.put, "\(path)/retention", #"{"max_count":2}"#)
            #expect(Self.ids(try await caller.post("\(path)/prune", #"{"dry_run":true}"#)) == Set(items[2...]))
            _ = try await caller.send(.patch, "/v1/items/\(items[4])", #"{"importance":0.1}"#)
            _ = try await caller.send(.put, "\(path)/retention", #"{"min_importance":0.2,"undo_days":2}"#)
            let planned = try await caller.post("\(path)/prune", #"{"dry_run":true}"#)
            #expect(Self.ids(planned) == [items[4]])
            #expect(planned["items"].elements.map { $0["reason"].text } == ["importance"])
        }
    }

    @Test func whatPacksShowIsInUseAndTheStampComesFromTheTraces() async throws {
        try await ServiceUnderTest.run { service, caller in
            let (id, items) = try await Self.collection(service, caller, days: [100, 101])
            await service.work()
            let path = "/v1/collections/\(id)"
            _ = try await caller.send(.put, "\(path)/retention", #"{"max_unused_days":30}"#)
            #expect(Self.ids(try await caller.post("\(path)/prune", #"{"dry_run":true}"#)) == Set(items))
            let query = #"{"query":"jam note of day 100","collection_ids":["\#(id)"],"token_budget":60}"#
            let shown = try await caller.post("/v1/context", query)["entries"].elements.filter {
                $0["outcome"].text == "included"
            }.map { $0["item"]["id"].text }
            #expect(!shown.isEmpty)
            await service.writeTraces()
            let planned = try await caller.post("\(path)/prune", #"{"dry_run":true}"#)
            #expect(Self.ids(planned) == Set(items).subtracting(shown))
        }
    }
}

extension ServiceUnderTest {
    /// Lets every job be claimed now, whatever it waits for.
    fileprivate func makeJobsDue() async throws {
        try await database.withAdministration {
            try await $0.execute(script: "UPDATE mneme.jobs SET available_at = now() WHERE NOT leased")
        }
    }
}
