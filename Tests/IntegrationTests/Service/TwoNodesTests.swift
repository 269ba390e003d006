import Foundation
import HTTPTypes
import MemoryAPI
import MemoryAPITestSupport
import MemoryModel
import MemoryTestSupport
import Testing

/// Two nodes over one database: what one wrote, the other finds with its token, or says that it has not seen it yet.
///
/// 100,000 writes with `MNEME_LONG_TESTS=1`.
@Suite struct TwoNodesTests {
    private static let isLong = ProcessInfo.processInfo.environment["MNEME_LONG_TESTS"] == "1"
    private static let clients = 8
    private static let rounds = isLong ? 12_500 : 12

    /// Asks for an item by words of its own; whether the answer has it, and whether it says that the token was met.
    private static func ask(
        _ text: String,
        _ token: String,
        _ agent: String,
        _ node: Caller
    ) async throws -> (isFound: Bool, isMet: Bool, contents: [String]) {
        // The word that is its own: among many that are alike, one whose vector is still awaited may rank below a page.
        let word = text.split(separator: " ").map(String.init)[1]
        let parts = [("q", word), ("agent_id", agent), ("limit", "100"), ("consistency_token", token)]
        let query = parts.map { name, value in
            "\(name)=\(value.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "")"
        }
        let answer = try await node.get("/v1/search/items?" + query.joined(separator: "&"))
        #expect(answer.status == 200, "\(answer.text)")
        let contents = answer["items"].elements.map { $0["item"]["content"].text }
        let isMet = answer["freshness"]["token_met"] == .bool(true)
        #expect(isMet || answer["degradations"].elements.map(\.text).contains("not_yet"))
        return (contents.contains(text), isMet, contents)
    }

    /// Writes and edits on one node, asks the other; returns the answers that missed a write and did not say so.
    private static func run(_ client: Int, agent: String, nodes: [Caller]) async throws -> [String] {
        var random = SeededGenerator(seed: UInt64(300 + client))
        var misses: [String] = []
        for round in 0..<rounds {
            let writer = Int.random(in: 0...1, using: &random)
            let text = "parcel \(String(random.next(), radix: 36)) of \(client) and \(round)"
            let written = try await nodes[writer].post("/v1/items", #"{"agent_id":"\#(agent)","content":"\#(text)"}"#)
            let first = try await ask(text, written.string("consistency_token"), agent, nodes[1 - writer])
            if first.isMet, !first.isFound { misses.append(text) }
            guard Int.random(in: 0..<3, using: &random) == 0 else { continue }
            let edited = "\(text) edited"
            let patched = try await nodes[1 - writer].send(
                .patch,
                "/v1/items/\(written.string("id"))",
                #"{"content":"\#(edited)"}"#
            )
            #expect(patched.status == 200)
            let second = try await ask(edited, patched.string("consistency_token"), agent, nodes[writer])
            if second.isMet, !second.isFound || second.contents.contains(text) { misses.append(edited) }
        }
        return misses
    }

    @Test func aTokenOfEitherNodeIsHonouredByTheOther() async throws {
        try await ServiceUnderTest.run { service, here in
            try await service.onAnotherNode { there in
                let agent = try await here.post("/v1/agents", #"{"name":"scout"}"#).string("id")
                // The worker is stopped and started all the while.
                let worker = Task {
                    while !Task.isCancelled { await service.workOnce() }
                }
                defer { worker.cancel() }
                let misses = try await withThrowingTaskGroup(of: [String].self) { group in
                    for client in 0..<Self.clients {
                        group.addTask { try await Self.run(client, agent: agent, nodes: [here, there]) }
                    }
                    return try await group.reduce(into: []) { $0 += $1 }
                }
                #expect(misses == [])
                worker.cancel()
                await worker.value
                await service.work()
                // Both have the same in the end, by vector as well.
                for node in [here, there] {
                    let pack = try await node.post("/v1/context", #"{"agent_id":"\#(agent)","query":"parcel"}"#)
                    #expect(pack["freshness"]["awaiting_vectors"] == .integer(0))
                    #expect(pack["degraded"] == .bool(false))
                }
            }
        }
    }

    @Test func aNodeWaitsForVectorsThatAnotherNodeWrote() async throws {
        try await ServiceUnderTest.run { service, here in
            let agent = try await here.post("/v1/agents", #"{"name":"scout"}"#).string("id")
            try await service.onAnotherNode { there in
                try await service.working {
                    let text = "the spare fuse is in the hall drawer"
                    let written = try await here.post(
                        "/v1/items?wait=indexed",
                        #"{"agent_id":"\#(agent)","content":"\#(text)"}"#
                    )
                    #expect(written["indexed"] == .bool(true))
                    let token = written.string("consistency_token")
                    let pack = try await there.post(
                        "/v1/context",
                        #"{"agent_id":"\#(agent)","query":"spare fuse","consistency_token":"\#(token)"}"#
                    )
                    let entry = try #require(pack["entries"].elements.first)
                    #expect(entry["item"]["content"].text == text)
                    #expect(entry["scores"].members.keys.contains("vector"))
                }
            }
        }
    }
}
