internal import NIOCore
internal import NIOPosix
internal import Synchronization

#if canImport(Darwin)
internal import Darwin
#elseif canImport(Musl)
internal import Musl
#else
internal import Glibc
#endif

/// An HTTP/1.1 server on the loopback interface that answers as a script says, faults included.
///
/// It reads each request whole (by Content-Length), asks the script, and closes the connection after each answer unless the script keeps it.
public final class ScriptedHTTPServer: Sendable {
    /// A request as it arrived.
    public struct Request: Sendable {
        /// The method.
        public let method: String
        /// Path and query.
        public let target: String
        /// Header fields, names in lower case.
        public let headers: [String: String]
        /// The body.
        public let body: [UInt8]
    }

    /// What happens to a request.
    public enum Action: Sendable {
        /// A complete answer; the connection stays open.
        case respond(status: Int, headers: [(String, String)] = [], body: [UInt8] = [])
        /// These bytes, then the end of the connection.
        case raw([UInt8])
        /// The announced length, fewer bytes, then the end.
        case truncate(announced: Int, body: [UInt8])
        /// Header and first bytes, then nothing for ever.
        case stallInBody(announced: Int, body: [UInt8])
        /// Nothing for ever.
        case stall
        /// The connection is reset (RST) without an answer.
        case reset
        /// An answer of chunks that never ends.
        case endless(chunk: [UInt8])
    }

    /// Decides about a request; `index` counts requests from 0.
    public typealias Script = @Sendable (_ request: Request, _ index: Int) -> Action

    private let channel: any Channel
    private let record: Record

    /// Starts a server on a free port.
    public init(_ script: @escaping Script) async throws {
        let record = Record(script)
        self.record = record
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(ChannelOptions.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { child in
                child.eventLoop.makeCompletedFuture {
                    try child.pipeline.syncOperations.addHandler(ScriptedHandler(record))
                }
            }
            .bind(host: "127.0.0.1", port: 0)
            .get()
    }

    /// The port.
    public var port: Int { channel.localAddress?.port ?? 0 }

    /// `http://127.0.0.1:<port>`.
    public var baseURL: String { "http://127.0.0.1:\(port)" }

    /// The requests so far, in order of arrival.
    public var requests: [Request] { record.requests }

    /// Connections that are open now.
    public var openConnections: Int { record.openConnections }

    /// Waits until that many requests have arrived.
    public func waitForRequests(_ count: Int) async {
        await record.waitForRequests(count)
    }

    /// Waits until no connection is open.
    public func waitForNoConnections() async {
        await record.waitForNoConnections()
    }

    /// Stops listening.
    public func close() async {
        try? await channel.close()
    }
}

/// What the connections of a server share.
private final class Record: Sendable {
    private struct State {
        var requests: [ScriptedHTTPServer.Request] = []
        var openConnections = 0
        var waiters: [(condition: @Sendable (State) -> Bool, continuation: CheckedContinuation<Void, Never>)] = []

        mutating func takeReadyWaiters() -> [CheckedContinuation<Void, Never>] {
            let ready = waiters.filter { $0.condition(self) }
            waiters = waiters.filter { !$0.condition(self) }
            return ready.map(\.continuation)
        }
    }

    private let script: ScriptedHTTPServer.Script
    private let state = Mutex(State())

    init(_ script: @escaping ScriptedHTTPServer.Script) {
        self.script = script
    }

    var requests: [ScriptedHTTPServer.Request] { state.withLock { $0.requests } }

    var openConnections: Int { state.withLock { $0.openConnections } }

    func action(for request: ScriptedHTTPServer.Request) -> ScriptedHTTPServer.Action {
        let index = change { state in
            state.requests.append(request)
            return state.requests.count - 1
        }
        return script(request, index)
    }

    func connectionOpened() { change { $0.openConnections += 1 } }

    func connectionClosed() { change { $0.openConnections -= 1 } }

    func waitForRequests(_ count: Int) async { await wait { $0.requests.count >= count } }

