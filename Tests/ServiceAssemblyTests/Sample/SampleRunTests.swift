import Foundation
import MemoryModel
import MemoryTestSupport
import ServiceAssembly
import Synchronization
import Testing

struct SampleRunTests {
    private static let workspaceID = "0193f000-0000-7000-8000-0000000000aa"
    private static let names = ShortNames(workspaceID: workspaceID)

    /// A service that has the sample already and answers with these items.
    private func server(items: [String], awaiting: [Int] = [0]) async throws -> ScriptedHTTPServer {
        let asked = Mutex(0)
        let entries = items.map { #"{"item":{"id":"\#(Self.names.id($0, of: .item))"}}"# }.joined(separator: ",")
        return try await ScriptedHTTPServer { request, _ in
            let body: String
            switch request.target.prefix(while: { $0 != "?" }) {
            case "/v1/workspace": body = #"{"id":"\#(Self.workspaceID)"}"#
            case "/v1/context":
                let turn = asked.withLock { turn in
                    defer { turn += 1 }
                    return turn
                }
                let left = awaiting[min(turn, awaiting.count - 1)]
                body =
                    #"{"rendered":{"format":"text","text":"THE PACK"},"entries":[\#(entries)],"#
                    + #""freshness":{"awaiting_vectors":\#(left)},"degradations":[]}"#
            case "/v1/search/messages":
                body = #"{"messages":[{"message":{"content":"redis"},"highlights":[[0,5]]}],"next_cursor":null}"#
            default: body = #"{"status":"resolved"}"#
            }
            return .respond(status: 200, body: Array(body.utf8))
        }
    }

    private func run(_ server: ScriptedHTTPServer, check: Bool) async throws -> String {
        let lines = Mutex<[String]>([])
        let run = SampleRun(
            client: try ServiceClient(url: server.baseURL, key: Secret(text: "mn_secret"), patience: .zero),
            dataFolder: SampleFiles.folder,
            credentialsPath: "/tmp/a b/credentials",
            output: { line in lines.withLock { $0.append(line) } },
            sleep: { _ in }
        )
        try await run.run(check: check)
        return lines.withLock { $0.joined(separator: "\n") }
    }

    @Test func theAnswerAndTheWayToAskAgainAreShown() async throws {
        let server = try await server(items: ["sess-pg"], awaiting: [5, 2, 0])
        let shown = try await run(server, check: true)
        #expect(shown.contains("THE PACK"))
        #expect(shown.contains("*redis*"))
        #expect(shown.contains("'/tmp/a b/credentials'"))
        #expect(!shown.contains("mn_secret"))
        await server.close()
    }

    @Test func aPackWithoutTheLabelledItemFailsTheCheck() async throws {
        let server = try await server(items: ["sess-redis"])
        let error = await #expect(throws: SampleError.self) { _ = try await run(server, check: true) }
        #expect(error?.code == .missingItem)
        _ = try await run(server, check: false)
        await server.close()
    }
}
