import Foundation
import MemoryAPI
import MemoryModel
import MemoryTestSupport
import ServiceAssembly
import Testing

struct WorkspaceImportTests {
    private typealias Server = ScriptedHTTPServer

    private static let workspaceID = "0193f000-0000-7000-8000-0000000000aa"
    private static let names = ShortNames(workspaceID: workspaceID)
    private static let head = [
        #"{"type": "workspace", "name": "W"}"#,
        #"{"type": "user", "id": "ada", "name": "Ada", "role": "member"}"#,
        #"{"type": "agent", "id": "scout", "name": "scout"}"#,
        #"{"type": "channel", "id": "c", "name": "c", "created_at": "2026-01-01T00:00:00Z"}"#,
        #"{"type": "thread", "id": "t", "channel": "c", "title": "T", "status": "resolved"}"#,
    ]

    /// A service that takes everything, but for the paths that are given another answer.
    private func server(_ answers: [String: (status: Int, body: String)] = [:]) async throws -> Server {
        try await Server { request, _ in
            let path = String(request.target.prefix { $0 != "?" })
            if let answer = answers["\(request.method) \(path)"] {
                return .respond(status: answer.status, body: Array(answer.body.utf8))
            }
            if path == "/v1/workspace" {
                return .respond(status: 200, body: Array(#"{"id":"\#(Self.workspaceID)"}"#.utf8))
            }
            return .respond(status: 201, body: Array(#"{"id":"made-here"}"#.utf8))
        }
    }

    private func run(_ lines: [String], on server: Server) async throws -> ImportSummary {
        let client = try ServiceClient(url: server.baseURL, key: Secret(text: "k"), patience: .zero)
        return try await SampleFiles.withFile(lines) { try await WorkspaceImport(client: client).run(file: $0) }
    }

    private func posts(_ server: Server) throws -> [(path: String, body: JSONValue)] {
        try server.requests.filter { $0.method == "POST" }.map { ($0.target, try JSONParser.parse($0.body)) }
    }

    @Test func linesBecomeRequestsUnderIdsOfTheFile() async throws {
        let server = try await server()
        let message = { (id: String, extra: String) in
            #"{"type": "message", "id": "\#(id)", "thread": "t", "author": "Ada", "author_type": "human", "#
                + #""author_id": "ada", "content": "x", "created_at": "2026-01-02T00:00:00Z"\#(extra)}"#
        }
        let item = { (id: String, extra: String) in
            #"{"type": "item", "id": "\#(id)", "collection": "s", "kind": "fact", "content": "x", "source": "web", "#
                + #""created_at": "2026-01-03T00:00:00Z"\#(extra)}"#
        }
        let lines =
            Self.head + [
                message("m1", ""), message("m2", #", "reply_to": "m1""#),
                #"{"type": "fork", "id": "f", "thread": "t", "fork_point": "m2", "title": "F", "status": "resolved", "#
                    + #""summary": "Done.", "ended_at": "2026-01-04T00:00:00Z"}"#,
                message("m3", #", "fork": "f""#),
                #"{"type": "collection", "id": "s", "name": "s", "agent": "scout"}"#,
                item("i1", #", "scope": {"kind": "thread", "id": "t"}, "provenance": {"message": "m1"}"#),
                item("i2", #", "supersedes": "i1", "author": "ada""#),
            ]
        let summary = try await run(lines, on: server)
        #expect(summary.lines == lines.count)
        let sent = try posts(server)
        let id = { (name: String, noun: ShortNames.Noun) in Self.names.id(name, of: noun) }
        let thread = id("t", .thread)
        let fork = id("f", .fork)
        #expect(
            sent.map(\.path) == [
                "/v1/users", "/v1/agents", "/v1/channels", "/v1/channels/\(id("c", .channel))/threads",
                "/v1/threads/\(thread)/messages/batch", "/v1/threads/\(thread)/forks", "/v1/collections",
                "/v1/forks/\(fork)/messages/batch", "/v1/items/batch", "/v1/items/\(id("i1", .item))/supersede",
                "/v1/forks/\(fork)/record",
            ]
        )
        let bodies = Dictionary(sent.map { ($0.path, $0.body) }) { first, _ in first }
        let messages = try #require(bodies["/v1/threads/\(thread)/messages/batch"]?["messages"].elements)
        #expect(messages.map { $0["id"].text } == [id("m1", .message), id("m2", .message)])
        #expect(messages[0]["author_id"].text == id("ada", .user))
        #expect(messages[1]["reply_to"].text == id("m1", .message))
        let first = try #require(bodies["/v1/items/batch"]?["items"].elements?.first)
        #expect(first["collection_id"].text == "made-here")
        #expect(first["scope"]["id"].text == thread)
        #expect(first["provenance"]["message_id"].text == id("m1", .message))
        #expect(first["provenance"]["principal"].text == "agent:\(id("scout", .agent))")
        #expect(first["trust"].text == "agent")
        #expect(first["valid_from"].text == "2026-01-03T00:00:00Z")
        let second = try #require(bodies["/v1/items/\(id("i1", .item))/supersede"])
        #expect(second["collection_id"].isNull)
        #expect(second["provenance"]["principal"].text == "user:\(id("ada", .user))")
        #expect(second["trust"].text == "user")
        #expect(bodies["/v1/forks/\(fork)/record"]?["summary"].text == "Done.")
        await server.close()
    }

    @Test func whatIsThereIsLeftAlone() async throws {
        let taken = #"{"code":"already_exists","detail":"It exists already."}"#
        let server = try await server([
            "POST /v1/users": (409, taken), "POST /v1/agents": (409, taken),
            "GET /v1/users/\(Self.names.id("ada", of: .user))": (200, "{}"),
            "GET /v1/agents/\(Self.names.id("scout", of: .agent))": (404, "{}"),
        ])
        let error = await #expect(throws: ExchangeError.self) { _ = try await run(Self.head, on: server) }
        // The user is the file's own; the agent is another with the same name.
        #expect(error?.line == 3)
        #expect(error?.code == .refused)
        await server.close()
    }

    @Test func whatWasErasedIsLeftOutWithWhatBelongsToItAndNamed() async throws {
        let gone = #"{"code":"erased","detail":"It was erased.","errors":[]}"#
        let id = { (name: String, noun: ShortNames.Noun) in Self.names.id(name, of: noun) }
        let channel = id("c", .channel)
        // The second thread was erased, and of the first one's messages the second.
        let server = try await Server { request, _ in
            let path = String(request.target.prefix { $0 != "?" })
            if path == "/v1/workspace" {
                return .respond(status: 200, body: Array(#"{"id":"\#(Self.workspaceID)"}"#.utf8))
            }
            let text = String(decoding: request.body, as: UTF8.self)
            if path == "/v1/channels/\(channel)/threads", text.contains("Gone") {
                return .respond(status: 409, body: Array(gone.utf8))
            }
            if path.hasSuffix("/messages/batch") {
                return .respond(status: 201, body: Array(#"{"messages":[],"erased":[1]}"#.utf8))
            }
            if path == "/v1/items/batch" {
                return .respond(status: 201, body: Array(#"{"items":[{"is_new":true}],"erased":[0]}"#.utf8))
            }
            return .respond(status: 201, body: Array(#"{"id":"made-here"}"#.utf8))
        }
        let message = { (id: String, thread: String) in
            #"{"type": "message", "id": "\#(id)", "thread": "\#(thread)", "author": "A", "author_type": "system", "#
                + #""content": "x", "created_at": "2026-01-02T00:00:00Z"}"#
        }
        let item = { (id: String, extra: String) in
            #"{"type": "item", "id": "\#(id)", "collection": "s", "kind": "fact", "content": "x", "source": "web", "#
                + #""created_at": "2026-01-03T00:00:00Z"\#(extra)}"#
        }
        let lines =
            Self.head + [
                #"{"type": "thread", "id": "u", "channel": "c", "title": "Gone", "status": "active"}"#,
                message("m1", "t"), message("m2", "t"), message("m3", "u"),
                #"{"type": "fork", "id": "f", "thread": "t", "fork_point": "m2", "title": "F", "status": "active"}"#,
                #"{"type": "collection", "id": "s", "name": "s", "audience": "workspace"}"#,
                item("i1", ""), item("i2", ""),
                item("i3", #", "supersedes": "i1", "provenance": {"derived_from": ["i1", "i2"]}"#),
            ]
        let summary = try await run(lines, on: server)
        #expect(summary.counts["thread"]?.written ?? 0 == 1 && summary.counts["thread"]?.erased == 1)
        #expect(summary.counts["message"]?.written ?? 0 == 1 && summary.counts["message"]?.erased == 2)
        #expect(summary.counts["fork"]?.written ?? 0 == 0 && summary.counts["fork"]?.erased == 1)
        #expect(summary.erased.map(\.id) == ["u", "m3", "m2", "f", "i1", "i3"])
        #expect(summary.erased.map(\.line) == [6, 9, 8, 10, 12, 14])
        #expect(summary.sentence.contains("2 threads (1 erased, left out)"))
        let sent = try posts(server)
        #expect(!sent.contains { $0.path.hasSuffix("/supersede") }, "what was erased is replaced by nothing")
        let last = try #require(sent.last { $0.path == "/v1/items/batch" }?.body["items"].elements?.first)
        #expect(last["provenance"]["derived_from"].elements?.map(\.text) == [id("i2", .item)])
        #expect(sent.allSatisfy { $0.body["restore_erased"].isNull })
        await server.close()
    }

    @Test func aRefusedElementOfABatchIsNamedByItsLine() async throws {
        let path = "POST /v1/threads/\(Self.names.id("t", of: .thread))/messages/batch"
        let problem =
            #"{"code":"invalid_request","detail":"No.","errors":[{"pointer":"/messages/1/content","detail":"is odd"}]}"#
        let server = try await server([path: (400, problem)])
        let message = { (id: String) in
            #"{"type": "message", "id": "\#(id)", "thread": "t", "author": "A", "author_type": "system", "#
                + #""content": "x", "created_at": "2026-01-02T00:00:00Z"}"#
        }
        let error = await #expect(throws: ExchangeError.self) {
            _ = try await run(Self.head + [message("a"), message("b")], on: server)
        }
        #expect(error?.line == 7)
        #expect(error?.field == "content")
        #expect(error?.detail == "is odd")
        await server.close()
    }

    @Test func aNameThatNoLineDefinesIsRefused() async throws {
        let server = try await server()
        let line = #"{"type": "thread", "id": "t", "channel": "nope", "title": "T"}"#
        let error = await #expect(throws: ExchangeError.self) { _ = try await run([line], on: server) }
        #expect(error?.field == "channel")
        #expect(error?.line == 1)
        await server.close()
    }

    @Test func theWholeSampleIsSentInFewRequests() async throws {
        let server = try await server()
        let client = try ServiceClient(url: server.baseURL, key: Secret(text: "k"), patience: .zero)
        let summary = try await WorkspaceImport(client: client).run(file: SampleFiles.workspace)
        #expect(summary.lines == 855)
        let count = { (kind: String) in (summary.counts[kind]?.written ?? 0) + (summary.counts[kind]?.kept ?? 0) }
        #expect(count("message") == 612)
        #expect(server.requests.count < summary.lines / 5)
        await server.close()
    }
}
