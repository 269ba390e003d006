import Hummingbird
import HummingbirdTesting
import MemoryAPI
import MemoryAPITestSupport
import NIOCore
import NIOPosix
import Synchronization
import Testing

/// What only a real socket shows.
struct LiveServerTests {
    @Test func requestsAreAnsweredOverOneConnection() async throws {
        let service = try await TestService()
        try await service.service.application().test(.live) { client in
            let caller = Caller(client: client, key: service.admin)
            let agent = try await caller.post("/v1/agents", #"{"name":"scout"}"#)
            let item = try await caller.post(
                "/v1/items",
                #"{"agent_id":"\#(agent.string("id"))","content":"tea at four"}"#
            )
            let read = try await caller.get("/v1/items/\(item.string("id"))")
            #expect(read.string("content") == "tea at four")
            let head = try await caller.send(.head, "/livez")
            #expect(head.status == 200)
            #expect(head.bytes.isEmpty)
            let large = try await caller.send(.post, "/v1/items", bytes: [UInt8](repeating: 0x20, count: 2 << 20))
            #expect(large.status == 413)
        }
    }

    @Test func aClientWhoseHeaderNeverEndsIsClosed() async throws {
        try await expectClosed(sending: "GET /livez HTTP/1.1\r\nHost: a\r\nX-Slow: ") {
            $0.pace.header = .milliseconds(50)
        }
    }

    @Test func aClientThatSaysNothingIsClosed() async throws {
        try await expectClosed(sending: "") { $0.pace.header = .milliseconds(50) }
    }

    @Test func aClientWhoseSecondHeaderNeverEndsIsClosed() async throws {
        let request = "GET /livez HTTP/1.1\r\nHost: a\r\n\r\nGET /livez HTTP/1.1\r\nX-Slow: "
        try await expectClosed(sending: request) { $0.pace.header = .milliseconds(50) }
    }

    @Test func aBodyThatNeverEndsIsRefusedAtTheDeadline() async throws {
        let service = try await TestService {
            $0.requestDeadline = .milliseconds(50)
            $0.pace.header = .seconds(600)
        }
        let request = """
            POST /v1/items HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer \(service.admin)\r\n\
            Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{"content":
            """
        let received = try await exchange(service, sending: request, until: { $0.contains("\r\n\r\n") })
        #expect(received.hasPrefix("HTTP/1.1 408"))
    }

    @Test func aBodyThatDripsIsRefusedLongBeforeTheDeadline() async throws {
        let service = try await TestService {
            $0.pace.bodyGrace = .milliseconds(50)
            $0.pace.header = .seconds(600)
            $0.requestDeadline = .seconds(600)
        }
        let request = """
            POST /v1/items HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer \(service.admin)\r\n\
            Content-Type: application/json\r\nContent-Length: 100000\r\n\r\n{"content":
            """
        let received = try await exchange(service, sending: request, until: { $0.contains("\r\n\r\n") })
        #expect(received.hasPrefix("HTTP/1.1 408"))
    }

    @Test func aBodyInBrokenChunksIsTheClientsFault() async throws {
        let service = try await TestService()
        for chunks in ["xyz\r\n", "FFFFFFFFFFFFFFFFF\r\n", "2\r\n{}\r\n0\r\nno trailer\r\n\r\n"] {
            let request = """
                POST /v1/items HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer \(service.admin)\r\n\
                Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n\(chunks)
                """
            let received = try await exchange(service, sending: request, until: { $0.contains("\r\n\r\n") })
            #expect(received.hasPrefix("HTTP/1.1 400"), "\(chunks.debugDescription): \(received.prefix(40))")
        }
    }

    @Test func aBodyThatNobodyReadsIsNotWaitedFor() async throws {
        let service = try await TestService { $0.pace.lingering = .milliseconds(50) }
        for (path, length) in [("/v1/items", "100"), ("/v1/nothing", "100"), ("/v1/items", "9999999999")] {
            let request = """
                POST \(path) HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n\
                Content-Length: \(length)\r\n\r\n{"content":
                """
            // It ends when the server closes.
            let received = try await exchange(service, sending: request, until: { _ in false })
            #expect(received.hasPrefix(path == "/v1/items" ? "HTTP/1.1 401" : "HTTP/1.1 404"), "\(path) \(length)")
        }
    }

    @Test func anAddressHasNoMoreConnectionsThanItMay() async throws {
        let service = try await TestService { $0.maximumConnectionsPerAddress = 0 }
        let request = "GET /livez HTTP/1.1\r\nHost: a\r\n\r\n"
        #expect(try await exchange(service, sending: request, until: { _ in false }).isEmpty)
    }

    private func expectClosed(sending text: String, _ adjust: (inout APIConfiguration) -> Void) async throws {
        _ = try await exchange(try await TestService(adjust), sending: text, until: { _ in false })
    }

    /// Sends bytes over a connection of its own; what came back when the condition held or the server closed it.
    private func exchange(
        _ service: TestService,
        sending text: String,
        until isDone: @escaping @Sendable (String) -> Bool
    ) async throws -> String {
        let (ports, announce) = AsyncStream<Int>.makeStream()
        let application = service.service.application { channel in
            announce.yield(channel.localAddress?.port ?? 0)
            announce.finish()
        }
        return try await withThrowingTaskGroup(of: String?.self) { group in
            group.addTask {
                try await application.run()
                return nil
            }
            group.addTask {
                var iterator = ports.makeAsyncIterator()
                let port = try #require(await iterator.next())
                let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                    .connect(host: "127.0.0.1", port: port) { channel in
                        channel.eventLoop.makeCompletedFuture {
                            try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                        }
                    }
                return try await channel.executeThenClose { inbound, outbound in
                    var received = ""
                    do {
                        if !text.isEmpty { try await outbound.write(ByteBuffer(string: text)) }
                        for try await part in inbound {
                            received += String(buffer: part)
                            if isDone(received) { break }
                        }
                    } catch is IOError {
                        // A reset is a close, too.
                    } catch ChannelError.ioOnClosedChannel {
                        // The server was quicker than this client.
                    }
                    return received
                }
            }
            let received = try await group.next() ?? nil
            group.cancelAll()
            return received ?? ""
        }
    }
}
