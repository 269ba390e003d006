import CurlTransport
import MemoryTestSupport
import Testing

struct CurlTransportTests {
    /// A transport that may speak to the scripted server.
    private func loopbackTransport() throws -> CurlTransport {
        try CurlTransport(
            settings: TransportSettings(addresses: AddressPolicy(trustedHosts: ["127.0.0.1", "localhost"]))
        )
    }

    private func code(
        of request: HTTPRequest,
        limits: TransportLimits = TransportLimits(),
        script: @escaping ScriptedHTTPServer.Script = { _, _ in .respond(status: 200) }
    ) async throws -> TransportError.Code? {
        let server = try await ScriptedHTTPServer(script)
        let transport = try loopbackTransport()
        var request = request
        request.url = request.url.replacing("BASE", with: server.baseURL)
        do throws(TransportError) {
            _ = try await transport.send(request, limits: limits)
            return nil
        } catch {
            return error.code
        }
    }

    @Test func requestAndAnswerArriveWhole() async throws {
        let server = try await ScriptedHTTPServer { request, _ in
            .respond(status: 201, headers: [("X-Echo", " \(request.body.count) ")], body: request.body.reversed())
        }
        let transport = try loopbackTransport()
        let body = (0..<100_000).map { UInt8(truncatingIfNeeded: $0) }
        let response = try await transport.send(
            HTTPRequest(
                .post,
                server.baseURL + "/v1/echo?x=1",
                headers: [("Content-Type", "application/octet-stream"), ("X-Empty", "")],
                body: body
            )
        )
        #expect(response.status == 201)
        #expect(response.header("x-echo") == "100000")
        #expect(response.header("absent") == nil)
        #expect(response.body == body.reversed())
        let request = try #require(server.requests.first)
        #expect(request.method == "POST")
        #expect(request.target == "/v1/echo?x=1")
        #expect(request.headers["content-type"] == "application/octet-stream")
        #expect(request.headers["x-empty"] == "")
        #expect(request.headers["expect"] == nil)
        #expect(request.body == body)
    }

    @Test func emptyBodiesAreSentAsSuch() async throws {
        let server = try await ScriptedHTTPServer { _, _ in .respond(status: 204) }
        let transport = try loopbackTransport()
        _ = try await transport.send(HTTPRequest(.post, server.baseURL))
        _ = try await transport.send(HTTPRequest(.get, server.baseURL))
        #expect(server.requests.map(\.method) == ["POST", "GET"])
        #expect(server.requests.map { $0.headers["content-length"] } == ["0", nil])
    }

    @Test func connectionsAreReused() async throws {
        let server = try await ScriptedHTTPServer { _, _ in .respond(status: 200) }
        let transport = try loopbackTransport()
        for _ in 0..<5 { _ = try await transport.send(HTTPRequest(.get, server.baseURL)) }
        #expect(server.openConnections == 1)
    }