    func waitForNoConnections() async { await wait { $0.openConnections == 0 } }

    private func change<Result: Sendable>(_ body: (inout State) -> Result) -> Result {
        let (result, ready) = state.withLock { state in
            let result = body(&state)
            return (result, state.takeReadyWaiters())
        }
        for continuation in ready { continuation.resume() }
        return result
    }

    private func wait(until condition: @escaping @Sendable (State) -> Bool) async {
        await withCheckedContinuation { continuation in
            let isMet = state.withLock { state in
                if condition(state) { return true }
                state.waiters.append((condition, continuation))
                return false
            }
            if isMet { continuation.resume() }
        }
    }
}

/// One connection: gathers a request, then acts.
private final class ScriptedHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let record: Record
    private var received: [UInt8] = []

    init(_ record: Record) {
        self.record = record
    }

    func channelActive(context: ChannelHandlerContext) {
        record.connectionOpened()
    }

    func channelInactive(context: ChannelHandlerContext) {
        record.connectionClosed()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        received.append(contentsOf: unwrapInboundIn(data).readableBytesView)
        while let request = takeRequest() {
            act(record.action(for: request), context)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func act(_ action: ScriptedHTTPServer.Action, _ context: ChannelHandlerContext) {
        switch action {
        case .respond(let status, let headers, let body):
            send(head(status, headers + [("Content-Length", "\(body.count)")]) + body, context)
        case .raw(let bytes):
            send(bytes, context)
            context.close(promise: nil)
        case .truncate(let announced, let body):
            send(head(200, [("Content-Length", "\(announced)")]) + body, context)
            context.close(promise: nil)
        case .stallInBody(let announced, let body):
            send(head(200, [("Content-Length", "\(announced)")]) + body, context)
        case .stall:
            break
        case .reset:
            // With a linger time of 0, close sends RST.
            let loopBound = NIOLoopBound(context, eventLoop: context.eventLoop)
            let isSet = (context.channel as? any SocketOptionProvider)?.setSoLinger(linger(l_onoff: 1, l_linger: 0))
            isSet?.whenComplete { _ in loopBound.value.close(promise: nil) }
        case .endless(let chunk):
            send(head(200, [("Transfer-Encoding", "chunked")]), context)
            sendEndlessly(Array("\(String(chunk.count, radix: 16))\r\n".utf8) + chunk + Array("\r\n".utf8), context)
        }
    }

    private func sendEndlessly(_ chunk: [UInt8], _ context: ChannelHandlerContext) {
        let loopBound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: chunk))).whenSuccess {
            loopBound.value.0.sendEndlessly(chunk, loopBound.value.1)
        }
    }

    private func send(_ bytes: [UInt8], _ context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
    }

    private func head(_ status: Int, _ headers: [(String, String)]) -> [UInt8] {
        let lines = ["HTTP/1.1 \(status) Scripted"] + headers.map { "\($0.0): \($0.1)" }
        return Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
    }

    /// The next whole request, taken off the received bytes.
    private func takeRequest() -> ScriptedHTTPServer.Request? {
        let end = Array("\r\n\r\n".utf8)
        guard let headEnd = received.indices.first(where: { received[$0...].starts(with: end) }) else { return nil }
        let lines = String(decoding: received[..<headEnd], as: UTF8.self).split(separator: "\r\n")
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { continue }
            headers[line[..<colon].lowercased()] = String(line[line.index(after: colon)...].drop { $0 == " " })
        }
        let bodyStart = headEnd + end.count
        let bodyEnd = bodyStart + (headers["content-length"].flatMap { Int($0) } ?? 0)
        guard received.count >= bodyEnd else { return nil }
        let words = lines.first?.split(separator: " ") ?? []
        let request = ScriptedHTTPServer.Request(
            method: words.first.map(String.init) ?? "",
            target: words.dropFirst().first.map(String.init) ?? "",
            headers: headers,
            body: Array(received[bodyStart..<bodyEnd])
        )
        received.removeSubrange(..<bodyEnd)
        return request
    }
}
