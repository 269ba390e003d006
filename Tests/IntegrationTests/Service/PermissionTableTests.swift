import Foundation
import HTTPTypes
import MemoryAPI
import MemoryAPITestSupport
import MemoryModel
import Testing

/// docs/permissions.md against the route table and against the server, route by route.
struct PermissionTableTests {
    /// One line of the page.
    private struct Line: Hashable {
        var route: String
        var scope: String
        var rights: [String]
    }

    private static let principals = ["admin", "member", "viewer", "agent"]

    private static func documented() throws -> [Line] {
        let root = #filePath.split(separator: "/").dropLast(4).joined(separator: "/")
        let text = try String(contentsOf: URL(filePath: "/\(root)/docs/permissions.md"), encoding: .utf8)
        return text.split(separator: "\n").filter { $0.hasPrefix("| `") }.map { line in
            let cells = line.split(separator: "|").map {
                $0.filter { $0 != "`" }.trimmingCharacters(in: .whitespaces)
            }
            return Line(route: cells[0], scope: cells[1], rights: Array(cells.dropFirst(2)))
        }
    }

    @Test func thePageHasEveryRouteWithItsScope() async throws {
        let lines = try Self.documented()
        try await ServiceUnderTest.run { service, _ in
            let expected = Set(service.routes.map { "\($0.name) \($0.access.scope?.rawValue ?? "-")" })
            let found = Set(lines.map { "\($0.route) \($0.scope)" })
            #expect(found == expected, "\(found.symmetricDifference(expected).sorted())")
            #expect(found.count == lines.count)
        }
    }

    @Test func everyRightOnThePageIsWhatTheServerDoes() async throws {
        let lines = try Self.documented()
        try await ServiceUnderTest.run { service, caller in
            let callers = try await Self.callers(caller)
            var found: [Line] = []
            for (number, route) in service.routes.enumerated() {
                var line = Line(route: route.name, scope: route.access.scope?.rawValue ?? "-", rights: [])
                for principal in Self.principals {
                    let (asking, member) = try #require(callers[principal])
                    var samples = try await Samples.make(caller, suffix: "-\(number)-\(principal)")
                    // The other sample is in an agent's own collection.
                    let shared = samples.ids["collection_id"] ?? ""
                    let item = #"{"content":"tea is at \#(number), \#(principal)","collection_id":"\#(shared)"}"#
                    samples.ids["item_id"] = try await caller.post("/v1/items", item).string("id")
                    // A group is seen by its members.
                    let group = samples.ids["audience_id"] ?? ""
                    let members = #"{"members":[\#(member)]}"#
                    _ = try await caller.send(.put, "/v1/audiences/\(group)/members", members)
                    // A pack is its asker's alone.
                    samples.ids["context_id"] = try await asking.post("/v1/context", #"{"query":"tea"}"#).string("id")
                    let slot = IDSlot(route: route, place: .path(""), noun: "")
                    let request = IDRequest(slot, id: "", samples: samples, name: "\(number)-\(principal)")
                    let path = route.name == "DELETE /v1/workspace" ? "/v1/workspace?confirm=no" : request.path
                    let answer = try await asking.send(route.method, path, request.body)
                    switch answer.status {
                    case 200..<300: line.rights.append("yes")
                    case 403: line.rights.append("no")
                    // What would delete the whole workspace got as far as its parameters.
                    case 400 where path != request.path: line.rights.append("yes")
                    default: Issue.record("\(route.name) as \(principal): \(answer.text)")
                    }
                }
                found.append(line)
            }
            // The lines as the page should have them.
            let wrong = Set(found).subtracting(lines).map { line in
                let scope = line.scope == "-" ? "-" : "`\(line.scope)`"
                return "| `\(line.route)` | \(scope) | \(line.rights.joined(separator: " | ")) |"
            }
            #expect(wrong.isEmpty, "\n\(wrong.sorted().joined(separator: "\n"))")
        }
    }

    @Test func anAgentsKeyReachesItsOwnAndSharedCollectionsAlone() async throws {
        try await ServiceUnderTest.run { service, caller in
            let samples = try await Samples.make(caller)
            let clerk = try await caller.post("/v1/agents", #"{"name":"clerk"}"#).string("id")
            let scout = try #require(samples.ids["agent_id"])
            let shared = try #require(samples.ids["collection_id"])
            _ = try await caller.post("/v1/items", #"{"content":"clerk likes quince","agent_id":"\#(clerk)"}"#)
            _ = try await caller.post("/v1/items", #"{"content":"scout likes quince","agent_id":"\#(scout)"}"#)
            _ = try await caller.post("/v1/items", #"{"content":"all like quince","collection_id":"\#(shared)"}"#)
            await service.work()
            let asking = caller.with(
                try await caller.post(
                    "/v1/keys",
                    #"{"name":"s","agent_id":"\#(scout)","scopes":["context:read","items:read","items:write","agents:read"]}"#
                ).string("secret")
            )
            for answer in [
                try await asking.get("/v1/items"), try await asking.get("/v1/search/items?q=quince"),
                try await asking.post("/v1/context", #"{"query":"who likes quince?"}"#),
                try await asking.post("/v1/context", #"{"query":"who likes quince?","agent_id":"\#(scout)"}"#),
            ] {
                #expect(answer.status == 200)
                #expect(answer.text.contains("scout likes quince"))
                #expect(answer.text.contains("all like quince"))
                #expect(!answer.text.contains("clerk likes quince"))
            }
            let collections = try await caller.get("/v1/collections")["collections"].elements
            let theirs = try #require(collections.first { $0["agent_id"] == .string(clerk) })["id"].text
            for (method, path, body) in [
                (HTTPRequest.Method.get, "/v1/collections/\(theirs)", nil),
                (.get, "/v1/items?collection_id=\(theirs)", nil),
                (.post, "/v1/items", #"{"content":"x","agent_id":"\#(clerk)"}"#),
                (.post, "/v1/items", #"{"content":"x","collection_id":"\#(theirs)"}"#),
                (.post, "/v1/context", #"{"query":"quince","agent_id":"\#(clerk)"}"#),
                (.post, "/v1/context", #"{"query":"quince","collection_ids":["\#(theirs)"]}"#),
            ] as [(HTTPRequest.Method, String, String?)] {
                let answer = try await asking.send(method, path, body)
                #expect(
                    answer.status == 404 || answer.text.contains(#""items":[]"#),
                    "\(path) \(body ?? ""): \(answer.text)"
                )
            }
        }
    }

    /// One caller of each kind, with every scope that its role can have, and how it is named as a member of a group.
    private static func callers(_ caller: Caller) async throws -> [String: (Caller, String)] {
        var callers = ["admin": (caller, "")]
        for role in ["member", "viewer"] {
            let person = try await PersonalSamples.invite(role, role: role, by: caller)
            let users = try await caller.get("/v1/users")["users"].elements
            let id = users.first { $0["name"] == .string(role) }?["id"].text ?? ""
            callers[role] = (person, #"{"user_id":"\#(id)"}"#)
        }
        let agent = try await caller.post("/v1/agents", #"{"name":"robot"}"#).string("id")
        let scopes =
            #""context:read","items:read","items:write","messages:read","messages:write","agents:read","agents:write""#
        let key = try await caller.post("/v1/keys", #"{"name":"r","agent_id":"\#(agent)","scopes":[\#(scopes)]}"#)
        callers["agent"] = (caller.with(key.string("secret")), #"{"agent_id":"\#(agent)"}"#)
        return callers
    }
}
