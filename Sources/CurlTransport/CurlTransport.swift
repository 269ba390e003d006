internal import Synchronization

/// What holds for all requests of a transport; set by the operator.
public struct TransportSettings: Sendable, Hashable {
    /// Which addresses may be reached.
    public var addresses: AddressPolicy
    /// The URL of a proxy for all requests, or `nil` for none; the environment's proxies are not used.
    public var proxy: String?
    /// A file of certificate authorities in PEM, instead of the system's.
    public var certificateAuthorityFile: String?
    /// Connections to one host at the same time.
    public var connectionsPerHost: Int
    /// Connections in all.
    public var connections: Int

    /// Makes settings.
    public init(
        addresses: AddressPolicy = AddressPolicy(),
        proxy: String? = nil,
        certificateAuthorityFile: String? = nil,
        connectionsPerHost: Int = 16,
        connections: Int = 64
    ) {
        self.addresses = addresses
        self.proxy = proxy
        self.certificateAuthorityFile = certificateAuthorityFile
        self.connectionsPerHost = connectionsPerHost
        self.connections = connections
    }
}

/// Sends HTTP requests through libcurl, all on one thread of its own; connections are kept and reused.
///
/// The thread ends when the transport is closed or let go.
public final class CurlTransport: Sendable {
    private let loop: TransferLoop
    private let settings: TransportSettings
    private let lastID = Atomic<UInt64>(0)

    /// Starts a transport and its thread.
    ///
    /// - Throws: `failed` where libcurl or the thread cannot start.
    public init(settings: TransportSettings = TransportSettings()) throws(TransportError) {
        self.settings = settings
        loop = try TransferLoop(settings: settings)
        try startThread(for: loop)
    }

    deinit {
        loop.stop()
    }

    /// Ends the thread; requests that still run fail as `closed`.
    public func close() {
        loop.stop()
    }

    /// Sends a request and returns the complete answer, of any status.
    ///
    /// Cancelling the task ends the exchange.
    /// - Throws: `TransportError`; after `connectionLost`, `timedOut` and `cancelled` the server may have acted on the request.
    public func send(
        _ request: HTTPRequest,
        limits: TransportLimits = TransportLimits()
    ) async throws(TransportError) -> HTTPResponse {
        let id = lastID.add(1, ordering: .relaxed).newValue
        let transfer = try Transfer(id: id, request: request, limits: limits, settings: settings)
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                transfer.wait(with: continuation)
                loop.start(transfer)
                // Where the handler below ran before the start, the loop has dropped its word.
                if Task.isCancelled { loop.cancel(id: id) }
            }
        } onCancel: {
            loop.cancel(id: id)
        }
        return try result.get()
    }
}
