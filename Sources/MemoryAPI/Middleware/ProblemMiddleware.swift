import HTTPTypes
import Hummingbird
import Logging

/// Turns every failure into problem details, says which methods a path has, and where the caller stands under rate
/// limits.
struct ProblemMiddleware: RouterMiddleware {
    typealias Context = EdgeContext

    let table: RouteTable
    let logger: Logger

    func handle(
        _ request: Request,
        context: EdgeContext,
        next: (Request, EdgeContext) async throws -> Response
    ) async throws -> Response {
        var response = try await answer(request, context: context, next: next)
        for (name, value) in RateLimitFields.of(context.record.facts.standings) { response.headers[name] = value }
        return response
    }

    private func answer(
        _ request: Request,
        context: EdgeContext,
        next: (Request, EdgeContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as HTTPError where error.status == .notFound {
            return unmatched(request, context)
        } catch {
            let problem = Problem(error)
            if problem.code == .internalError {
                // The errors of our targets are safe to log; of others, only their type is.
                logger.error(
                    "request failed",
                    metadata: ["request_id": .string(context.requestID), "error": .string(SafeToLog.describe(error))]
                )
            }
            return respond(problem, context)
        }
    }

    /// A path that no route of this method has.
    private func unmatched(_ request: Request, _ context: EdgeContext) -> Response {
        let methods = table.methods(ofPath: request.uri.path)
        if methods.isEmpty { return respond(Problem(.notFound), context) }
        let allow = methods.map(\.rawValue).joined(separator: ", ")
        if request.method == .options {
            return Response(status: .noContent, headers: [.allow: allow])
        }
        return respond(Problem(.methodNotAllowed, allow: methods), context)
    }

    private func respond(_ problem: Problem, _ context: EdgeContext) -> Response {
        context.record.note { $0.problem = problem.code }
        return problem.reply(requestID: context.requestID).response()
    }
}

extension Problem {
    /// The reply that tells of the problem.
    func reply(requestID: String) -> Reply {
        var headers = HTTPFields()
        if code.status == .unauthorized {
            headers[.wwwAuthenticate] =
                code == .missingCredential
                ? "Bearer realm=\"mneme\"" : "Bearer realm=\"mneme\", error=\"invalid_token\""
        }
        if let retryAfter { headers[.retryAfter] = String(retryAfter) }
        if !allow.isEmpty { headers[.allow] = allow.map(\.rawValue).joined(separator: ", ") }
        return Reply(
            code.status,
            headers: headers,
            contentType: "application/problem+json",
            body: body(requestID: requestID)
        )
    }
}
