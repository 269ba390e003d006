import HTTPTypes
import Hummingbird
import Logging
import MemoryModel
import Metrics

/// Writes one line and two metrics a request, by route pattern: no path, no query, no body, no text.
struct AccessLogMiddleware: RouterMiddleware {
    typealias Context = EdgeContext

    let logger: Logger
    let metrics: any MetricsFactory

    func handle(
        _ request: Request,
        context: EdgeContext,
        next: (Request, EdgeContext) async throws -> Response
    ) async throws -> Response {
        let start = ContinuousClock().now
        let response = try await next(request, context)
        let elapsed = ContinuousClock().now - start
        let facts = context.record.facts
        let method = Self.boundedMethod(request.method)
        let status = String(response.status.code)
        Counter(
            label: "http_requests",
            dimensions: [("method", method), ("route", facts.route), ("status", status)],
            factory: metrics
        ).increment()
        Metrics.Timer(
            label: "http_request_duration",
            dimensions: [("method", method), ("route", facts.route)],
            factory: metrics
        ).recordNanoseconds(elapsed.nanoseconds)
        logger.log(
            level: response.status.code >= 500 ? .error : .info,
            "request",
            metadata: [
                "method": .string(method),
                "route": .string(facts.route),
                "status": .string(status),
                "milliseconds": .stringConvertible(Double(elapsed.nanoseconds / 1000) / 1000),
                "request_id": .string(context.requestID),
                "workspace": .string(facts.workspaceID?.description ?? "-"),
                "key": .string(facts.keyID?.description ?? "-"),
                "problem": .string(facts.problem?.rawValue ?? "-"),
            ]
        )
        return response
    }

    /// The method, or `other`: labels must not be open to callers.
    private static func boundedMethod(_ method: HTTPRequest.Method) -> String {
        switch method {
        case .get, .head, .post, .put, .patch, .delete, .options: method.rawValue
        default: "other"
        }
    }
}

extension Duration {
    /// Whole nanoseconds, at most what 64 bits hold.
    var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        return overflow ? .max : product + attoseconds / 1_000_000_000
    }
}
