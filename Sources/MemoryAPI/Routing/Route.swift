package import HTTPTypes
package import MemoryModel

/// One line of the route table: it routes, authorises, limits and documents.
package struct Route: Sendable {
    /// Who may call it, and what answers: a handler that needs a principal cannot be put on an open route.
    package enum Access: Sendable {
        /// Anybody; nothing of a workspace is behind it.
        case open(@Sendable () async -> Reply)
        /// Principals with a scope. The JSON is the body, where the route has one.
        case scope(AccessScope, @Sendable (Call, JSONValue?) async throws -> Reply)

        /// The scope; none on open routes.
        package var scope: AccessScope? {
            switch self {
            case .open: nil
            case .scope(let scope, _): scope
            }
        }
    }

    /// What the body of a request must be.
    package struct Body: Sendable {
        /// Its schema.
        package let schema: Schema
        /// The most bytes it may have.
        package let limit: Int
        /// Whether it may be absent.
        package let isOptional: Bool
    }

    /// A parameter of the query string.
    package struct Parameter: Sendable {
        /// Its name.
        package let name: String
        /// Its schema.
        package let schema: Schema
        /// Whether it must be there.
        package let isRequired: Bool
    }

    /// The method.
    package let method: HTTPRequest.Method
    /// The path with `{parameters}`.
    package let pattern: String
    /// Who may call it, and what answers.
    package let access: Access
    /// The noun it is listed under.
    package let tag: String
    /// What it does, in a sentence.
    package let summary: String
    /// The class of requests it is counted in; none on open routes.
    package let rateClass: RateClass?
    /// Whether it writes: its answer carries a consistency token.
    package let isWrite: Bool
    /// Whether its answer is kept under an Idempotency-Key; not where the answer holds a secret.
    package let isRepeatable: Bool
    /// The body it takes, where it takes one.
    package let body: Body?
    /// The query parameters it takes.
    package let parameters: [Parameter]
    /// The status of a good answer.
    package let status: HTTPResponse.Status
    /// The schema of a good answer; nil where it is no JSON.
    package let answer: Schema?

    /// Makes a route.
    package init(
        method: HTTPRequest.Method,
        pattern: String,
        access: Access,
        tag: String,
        summary: String,
        rateClass: RateClass? = nil,
        isWrite: Bool,
        isRepeatable: Bool,
        body: Body?,
        parameters: [Parameter],
        status: HTTPResponse.Status,
        answer: Schema?
    ) {
        self.method = method
        self.pattern = pattern
        self.access = access
        self.tag = tag
        self.summary = summary
        self.rateClass = rateClass
        self.isWrite = isWrite
        self.isRepeatable = isRepeatable
        self.body = body
        self.parameters = parameters
        self.status = status
        self.answer = answer
    }

    /// Method and pattern.
    package var name: String { "\(method.rawValue) \(pattern)" }

    /// The names of the parameters in the path.
    package var pathParameters: [String] {
        pattern.split(separator: "/").filter { $0.hasPrefix("{") }.map { String($0.dropFirst().dropLast()) }
    }

    /// The statuses of the problems that it can answer with; on open routes none is told.
    package var problemStatuses: Set<HTTPResponse.Status> {
        guard access.scope != nil else { return [] }
        var codes: [ProblemCode] = [
            .invalidRequest, .invalidCredential, .forbidden, .rateLimited, .internalError, .unavailable,
            .deadlineExceeded,
        ]
        if !pathParameters.isEmpty || !parameters.isEmpty || body != nil { codes.append(.notFound) }
        if body != nil { codes += [.bodyTooLarge, .unsupportedMediaType, .requestTimeout] }
        if isWrite { codes += [.conflict, .storageFull] }
        if isWrite, !pathParameters.isEmpty { codes.append(.versionMismatch) }
        if isRepeatable { codes.append(.idempotencyKeyReused) }
        return Set(codes.map(\.status))
    }
}