    @Test func manyRequestsRunBesideEachOther() async throws {
        let server = try await ScriptedHTTPServer { request, _ in .respond(status: 200, body: request.body) }
        let transport = try loopbackTransport()
        let answers = try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<200 {
                group.addTask {
                    let body = Array("\(number)".utf8)
                    return try await transport.send(HTTPRequest(.post, server.baseURL, body: body)).body == body
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(answers == Array(repeating: true, count: 200))
    }

    @Test func redirectsAreNotFollowed() async throws {
        let server = try await ScriptedHTTPServer { _, _ in .respond(status: 302, headers: [("Location", "/elsewhere")])
        }
        let response = try await loopbackTransport().send(HTTPRequest(.get, server.baseURL))
        #expect(response.status == 302)
        #expect(server.requests.count == 1)
    }

    @Test func interimAnswersAreSkipped() async throws {
        let raw = "HTTP/1.1 103 Early\r\nX-A: early\r\n\r\nHTTP/1.1 200 OK\r\nX-A: final\r\nContent-Length: 0\r\n\r\n"
        let server = try await ScriptedHTTPServer { _, _ in .raw(Array(raw.utf8)) }
        let response = try await loopbackTransport().send(HTTPRequest(.get, server.baseURL))
        #expect(response.status == 200)
        #expect(response.headers.filter { $0.name == "X-A" }.map(\.value) == ["final"])
    }

    // MARK: Faults

    @Test func brokenConnectionsAreConnectionLost() async throws {
        #expect(try await code(of: HTTPRequest(.get, "BASE")) { _, _ in .reset } == .connectionLost)
        #expect(try await code(of: HTTPRequest(.get, "BASE")) { _, _ in .raw([]) } == .connectionLost)
        let truncated = try await code(of: HTTPRequest(.get, "BASE")) { _, _ in .truncate(announced: 100, body: [1, 2])
        }
        #expect(truncated == .connectionLost)
    }

    @Test func noiseIsNotAnAnswer() async throws {
        let found = try await code(of: HTTPRequest(.get, "BASE")) { _, _ in .raw(Array("SSH-2.0-noise\r\n\r\n".utf8)) }
        #expect(found == .malformedResponse)
    }

    @Test func stallsEndAtTheTimeLimit() async throws {
        let limits = TransportLimits(totalTime: .milliseconds(100))
        #expect(try await code(of: HTTPRequest(.get, "BASE"), limits: limits) { _, _ in .stall } == .timedOut)
        let inBody = try await code(of: HTTPRequest(.get, "BASE"), limits: limits) { _, _ in
            .stallInBody(announced: 10, body: [1])
        }
        #expect(inBody == .timedOut)
    }

    @Test func aSilentConnectionEndsAtTheSpeedLimit() async throws {
        let limits = TransportLimits(totalTime: .seconds(600), lowSpeed: 10, lowSpeedTime: .seconds(1))
        let found = try await code(of: HTTPRequest(.get, "BASE"), limits: limits) { _, _ in
            .stallInBody(announced: 1_000, body: [1])
        }
        #expect(found == .timedOut)
    }

    @Test func answersAboveTheLimitsAreGivenUp() async throws {
        let limits = TransportLimits(responseBytes: 10_000, headerBytes: 1_000)
        let body = [UInt8](repeating: 7, count: 10_001)
        let announced = try await code(of: HTTPRequest(.get, "BASE"), limits: limits) { _, _ in
            .respond(status: 200, body: body)
        }
        #expect(announced == .responseTooLarge)
        let endless = try await code(of: HTTPRequest(.get, "BASE"), limits: limits) { _, _ in .endless(chunk: body) }
        #expect(endless == .responseTooLarge)
        let header = try await code(of: HTTPRequest(.get, "BASE"), limits: limits) { _, _ in
            .respond(status: 200, headers: [("X-Long", String(repeating: "x", count: 2_000))])
        }
        #expect(header == .responseTooLarge)
        let atLimit = try await code(of: HTTPRequest(.get, "BASE"), limits: limits) { _, _ in
            .respond(status: 200, body: Array(body.dropLast()))
        }
        #expect(atLimit == nil)
    }

    @Test func aRefusedConnectionSaysSo() async throws {
        let server = try await ScriptedHTTPServer { _, _ in .stall }
        let url = server.baseURL
        await server.close()
        let transport = try loopbackTransport()
        let error = await #expect(throws: TransportError.self) { try await transport.send(HTTPRequest(.get, url)) }
        #expect(error?.code == .connectionFailed)
        #expect(error?.description.contains("127.0.0.1") == false)
    }

    // MARK: Ends

    @Test func cancellingTheTaskEndsTheExchange() async throws {
        let server = try await ScriptedHTTPServer { _, _ in .stall }
        let transport = try loopbackTransport()
        let url = server.baseURL
        let task = Task { () async -> TransportError.Code? in
            do throws(TransportError) {
                _ = try await transport.send(HTTPRequest(.get, url))
                return nil
            } catch {
                return error.code
            }
        }
        await server.waitForRequests(1)
        task.cancel()
        #expect(await task.value == .cancelled)
        await server.waitForNoConnections()
    }

    @Test func aCancelledTaskSendsNothing() async throws {
        let server = try await ScriptedHTTPServer { _, _ in .stall }
        let transport = try loopbackTransport()
        let url = server.baseURL
        let task = Task { () async -> TransportError.Code? in
            unsafe withUnsafeCurrentTask { unsafe $0?.cancel() }
            do throws(TransportError) {
                _ = try await transport.send(HTTPRequest(.get, url))
                return nil
            } catch {
                return error.code
            }
        }
        #expect(await task.value == .cancelled)
    }

    @Test func closingFailsWhatRunsAndWhatFollows() async throws {
        let server = try await ScriptedHTTPServer { _, _ in .stall }
        let transport = try loopbackTransport()
        let url = server.baseURL
        let task = Task { () async -> TransportError.Code? in
            do throws(TransportError) {
                _ = try await transport.send(HTTPRequest(.get, url))
                return nil
            } catch {
                return error.code
            }
        }
        await server.waitForRequests(1)
        transport.close()
        #expect(await task.value == .closed)
        let error = await #expect(throws: TransportError.self) { try await transport.send(HTTPRequest(.get, url)) }
        #expect(error?.code == .closed)
    }
}
