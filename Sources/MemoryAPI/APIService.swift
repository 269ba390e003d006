import HTTPTypes
public import Hummingbird
import MemoryModel
public import NIOCore
import Synchronization

/// The HTTP surface, built once from services and configuration; production and tests build it alike.
public struct APIService: Sendable {
    /// Every route, checked.
    package let table: RouteTable
    private let edge: Edge
    private let drain: Drain

    /// Builds the route table.
    ///
    /// Fails where a route is there twice or has no scope.
    public init(services: APIServices, configuration: APIConfiguration) throws(RouteTableError) {
        let edge = Edge(services: services, configuration: configuration)
        let drain = Drain()
        let nouns =
            WorkspaceRoutes(edge: edge).routes + UserRoutes(edge: edge).routes + InvitationRoutes(edge: edge).routes
            + AgentRoutes(edge: edge).routes + AudienceRoutes(edge: edge).routes + KeyRoutes(edge: edge).routes
            + CollectionRoutes(edge: edge).routes + ItemRoutes(edge: edge).routes
            + ChannelRoutes(edge: edge).routes + MessageRoutes(edge: edge).routes + ForkRoutes(edge: edge).routes
            + ProposalRoutes(edge: edge).routes
            + ContextRoutes(edge: edge).routes + SearchRoutes(edge: edge).routes + ErasureRoutes(edge: edge).routes
            + RevertRoutes(edge: edge).routes + UsageRoutes(edge: edge).routes + AuditRoutes(edge: edge).routes
            + RetentionRoutes(edge: edge).routes
        let operations = OperationRoutes(edge: edge, isDraining: { drain.isDraining })
        self.table = try RouteTable(nouns + operations.routes(describing: nouns))
        self.edge = edge
        self.drain = drain
    }

    /// From now on `/readyz` says no, while requests are still answered: the first step of a graceful stop.
    public func beginDraining() {
        drain.begin()
    }

    /// The application, to be run as a service; stopping it gracefully answers what is under way first.
    public func application(
        onServerRunning: @escaping @Sendable (any NIOCore.Channel) async -> Void = { _ in }
    ) -> some ApplicationProtocol {
        let configuration = edge.configuration
        let connections = ConnectionCounts(limit: configuration.maximumConnectionsPerAddress)
        return Application(
            router: router(),
            server: .http1(
                configuration: .init(
                    additionalChannelHandlers: [
                        SlowClientHandler(limits: configuration.pace, connections: connections)
                    ],
                    idleTimeout: TimeAmount(configuration.pace.keepAlive)
                )
            ),
            configuration: ApplicationConfiguration(
                address: .hostname(configuration.host, port: configuration.port),
                serverName: nil,
                availableConnectionsDelegate: .maximum(configuration.maximumConnections, logger: edge.services.logger)
            ),
            onServerRunning: onServerRunning,
            logger: edge.services.logger
        )
    }

    private func router() -> Router<EdgeContext> {
        let router = Router(context: EdgeContext.self, options: .autoGenerateHeadEndpoints)
        let services = edge.services
        router.add(middleware: RequestIDMiddleware(identifiers: services.identifiers))
        router.add(middleware: AccessLogMiddleware(logger: services.logger, metrics: services.metrics))
        router.add(middleware: ProblemMiddleware(table: table, logger: services.logger))
        for route in table.routes {
            router.on(
                RouterPath(route.pattern),
                method: route.method,
                responder: RouteResponder(route: route, edge: edge)
            )
        }
        return router
    }
}

/// Whether the service is being stopped.
private final class Drain: Sendable {
    private let state = Mutex(false)

    var isDraining: Bool { state.withLock { $0 } }

    func begin() { state.withLock { $0 = true } }
}
