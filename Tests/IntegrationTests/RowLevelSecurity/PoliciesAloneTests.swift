import Foundation
import HTTPTypes
import MemoryAPI
import MemoryAPITestSupport
import MemoryModel
import Testing

/// Our statements name the workspace, and policies hold rows to it: here each holds alone, without the other.
///
/// The predicates in the SQL are taken out, all at once and each in turn; the other workspace stays closed.
struct PoliciesAloneTests {
    private static let missing = "0193f000-0000-7000-8000-00000000dead"

    /// One request that reaches for the other workspace, or for everything.
    private struct Probe: Sendable {
        let name: String
        let method: HTTPRequest.Method
        let path: String
        let body: String?
        /// The same with an id that is nobody's, where it is about an id.
        let missingPath: String
        let missingBody: String?
    }

    @Test func withoutAnyWorkspaceInTheSQLTheOtherWorkspaceStaysClosed() async throws {
        let rewriting = StatementRewriting()
        try await ServiceUnderTest.run(rewriting: rewriting.rewrite) { service, caller in
            let world = try await World(service, caller)
            rewriting.set(.withoutAll)
            for probe in try world.probes() { try await world.expectClosed(probe) }
            #expect(rewriting.rewritten > 100)
            rewriting.set(.noting)
            #expect(try await world.fingerprint() == world.before)
        }
    }

    @Test func withoutOneWorkspaceInTheSQLTheOtherWorkspaceStaysClosed() async throws {
        let rewriting = StatementRewriting()
        try await ServiceUnderTest.run(rewriting: rewriting.rewrite) { service, caller in
            let world = try await World(service, caller)
            var users: [StatementRewriting.Predicate: [Probe]] = [:]
            _ = rewriting.takeNoted()
            for probe in try world.probes() {
                try await world.expectClosed(probe)
                for predicate in rewriting.takeNoted() { users[predicate, default: []].append(probe) }
            }
            // Statements that every request sends are shown by some of them; the long form asks all.
            let isLong = ProcessInfo.processInfo.environment["MNEME_LONG_TESTS"] == "1"
            var asked = 0
            for (predicate, probes) in users {
                rewriting.set(.without(predicate))
                for probe in isLong ? probes[...] : probes.prefix(4) {
                    try await world.expectClosed(probe)
                    asked += 1
                }
                #expect(rewriting.rewritten > 0, "\(predicate)")
            }
            rewriting.set(.noting)
            #expect(users.count > 20, "\(users.count)")
            #expect(try await world.fingerprint() == world.before)
            print("policies alone: \(users.count) predicates, each without; \(asked) probes")
        }
    }

    /// Two workspaces, and what one may not see of the other.
    private struct World: Sendable {
        let service: ServiceUnderTest
        let caller: Caller
        let stranger: Caller
        let mine: Samples
        let theirs: Samples
        let canary = "canary-\(UInt64.random(in: 0 ... .max))"
        let before: [String]

        init(_ service: ServiceUnderTest, _ caller: Caller) async throws {
            self.service = service
            self.caller = caller
            stranger = caller.with(service.stranger)
            mine = try await Samples.make(caller)
            theirs = try await Samples.make(stranger)
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
            await service.work()
            before = try await Self.fingerprint(service.routes, theirs, stranger)
        }

        /// What the owner sees of everything that is listed or has an id here.
        func fingerprint() async throws -> [String] {
            try await Self.fingerprint(service.routes, theirs, stranger)
        }

        private static func fingerprint(
            _ routes: [Route],
            _ samples: Samples,
            _ caller: Caller
        ) async throws -> [String] {
            var seen: [String] = []
            for route in routes where route.method == .get && route.access.scope != nil {
                let slot = IDSlot(route: route, place: .path(""), noun: "")
                let answer = try await caller.get(IDRequest(slot, id: "", samples: samples, name: "").path)
                let text = answer.text
                    .replacing(/"timings_ms":\{[^}]*\}|"last_used_at":("[^"]*"|null)/, with: "")
                    .replacing(/"(next_cursor|consistency_token)":"[^"]*"/, with: "")
                seen.append(route.name + text)
            }
            return seen
        }

        /// Every place of an id with one of theirs, and every list and search.
        func probes() throws -> [Probe] {
            let byID = try IDSlot.all(service.routes).filter { !$0.isChosen && !$0.isNoted }.map { slot in
                let theirID = try #require(theirs.ids[slot.noun], "no sample for \(slot)")
                let request = IDRequest(slot, id: theirID, samples: mine, name: "p")
                let other = IDRequest(slot, id: PoliciesAloneTests.missing, samples: mine, name: "p")
                return Probe(
                    name: "\(slot)",
                    method: slot.route.method,
                    path: request.path,
                    body: request.body,
                    missingPath: other.path,
                    missingBody: other.body
                )
            }
            let lists = service.routes.filter {
                $0.method == .get && $0.access.scope != nil && $0.pathParameters.isEmpty
            }
            .map { route in
                let slot = IDSlot(route: route, place: .path(""), noun: "")
                let path = IDRequest(slot, id: "", samples: mine, name: "").path
                return Probe(
                    name: route.name,
                    method: .get,
                    path: path,
                    body: nil,
                    missingPath: path,
                    missingBody: nil
                )
            }
            let asked = [#"{"query":"tea \#(canary)"}"#, #"{"query":"tea","recent_messages":50}"#].map { body in
                Probe(
                    name: "POST /v1/context",
                    method: .post,
                    path: "/v1/context",
                    body: body,
                    missingPath: "/v1/context",
                    missingBody: body
                )
            }
            return byID + lists + asked
        }

        func expectClosed(_ probe: Probe) async throws {
            // What can be done once is done before, so that both are asked of the same state.
            if probe.path.hasSuffix("/supersede") {
                _ = try await caller.send(probe.method, probe.missingPath, probe.missingBody)
            }
            let answer = try await caller.send(probe.method, probe.path, probe.body)
            let missing = try await caller.send(probe.method, probe.missingPath, probe.missingBody)
            #expect(answer.status < 500, "\(probe.name): \(answer.text)")
            #expect(answer.status == missing.status, "\(probe.name): \(answer.text) but \(missing.text)")
            #expect(answer.code == missing.code, "\(probe.name)")
            for text in [answer.text, missing.text] {
                #expect(!text.contains(canary), "\(probe.name)")
            }
            for (name, id) in theirs.ids where !(probe.path + (probe.body ?? "")).contains(id) {
                #expect(!answer.text.contains(id), "\(probe.name) tells of their \(name)")
            }
        }
    }
}
