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
            let theirs = try await Samples.make(caller.with(service.stranger))
            let before = try await Self.everything(theirs, service.routes, caller.with(service.stranger))
            let slots = IDSlot.all(service.routes)
            #expect(slots.count > service.routes.count)
            var number = 0
            func send(_ slot: IDSlot, _ id: (Samples) throws -> String) async throws -> Answer {
                number += 1
                let samples = try await Samples.make(caller, suffix: "-\(number)")
                let request = IDRequest(slot, id: try id(samples), samples: samples, number: number)
                return try await caller.send(slot.route.method, request.path, request.body)
            }
            for slot in slots {
                let foreign = try #require(theirs.ids[slot.noun], "no sample for \(slot)")
                let absent = try await send(slot) { _ in Self.missing }
                let other = try await send(slot) { _ in foreign }
                #expect(other.status == absent.status, "\(slot): \(other.text) but \(absent.text)")
                #expect(masked(other) == masked(absent), "\(slot)")
                #expect(other.headers.names == absent.headers.names, "\(slot)")
                for (name, id) in theirs.ids where id != foreign {
                    #expect(!other.text.contains(id), "\(slot) tells of their \(name)")
                }
                // What one chooses oneself must be free, so only there one's own id is not taken.
                let own = try await send(slot) { samples in
                    if case .body(let keys) = slot.place, keys.last == "id", !slot.isScope { return freshID(number) }
                    return try #require(samples.ids[slot.noun])
                }
                #expect((200..<300).contains(own.status), "\(slot): \(own.text)")
            }
            let after = try await Self.everything(theirs, service.routes, caller.with(service.stranger))
            #expect(before == after)
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
                await service.composition.services.contexts.flush()
            }
        }
    }

    private static func collection(_ caller: Caller) async throws -> String {
        try await caller.get("/v1/collections")["collections"].elements.first?["id"].text ?? ""
    }

    /// What the owner sees of every sample.
    private static func everything(_ samples: Samples, _ routes: [Route], _ caller: Caller) async throws -> [String] {
        var seen: [String] = []
        for route in routes where route.method == .get && route.access.scope != nil {
            let slot = IDSlot(route: route, place: .path(""), noun: "")
            let answer = try await caller.get(IDRequest(slot, id: "", samples: samples, number: 0).path)
            #expect(answer.status == 200, "\(route.name) \(answer.text)")
            seen.append(
                route.name + answer.text.replacing(/"timings_ms":\{[^}]*\}|"last_used_at":("[^"]*"|null)/, with: "")
            )
        }
        return seen
    }
}

/// A text of an id that nothing has.
private func freshID(_ number: Int) -> String {
    let digits = String(number, radix: 16)
    return "0193f000-0000-7000-8000-" + String(repeating: "0", count: 12 - digits.count) + digits
}

/// An answer without what differs between two requests that are alike.
private func masked(_ answer: Answer) -> String {
    answer.text
        .replacing(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/, with: "<id>")
        .replacing(/\d{4}-\d{2}-\d{2}T[0-9:.]+Z/, with: "<time>")
        .replacing(/"(consistency_token|next_cursor)":"[^"]*"/, with: "<sealed>")
        .replacing(/"timings_ms":\{[^}]*\}/, with: "<timings>")
        .replacing(/mn_[0-9A-Za-z_]+/, with: "<key>")
        .replacing(/nr-\d+/, with: "<name>")
        .replacing(/scout-\d+/, with: "<agent>")
}

extension HTTPFields {
    /// The names of the fields.
    fileprivate var names: Set<HTTPField.Name> { Set(map(\.name)) }
}
