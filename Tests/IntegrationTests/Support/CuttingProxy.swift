import Foundation
import NIOCore
import NIOPosix
import Synchronization

/// Stands between a pool and the server, and cuts connections off just when a commit is answered: the server has
/// committed, and the client never hears of it.
final class CuttingProxy: Sendable {
    private struct Cut: Error {}

    /// The answer to a commit in the protocol: its letter, its length, and the name of what was done.
    private static let committed: [UInt8] = [0x43, 0, 0, 0, 11] + Array("COMMIT\0".utf8)
    private static let socketName = ".s.PGSQL.5432"

    /// What a connection string names as host.
    let folder: String
    private let server: String
    /// Decides, for each commit that was answered, whether it is cut off.
    private let decision = Mutex<@Sendable () -> Bool>({ false })
    private let cutCount = Mutex(0)

    private init(folder: String, server: String) {
        self.folder = folder
        self.server = server
    }

    /// How many connections were cut off.
    var cuts: Int { cutCount.withLock { $0 } }

    /// Has `decide` say which commits are cut off from now on.
    func cut(where decide: @escaping @Sendable () -> Bool) { decision.withLock { $0 = decide } }

    /// Lends a proxy before the server whose socket is in a folder.
    static func run<Value: Sendable>(
        server folder: String,
        _ body: @escaping @Sendable (CuttingProxy) async throws -> Value
    ) async throws -> Value {
        // A socket's path is short.
        let own = "/tmp/mneme-cut-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: own, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: own) }
        let proxy = CuttingProxy(folder: own, server: "\(folder)/\(socketName)")
        let listener = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .bind(unixDomainSocketPath: "\(own)/\(socketName)") { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await listener.executeThenClose { clients in
                    try await withThrowingDiscardingTaskGroup { connections in
                        for try await client in clients {
                            connections.addTask { try? await proxy.forward(client) }
                        }
                    }
                }
            }
            let result: Result<Value, any Error>
            do { result = .success(try await body(proxy)) } catch { result = .failure(error) }
            group.cancelAll()
            while let ended = await group.nextResult() { _ = ended }
            return try result.get()
        }
    }

    private func forward(_ client: NIOAsyncChannel<ByteBuffer, ByteBuffer>) async throws {
        let upstream = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .connect(unixDomainSocketPath: server) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        try await client.executeThenClose { fromClient, toClient in
            try await upstream.executeThenClose { fromServer, toServer in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask {
                        for try await bytes in fromClient { try await toServer.write(bytes) }
                    }
                    group.addTask {
                        for try await bytes in fromServer {
                            if self.isCut(bytes) { throw Cut() }
                            try await toClient.write(bytes)
                        }
                    }
                    // Whichever side ends first ends the other.
                    defer { group.cancelAll() }
                    try await group.next()
                }
            }
        }
    }

    private func isCut(_ bytes: ByteBuffer) -> Bool {
        guard bytes.readableBytesView.firstRange(of: Self.committed) != nil, decision.withLock({ $0 })() else {
            return false
        }
        cutCount.withLock { $0 += 1 }
        return true
    }
}
