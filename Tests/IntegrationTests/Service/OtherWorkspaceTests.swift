import HTTPTypes
import MemoryAPI
import MemoryAPITestSupport
import MemoryModel
import Testing

/// Two workspaces with the same texts: whatever is the other's answers like what is not there.
struct OtherWorkspaceTests {
    /// An id that was never given to anything.
    private static let missing = "0193f000-0000-7000-8000-00000000dead"

    @Test func inEveryRouteAnIDOfTheOtherWorkspaceAnswersLikeAMissingOne() async throws {
        try await ServiceUnderTest.run { service, caller in
            let stranger = caller.with(service.stranger)
            let theirs = try await Samples.make(stranger)
            let before = try await Self.everything(theirs, service.routes, stranger)
            let slots = IDSlot.all(service.routes)
            #expect(slots.count > service.routes.count)
            let comparison = Comparison(caller: caller, settled: try await Samples.make(caller, suffix: "-settled"))
            for (number, slot) in slots.enumerated() where !slot.isChosen {
                let own = try await comparison.compare(slot, with: theirs, missing: Self.missing, number)
                #expect((200..<300).contains(own.status), "\(slot): \(own.text)")
            }
            #expect(try await Self.everything(theirs, service.routes, stranger) == before)
        }
    }

    @Test func anIDThatTheOtherWorkspaceUsesIsFreeInThisOne() async throws {
        try await ServiceUnderTest.run { service, caller in
            let stranger = caller.with(service.stranger)
            let comparison = Comparison(caller: caller, settled: try await Samples.make(caller, suffix: "-settled"))
            for (number, slot) in IDSlot.all(service.routes).enumerated() where slot.isChosen {
                let theirs = try await Samples.make(stranger, suffix: "-\(number)")
                let before = try await Self.everything(theirs, service.routes, stranger)
                let own = try await comparison.compare(slot, with: theirs, missing: Self.fresh(number), number)
                // What one has oneself is not to be made again as something else.
                #expect(own.status != 404 && own.status < 500, "\(slot): \(own.text)")
                #expect(try await Self.everything(theirs, service.routes, stranger) == before, "\(slot)")
            }
        }
    }

    @Test func aTokenOrCursorOfTheOtherWorkspaceAnswersLikeAForgedOne() async throws {
        try await ServiceUnderTest.run { service, caller in
            _ = try await Samples.make(caller)
            let stranger = caller.with(service.stranger)
            _ = try await Samples.make(stranger)
            let token = try await stranger.post("/v1/channels", #"{"name":"another"}"#).string("consistency_token")
            let written = try await stranger.post(
                "/v1/items",
                #"{"content":"x","collection_id":"\#(try await Self.collection(stranger))"}"#
            )
            let theirs = written.string("consistency_token")
            #expect(token.isEmpty && !theirs.isEmpty)
            let cursor = try await stranger.get("/v1/channels?limit=1").string("next_cursor")
            #expect(!cursor.isEmpty)
            for (path, forged, foreign) in [
                ("/v1/search/items?q=tea&consistency_token=", "AAAA", theirs),
                ("/v1/channels?limit=1&cursor=", "AAAA", cursor),
            ] {
                let first = try await caller.get(path + forged)
                let second = try await caller.get(path + foreign)
                #expect(first.status == 400)
                #expect(second.status == 400)
                #expect(first.withoutRequestID == second.withoutRequestID)
            }
            #expect(try await stranger.get("/v1/channels?limit=1&cursor=\(cursor)").status == 200)
            #expect(try await stranger.get("/v1/search/items?q=tea&consistency_token=\(theirs)").status == 200)
        }
    }

    @Test func aWrittenTraceIsTheAskersAlone() async throws {
        try await ServiceUnderTest.run { service, caller in
            let pack = try await caller.post("/v1/context", #"{"query":"tea"}"#).string("id")
            for _ in 0..<2 {
                #expect(try await caller.get("/v1/context/\(pack)").status == 200)
                let foreign = try await caller.with(service.stranger).get("/v1/context/\(pack)")
                let absent = try await caller.with(service.stranger).get("/v1/context/\(Self.missing)")
                #expect(foreign.status == 404)
                #expect(foreign.withoutRequestID == absent.withoutRequestID)
                await service.writeTraces()
            }
        }
    }

    /// An id that nothing has.
    private static func fresh(_ number: Int) -> String {
        let digits = String(number, radix: 16)
        return "0193f000-0000-7000-8000-" + String(repeating: "0", count: 12 - digits.count) + digits
    }

    private static func collection(_ caller: Caller) async throws -> String {
        try await caller.get("/v1/collections")["collections"].elements
            .first { $0["content"].text == "items" }?["id"].text ?? ""
    }

    /// What the owner sees of every sample.
    private static func everything(_ samples: Samples, _ routes: [Route], _ caller: Caller) async throws -> [String] {
        var seen: [String] = []
        for route in routes where route.method == .get && route.access.scope != nil {
            let slot = IDSlot(route: route, place: .path(""), noun: "")
            let answer = try await caller.get(IDRequest(slot, id: "", samples: samples, name: "").path)
            #expect(answer.status == 200, "\(route.name) \(answer.text)")
            seen.append(
                route.name + answer.text.replacing(/"timings_ms":\{[^}]*\}|"last_used_at":("[^"]*"|null)/, with: "")
            )
        }
        return seen
    }
}

/// Sends what is alike but for one id, and compares the answers.
private struct Comparison {
    let caller: Caller
    /// What reads are made with; writes get samples of their own each time.
    let settled: Samples

    /// Compares an id of theirs with one that is missing; returns the answer to the caller's own.
    func compare(_ slot: IDSlot, with theirs: Samples, missing: String, _ number: Int) async throws -> Answer {
        let foreign = try #require(theirs.ids[slot.noun], "no sample for \(slot)")
        let absent = try await send(slot, "\(number)-a") { _ in missing }
        let other = try await send(slot, "\(number)-b") { _ in foreign }
        #expect(other.status == absent.status, "\(slot): \(other.text) but \(absent.text)")
        #expect(masked(other) == masked(absent), "\(slot)")
        #expect(other.headers.names == absent.headers.names, "\(slot)")
        for (name, id) in theirs.ids where id != foreign {
            #expect(!other.text.contains(id), "\(slot) tells of their \(name)")
        }
        return try await send(slot, "\(number)-c") { samples in try #require(samples.ids[slot.noun]) }
    }

    private func send(_ slot: IDSlot, _ name: String, _ id: (Samples) throws -> String) async throws -> Answer {
        let samples = slot.route.isWrite ? try await Samples.make(caller, suffix: "-\(name)") : settled
        let request = IDRequest(slot, id: try id(samples), samples: samples, name: name)
        return try await caller.send(slot.route.method, request.path, request.body)
    }
}

/// An answer without what differs between two requests that are alike.
func masked(_ answer: Answer) -> String {
    answer.text
        .replacing(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/, with: "<id>")
        .replacing(/\d{4}-\d{2}-\d{2}T[0-9:.]+Z/, with: "<time>")
        .replacing(/"(consistency_token|next_cursor)":"[^"]*"/, with: "<sealed>")
        .replacing(/"timings_ms":\{[^}]*\}/, with: "<timings>")
        .replacing(/mn_[0-9A-Za-z_]+/, with: "<key>")
        .replacing(/nr-[0-9a-z-]+/, with: "<name>")
        .replacing(/scout-[0-9a-z-]+/, with: "<agent>")
}

extension HTTPFields {
    /// The names of the fields.
    fileprivate var names: Set<HTTPField.Name> { Set(map(\.name)) }
}
