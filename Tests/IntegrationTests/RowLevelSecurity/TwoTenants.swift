import HTTPTypes
import MemoryAPI
import MemoryAPITestSupport
import MemoryEngine
import MemoryModel
import ServiceAssembly
import Testing

/// Two workspaces, and every request that one can make: with ids of the other, and with its own.
///
/// Who reaches for the other's is stopped at the first statement; what runs behind it is reached by what is allowed.
actor TwoTenants {
    /// One request, made of the samples that are there when it is asked.
    struct Probe: Sendable, CustomStringConvertible {
        enum Kind: Sendable {
            /// An id of the other workspace, in the slot.
            case reaching
            /// Everything is one's own.
            case own
            /// One's own, and what comes into being by it is taken away again, or cannot be asked twice.
            case spending
            /// Something that is no single request.
            case scene(@Sendable (TwoTenants) async throws -> Void)
        }

        let name: String
        let slot: IDSlot
        var kind: Kind

        var description: String { name }
        var isSpending: Bool { if case .spending = kind { true } else { false } }
    }

    private static let missing = "0193f000-0000-7000-8000-00000000dead"
    /// What is done once to each.
    private static let ends = ["resolve", "record", "abandon", "accept", "reject", "rotate", "erasures", "reverts"]

    nonisolated let service: ServiceUnderTest
    nonisolated let caller: Caller
    /// Text that is the other's alone, and in each of its nouns.
    nonisolated let canary = "canary-\(UInt64.random(in: 0 ... .max))"
    nonisolated let theirs: Samples
    nonisolated let theirWorkspace: Identifier<Workspace>
    var mine: Samples
    private var count = 0

    init(_ service: ServiceUnderTest, _ caller: Caller) async throws {
        self.service = service
        self.caller = caller
        let stranger = caller.with(service.stranger)
        mine = try await Samples.make(caller)
        theirs = try await Samples.make(stranger)
        theirWorkspace = try #require(Identifier<Workspace>(theirs.ids["workspace_id"] ?? ""))
        let collection = theirs.ids["collection_id"] ?? ""
        let thread = theirs.ids["thread_id"] ?? ""
        _ = try await stranger.post("/v1/items", #"{"content":"tea \#(canary)","collection_id":"\#(collection)"}"#)
        _ = try await stranger.post(
            "/v1/threads/\(thread)/messages",
            #"{"content":"tea \#(canary)","author":"\#(canary)","author_type":"human"}"#
        )
        for (path, body) in [
            ("/v1/channels", #"{"name":"\#(canary)"}"#), ("/v1/agents", #"{"name":"\#(canary)"}"#),
            ("/v1/users", #"{"name":"\#(canary)"}"#), ("/v1/collections", #"{"name":"\#(canary)"}"#),
            ("/v1/audiences", #"{"name":"\#(canary)"}"#),
            ("/v1/keys", #"{"name":"\#(canary)","scopes":["items:read"]}"#),
        ] { _ = try await stranger.post(path, body) }
        await settle()
    }

    /// Does what requests leave to be done.
    nonisolated func settle() async {
        await service.writeTraces()
        await service.composition.services.reads?.flush()
        await service.work()
    }

    /// Every place of an id with one of theirs and with an own one, every route, and the scenes.
    nonisolated func probes() -> [Probe] {
        let slots = IDSlot.all(service.routes)
        let reaching = slots.filter { !$0.isChosen && !$0.isNoted }.map {
            Probe(name: "reaching: \($0)", slot: $0, kind: .reaching)
        }
        // A workspace of its own is deleted in a scene.
        let routes = service.routes.filter { route in
            route.access.scope != nil && route.isOpenToAdmins && route.name != "DELETE /v1/workspace"
        }
        let whole = routes.map { IDSlot(route: $0, place: .path(""), noun: "") }
        let own = (whole + slots.filter { !$0.isChosen && routes.map(\.name).contains($0.route.name) }).map { slot in
            let last = slot.route.pattern.split(separator: "/").last.map(String.init) ?? ""
            let isSpending = slot.route.method == .delete || Self.ends.contains(last)
            return Probe(name: "own: \(slot)", slot: slot, kind: isSpending ? .spending : .own)
        }
        return reaching + own.filter { !$0.isSpending } + own.filter(\.isSpending) + scenes()
    }

    /// Asks, and sees that nothing of the other's comes back.
    func ask(_ probe: Probe) async throws {
        switch probe.kind {
        case .reaching: try await reach(probe)
        case .own, .spending:
            let answer = try await send(probe, id: mine.ids[probe.slot.noun] ?? "")
            expectClosed(answer, probe)
            if probe.isSpending { mine = try await Samples.make(caller, suffix: "-\(nextNumber())") }
        case .scene(let play): try await play(self)
        }
    }

    /// Whether nothing was written into the other workspace, and nothing of its text is elsewhere.
    func expectUntouched(_ before: [String], _ what: String) async throws {
        let after = try await service.database.rowDigests(of: theirWorkspace)
        #expect(Set(after).subtracting(before).isEmpty, "\(what)")
        #expect(try await service.database.tables(holding: canary, outside: theirWorkspace).isEmpty, "\(what)")
    }

    func expectClosed(_ answer: Answer, _ probe: Probe, sent: String = "") {
        #expect(answer.status < 500, "\(probe): \(answer.text)")
        #expect(!answer.text.contains(canary), "\(probe)")
        for (name, id) in theirs.ids where !sent.contains(id) {
            #expect(!answer.text.contains(id), "\(probe) tells of their \(name)")
        }
    }

    /// A number that no name had yet.
    func nextNumber() -> Int {
        count += 1
        return count
    }

    private func reach(_ probe: Probe) async throws {
        let id = try #require(theirs.ids[probe.slot.noun], "no sample for \(probe)")
        // What can be done once is done before, so that both are asked of the same state.
        if probe.slot.route.pattern.hasSuffix("/supersede") { _ = try await send(probe, id: Self.missing, name: "p") }
        let answer = try await send(probe, id: id, name: "p")
        let missing = try await send(probe, id: Self.missing, name: "p")
        #expect(answer.status == missing.status, "\(probe): \(answer.text) but \(missing.text)")
        #expect(answer.code == missing.code, "\(probe)")
        expectClosed(answer, probe, sent: id)
        expectClosed(missing, probe)
    }

    private func send(_ probe: Probe, id: String, name: String? = nil) async throws -> Answer {
        let name = name ?? "own-\(nextNumber())"
        let request = IDRequest(probe.slot, id: id, samples: mine, name: name)
        return try await caller.send(probe.slot.route.method, request.path, request.body)
    }
}
