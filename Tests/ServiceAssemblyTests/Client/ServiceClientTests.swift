import Foundation
import MemoryModel
import MemoryTestSupport
import ServiceAssembly
import Synchronization
import Testing

struct ServiceClientTests {
    private typealias Server = ScriptedHTTPServer

    /// A client that notes its pauses instead of making them.
    private func client(_ server: Server, _ pauses: Pauses) throws -> ServiceClient {
        // Patience runs on the real clock, which a busy machine must not decide by.
        try ServiceClient(
            url: server.baseURL + "/",
            key: Secret(text: "mn_key"),
            patience: .seconds(3600),
            sleep: { pauses.note($0) }
        )
    }

    @Test func aRefusalIsTyped() async throws {
        let server = try await Server { _, _ in
            let body =
                #"{"status":400,"code":"invalid_request","detail":"No.","request_id":"r1","errors":[{"pointer":"/items/0/kind","detail":"is odd"}]}"#
            return .respond(status: 400, body: Array(body.utf8))
        }
        let client = try client(server, Pauses())
        let error = await #expect(throws: ServiceClientError.self) { try await client.get("/v1/items") }
        let problem = try #require(error?.problem)
        #expect(problem.status == 400)
        #expect(problem.code == "invalid_request")
        #expect(problem.requestID == "r1")
        #expect(problem.fields.map(\.name) == ["/items/0/kind"])
        #expect(server.requests.count == 1)
        await server.close()
    }

    @Test func aBusyServiceIsAskedAgainAsItSays() async throws {
        let server = try await Server { _, index in
            index < 2
                ? .respond(status: index == 0 ? 429 : 503, headers: [("Retry-After", "3")], body: Array("{}".utf8))
                : .respond(status: 201, body: Array(#"{"id":"x"}"#.utf8))
        }
        let pauses = Pauses()
        let answer = try await client(server, pauses).post("/v1/agents", .object(["name": .string("a")]))
        #expect(answer["id"].text == "x")
        #expect(pauses.all == [.seconds(3), .seconds(3)])
        let keys = Set(server.requests.map { $0.headers["idempotency-key"] ?? "" })
        #expect(keys.count == 1 && !keys.contains(""))
        #expect(server.requests.allSatisfy { $0.headers["authorization"] == "Bearer mn_key" })
        await server.close()
    }

    @Test func aBrokenExchangeIsRepeatedUnderTheSameKey() async throws {
        let server = try await Server { _, index in
            index == 0 ? .reset : .respond(status: 201, body: Array("{}".utf8))
        }
        _ = try await client(server, Pauses()).post("/v1/agents", .object([:]))
        #expect(Set(server.requests.map { $0.headers["idempotency-key"] }).count == 1)
        await server.close()
    }

    @Test func noServiceIsSaid() async throws {
        let server = try await Server { _, _ in .reset }
        let url = server.baseURL
        await server.close()
        let client = try ServiceClient(url: url, key: Secret(text: "k"), patience: .zero)
        let error = await #expect(throws: ServiceClientError.self) { try await client.get("/readyz") }
        #expect(error?.code == .unreachable)
        #expect(error?.description.contains("mneme up") == true)
    }

    @Test func parametersAreEncoded() async throws {
        let server = try await Server { _, _ in .respond(status: 200, body: Array("{}".utf8)) }
        _ = try await client(server, Pauses()).get("/v1/search/messages", [(name: "q", value: "a & ü+\"b\"")])
        #expect(server.requests.first?.target == "/v1/search/messages?q=a%20%26%20%C3%BC%2B%22b%22")
        await server.close()
    }

    @Test func pagesFollowTheCursor() async throws {
        let server = try await Server { _, index in
            let next = index == 0 ? #""c 1""# : "null"
            return .respond(status: 200, body: Array(#"{"agents":[{"id":"\#(index)"}],"next_cursor":\#(next)}"#.utf8))
        }
        var ids: [String] = []
        try await client(server, Pauses()).pages("/v1/agents", rows: "agents", limit: 1) { rows in
            ids += rows.compactMap { $0["id"].text }
        }
        #expect(ids == ["0", "1"])
        #expect(server.requests.last?.target == "/v1/agents?limit=1&cursor=c%201")
        await server.close()
    }

    @Test func credentialsComeBackAsTheyWereWritten() throws {
        let directory = DataDirectory(
            path: FileManager.default.temporaryDirectory.appending(path: "mneme-\(UUID().uuidString)").path
        )
        try directory.create()
        defer { try? FileManager.default.removeItem(atPath: directory.path) }
        #expect(try Credentials.read(in: directory) == nil)
        try Credentials(url: "http://127.0.0.1:7474", workspaceID: "w", userID: "u", keyID: "k", apiKey: "mn_1")
            .write(in: directory)
        let read = try #require(try Credentials.read(in: directory))
        #expect(read.url == "http://127.0.0.1:7474")
        #expect(read.apiKey == "mn_1")
        let attributes = try FileManager.default.attributesOfItem(atPath: Credentials.path(in: directory))
        #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600)
    }

    @Test func matchesAreMarkedAndControlsLeftOut() {
        let row = JSONValue.object([
            "message": .object(["content": .string("ä\u{1B}[2J red is"), "author": .string("Maya")]),
            "highlights": .array([.array([.integer(6), .integer(9)])]),
        ])
        #expect(FoundLine(row, isBold: false).text == "ä[2J *red* is")
        #expect(FoundLine(row, isBold: true).text == "ä[2J \u{1B}[1mred\u{1B}[0m is")
    }
}

/// The pauses that a client wanted.
private final class Pauses: Sendable {
    private let pauses = Mutex<[Duration]>([])

    var all: [Duration] { pauses.withLock { $0 } }

    func note(_ pause: Duration) { pauses.withLock { $0.append(pause) } }
}
