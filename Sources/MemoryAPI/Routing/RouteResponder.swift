import AccessControl
import Crypto
import HTTPTypes
import Hummingbird
import MemoryModel
import NIOCore

/// Answers the requests of one route: authenticates, authorises, and only then reads the body.
struct RouteResponder: HTTPResponder {
    typealias Context = EdgeContext

    let route: Route
    let edge: Edge

    func respond(to request: Request, context: EdgeContext) async throws -> Response {
        context.record.note { $0.route = route.pattern }
        switch route.access {
        case .open(let handle):
            return await handle().response()
        case .scope(let scope, let handle):
            let deadline = try deadline(of: request)
            let principal = try await edge.services.authenticator.principal(
                bearer: Self.credential(of: request),
                deadline: deadline
            ).from(RequestOrigin(action: route.name, address: context.address, requestID: context.requestID))
            context.record.note {
                $0.workspaceID = principal.workspaceID
                $0.keyID = principal.keyID
            }
            try principal.require(scope)
            try await limit(principal, context)
            let bytes = try await body(of: request, deadline: deadline)
            let call = try call(request, context, principal: principal, deadline: deadline, body: bytes)
            let json = try bytes.isEmpty ? nil : JSONParser.parse(bytes)
            if json == nil, let body = route.body, !body.isOptional {
                throw Problem(.malformedBody, "This route takes a JSON body.")
            }
            do {
                return try await handle(call, json).response()
            } catch {
                // Where there is no body, a field at fault is a parameter.
                throw route.body == nil ? Problem(error).namingParameters : error
            }
        }
    }

    /// The key in `Authorization: Bearer …` or `api-key`.
    private static func credential(of request: Request) -> String? {
        if let header = request.headers[.authorization] {
            let parts = header.split(separator: " ", maxSplits: 1)
            guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
            return String(parts[1]).trimmingSpace
        }
        return request.headers[.apiKey]
    }

    private func deadline(of request: Request) throws(Problem) -> ContinuousClock.Instant {
        var wanted = edge.configuration.requestDeadline
        if let header = request.headers[.deadlineMilliseconds] {
            guard let milliseconds = Int(header), milliseconds > 0 else {
                throw Problem(
                    .invalidRequest,
                    errors: [FieldProblem(.parameter("Mneme-Deadline-Ms"), "must be a positive integer")]
                )
            }
            wanted = min(wanted, .milliseconds(milliseconds))
        }
        return ContinuousClock().now + wanted
    }

    /// The body, or nothing on a route that takes none: whatever is sent there is left unread.
    private func body(of request: Request, deadline: ContinuousClock.Instant) async throws -> [UInt8] {
        guard let limit = route.body?.limit else { return [] }
        let length = request.headers[.contentLength].flatMap { Int($0) }
        if let length, length > limit { throw BodyReader.tooLarge(limit) }
        if length == 0
            || length == nil && request.headers[.transferEncoding] == nil && request.headers[.contentType] == nil
        {
            // Nothing is announced; HTTP/1.1 has no other way to send a body.
            return []
        }
        try checkMediaType(request)
        return try await BodyReader(limit: limit, deadline: deadline, pace: edge.configuration.pace).read(request.body)
    }

    private func checkMediaType(_ request: Request) throws(Problem) {
        if let encoding = request.headers[.contentEncoding], encoding.lowercased() != "identity" {
            throw Problem(.unsupportedMediaType, "Compressed bodies are not taken.")
        }
        guard let type = request.headers[.contentType] else { return }
        let essence = type.prefix { $0 != ";" }.lowercased()
        guard essence.trimmingSpace == "application/json" || essence.trimmingSpace.hasSuffix("+json") else {
            throw Problem(.unsupportedMediaType, "Send the body as application/json.")
        }
    }

    private func call(
        _ request: Request,
        _ context: EdgeContext,
        principal: Principal,
        deadline: ContinuousClock.Instant,
        body: [UInt8]
    ) throws(Problem) -> Call {
        let query = try QueryString(request.uri.query)
        var values: [String: String] = [:]
        for name in route.pathParameters { values[name] = context.parameters.get(name) }
        return Call(
            principal: principal,
            deadline: deadline,
            requestID: context.requestID,
            route: route.name,
            path: request.uri.path,
            query: query.without([Self.tokenParameter]),
            pathValues: values,
            headers: request.headers,
            repeatable: try repeatable(request, by: principal, body: body),
            token: try token(request, query, principal)
        )
    }

    private static let tokenParameter = "consistency_token"

    /// The token in the query or the header.
    private func token(
        _ request: Request,
        _ query: QueryString,
        _ principal: Principal
    ) throws(Problem) -> ConsistencyToken? {
        if let text = query.first(Self.tokenParameter) {
            let place = FieldProblem.Place.parameter(Self.tokenParameter)
            return try edge.tokens.token(of: text, in: principal.workspaceID, at: place)
        }
        guard let text = request.headers[.consistencyToken] else { return nil }
        let place = FieldProblem.Place.parameter(HTTPField.Name.consistencyToken.rawName)
        return try edge.tokens.token(of: text, in: principal.workspaceID, at: place)
    }

    /// The request as the idempotency record knows it: key, route, and a hash of all that decides the answer.
    ///
    /// The client's key is kept as a hash together with whom it comes from, so that two principals never meet in one.
    private func repeatable(
        _ request: Request,
        by principal: Principal,
        body: [UInt8]
    ) throws(Problem) -> RepeatableRequest? {
        guard route.isRepeatable, let key = request.headers[.idempotencyKey] else { return nil }
        guard (1...255).contains(key.utf8.count) else {
            throw Problem(
                .invalidRequest,
                errors: [FieldProblem(.parameter("Idempotency-Key"), "must have 1 to 255 bytes")]
            )
        }
        let identity = [principal.userID?.description, principal.agentID?.description].compactMap(\.self)
        let caller = identity.isEmpty ? principal.keyID?.description ?? "" : identity.joined(separator: "/")
        return RepeatableRequest(
            key: Hexadecimal.text(Self.digest([Array(caller.utf8), Array(key.utf8)])),
            route: route.name,
            fingerprint: Self.digest([
                Array(request.uri.path.utf8), Array((request.headers[.ifMatch] ?? "").utf8), body,
            ])
        )
    }

    /// SHA-256 of parts, each behind its length.
    private static func digest(_ parts: [[UInt8]]) -> [UInt8] {
        var hash = SHA256()
        for part in parts {
            hash.update(data: ByteCoding.bytes(UInt64(part.count)))
            hash.update(data: part)
        }
        return Array(hash.finalize())
    }
}
