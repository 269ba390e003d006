import HTTPTypes
import MemoryAPITestSupport
import MemoryEngine
import MemoryModel
import MemoryTestSupport
import PostgresDriver
import Testing

/// Collections are kept within their policies: pruned, brought back within the window, erased after it.
struct RetentionTests {
    private static let canary = "qzprunedword"

    /// A collection with an item of each of so many days ago; returns its path and the items' ids.
    private static func collection(
        _ service: ServiceUnderTest,
        _ caller: Caller,
        days: [Int]
    ) async throws -> (path: String, items: [String]) {
        let id = try await caller.post("/v1/collections", #"{"name":"notes"}"#).string("id")
        var items: [String] = []
        for day in days {
            let time = service.database.clock.now.advanced(bySeconds: Int64(-86_400 * day))
            let text = "\(canary)\(day) jam note of day \(day)"
            let body = #"{"content":"\#(text)","collection_id":"\#(id)","created_at":"\#(time)"}"#
            items.append(try await caller.post("/v1/items", body).string("id"))
        }
        return ("/v1/collections/\(id)", items)
    }

    private static func ids(_ answer: Answer) -> Set<String> {
        Set(answer["items"].elements.map { $0["item_id"].text })
    }

    private static func state(_ caller: Caller, _ item: String) async throws -> String {
        try await caller.get("/v1/items/\(item)").string("state")
    }

    @Test func aDryRunTellsWhatAPruningDoesAndTheWindowBringsItBack() async throws {
        try await ServiceUnderTest.run { service, caller in
            let (path, items) = try await Self.collection(service, caller, days: [1, 40, 80, 120])
            _ = try await caller.send(.put, "/v1/items/\(items[3])/pin")
            let thought = #"{"dry_run":true,"policy":{"max_age_days":30}}"#
            #expect(Self.ids(try await caller.post("\(path)/prune", thought)) == [items[1], items[2]])
            let careless = try await caller.send(.post, "\(path)/prune", #"{"policy":{"max_age_days":30}}"#)
            #expect(careless.status == 400)
            let set = try await caller.send(.put, "\(path)/retention", #"{"max_age_days":60,"undo_days":2}"#)
            #expect(set.status == 200, "\(set.text)")
            #expect(try await caller.get("\(path)/retention")["max_age_days"] == .integer(60))
            let planned = try await caller.post("\(path)/prune", #"{"dry_run":true}"#)
            #expect(Self.ids(planned) == [items[2]])
            #expect(planned["due"]["age"] == .integer(1) && planned["due"]["count"] == .integer(0))
            #expect(try await Self.state(caller, items[2]) == "active")

            let since = service.database.clock.now
            await service.work()
            #expect(try await Self.state(caller, items[2]) == "expired")
            #expect(try await Self.state(caller, items[3]) == "active", "pins stay")
            let pack = try await caller.post("/v1/context", #"{"query":"jam note of a day"}"#)
            #expect(pack["rendered"]["text"].text.contains("day 40"))
            #expect(!pack["rendered"]["text"].text.contains("day 80"))
            let restored = try await caller.post("\(path)/restore", #"{"since":"\#(since)"}"#)
            #expect(restored["item_ids"].elements.map(\.text) == [items[2]])
            // What came back counts as new: the next look leaves it alone.
            try await service.makeJobsDue()
            await service.work()
            #expect(try await Self.state(caller, items[2]) == "active")
            #expect(try await caller.post("\(path)/restore", #"{"since":"\#(since)"}"#)["item_ids"].elements.isEmpty)
        }
    }

    @Test func afterTheWindowWhatWasPrunedIsErasedWithAReceiptAndMayBeLearntAgain() async throws {
        try await ServiceUnderTest.run { service, caller in
            let (path, items) = try await Self.collection(service, caller, days: [1, 80])
            let other = try await caller.post("/v1/agents", #"{"name":"scout"}"#).string("id")
            let control = #"{"content":"qzkeptword","agent_id":"\#(other)"}"#
            _ = try await caller.post("/v1/items", control)
            await service.work()
            _ = try await caller.post("/v1/context", #"{"query":"\#(Self.canary)80"}"#)
            await service.writeSnapshots()
            _ = try await caller.send(.put, "\(path)/retention", #"{"max_age_days":60,"undo_days":0}"#)
            let pruned = try await caller.post("\(path)/prune", "{}")
            #expect(Self.ids(pruned) == [items[1]])
            try await service.makeJobsDue()
            try await service.finishErasures()
            #expect(try await caller.get("/v1/items/\(items[1])").status == 404)
            #expect(try await Self.state(caller, items[0]) == "active")
            let erasure = try await caller.get("/v1/erasures")["erasures"].elements[0]
            #expect(erasure["target"]["kind"].text == "pruned" && erasure["requested_by"].text == "retention")
            #expect(erasure["state"].text == "complete" && !erasure["receipt"].text.isEmpty)
            let search = ByteSearch(database: service.database)
            #expect(try await search.tables(holding: "\(Self.canary)80").isEmpty, "rows")
            #expect(ByteSearch.files(under: service.snapshots, holding: Array("\(Self.canary)80".utf8)).isEmpty)
            let left = try await service.database.withAdministration { administration in
                try await administration.query("SELECT count(*) FROM mneme.pruned_items").decodeOne(Int.self)
            }
            #expect(left == 0)
            let again = #"{"content":"\#(Self.canary)80 jam note of day 80","collection_id":"\#(path.suffix(36))"}"#
            #expect(try await caller.send(.post, "/v1/items", again).status == 201)
        }
    }

    @Test func theNewestSoManyAndTheImportantAreKept() async throws {
        try await ServiceUnderTest.run { service, caller in
            let (path, items) = try await Self.collection(service, caller, days: [1, 2, 3, 4, 5])
            _ = try await caller.send(.patch, "/v1/items/\(items[4])", #"{"importance":0.1}"#)
            func plan(_ policy: String) async throws -> Answer {
                try await caller.post("\(path)/prune", #"{"dry_run":true,"policy":\#(policy)}"#)
            }
            #expect(Self.ids(try await plan(#"{"max_count":2}"#)) == Set(items[2...]))
            let unimportant = try await plan(#"{"min_importance":0.2,"min_importance_days":2}"#)
            #expect(Self.ids(unimportant) == [items[4]])
            #expect(unimportant["items"].elements.map { $0["reason"].text } == ["importance"])
            #expect(Self.ids(try await plan(#"{"min_importance":0.2}"#)).isEmpty, "not before seven days")
            #expect(Self.ids(try await plan("{}")).isEmpty)
        }
    }

    @Test func whatPacksShowIsInUseFromWhenThePolicyAsksForIt() async throws {
        try await ServiceUnderTest.run { service, caller in
            let (path, items) = try await Self.collection(service, caller, days: [100, 101])
            await service.work()
            _ = try await caller.send(.put, "\(path)/retention", #"{"max_unused_days":30}"#)
            let ask = #"{"query":"jam note of day 100","token_budget":100,"collection_ids":["\#(path.suffix(36))"]}"#
            #expect(Self.ids(try await caller.post("\(path)/prune", #"{"dry_run":true}"#)).isEmpty, "nothing is known")
            service.database.clock.advance(bySeconds: 20 * 86_400)
            let shown = try await caller.post("/v1/context", ask)["entries"].elements.filter {
                ["included", "excerpted"].contains($0["outcome"].text)
            }.map { $0["item"]["id"].text }
            #expect(!shown.isEmpty)
            await service.writeTraces()
            service.database.clock.advance(bySeconds: 15 * 86_400)
            let planned = try await caller.post("\(path)/prune", #"{"dry_run":true}"#)
            #expect(Self.ids(planned) == Set(items).subtracting(shown))
        }
    }

    @Test func whatIsHeldBackStaysHeldBackWhenItComesBack() async throws {
        try await ServiceUnderTest.run { service, caller in
            let (path, items) = try await Self.collection(service, caller, days: [80, 81])
            _ = try await caller.send(.patch, "/v1/items/\(items[0])", #"{"state":"quarantined"}"#)
            _ = try await caller.send(.put, "\(path)/retention", #"{"max_age_days":60}"#)
            #expect(Self.ids(try await caller.post("\(path)/prune", "{}")) == Set(items))
            #expect(try await Self.state(caller, items[0]) == "quarantined")
            // A revert reaches what was pruned as well.
            let source = try await caller.get("/v1/items/\(items[1])").string("source")
            _ = try await caller.post("/v1/reverts", #"{"source":"\#(source)"}"#)
            let asked = #"{"item_ids":["\#(items[0])","\#(items[1])"]}"#
            #expect(try await caller.post("\(path)/restore", asked)["item_ids"].elements.count == 2)
            for item in items { #expect(try await Self.state(caller, item) == "quarantined") }
        }
    }

    @Test func messagesHaveNoPolicy() async throws {
        try await ServiceUnderTest.run { service, caller in
            let channel = try await caller.post("/v1/channels", #"{"name":"general"}"#).string("id")
            let thread = try await caller.post("/v1/channels/\(channel)/threads", #"{"title":"t"}"#).string("id")
            let message = #"{"content":"hello","author":"Ada","author_type":"human"}"#
            _ = try await caller.post("/v1/threads/\(thread)/messages", message)
            await service.work()
            let collections = try await caller.get("/v1/collections")["collections"].elements
            let messages = try #require(collections.first { $0["content"].text == "messages" })["id"].text
            let refused = try await caller.send(.put, "/v1/collections/\(messages)/retention", #"{"max_count":1}"#)
            #expect(refused.status == 409)
            #expect(try await caller.send(.post, "/v1/collections/\(messages)/prune", "{}").status == 409)
            #expect(try await caller.get("/v1/collections/\(messages)/retention")["max_count"] == .null)
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
