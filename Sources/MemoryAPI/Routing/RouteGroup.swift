import HTTPTypes
import MemoryModel

/// The routes of one noun: makes lines of the route table whose decoding, transaction and paging are always the same.
struct RouteGroup: Sendable {
    let edge: Edge
    let tag: String
    let reads: AccessScope
    let writes: AccessScope
    /// The class that its reading routes are counted in.
    var readRate = RateClass.read
    /// The class that its writing routes are counted in.
    var writeRate = RateClass.write

    /// A route that reads one thing in a transaction.
    func get<Query: Sendable>(
        _ pattern: String,
        _ summary: String,
        query: ObjectShape<Query>,
        answer: Schema,
        _ handle: @escaping @Sendable (Call, Query, any MemoryTransaction) async throws -> Reply
    ) -> Route {
        get(pattern, summary, query: query, answer: answer) { call, query in
            try await edge.read(call) { tx in try await handle(call, query, tx) }
        }
    }

    /// A route that reads one thing in a transaction and takes no parameters.
    func get(
        _ pattern: String,
        _ summary: String,
        answer: Schema,
        _ handle: @escaping @Sendable (Call, any MemoryTransaction) async throws -> Reply
    ) -> Route {
        get(pattern, summary, query: NoQuery.shape, answer: answer) { call, _, tx in try await handle(call, tx) }
    }

    /// A route that reads by itself.
    func get<Query: Sendable>(
        _ pattern: String,
        _ summary: String,
        query: ObjectShape<Query>,
        answer: Schema,
        _ handle: @escaping @Sendable (Call, Query) async throws -> Reply
    ) -> Route {
        route(.get, pattern, summary, scope: reads, parameters: query.parameters, answer: answer) { call, _ in
            try await handle(call, try call.query.decode(query))
        }
    }

    /// A route that is asked with a body but writes nothing.
    func ask<Payload: Sendable>(
        _ pattern: String,
        _ summary: String,
        body: Shape<Payload>,
        answer: Schema,
        _ handle: @escaping @Sendable (Call, Payload) async throws -> Reply
    ) -> Route {
        route(.post, pattern, summary, scope: reads, body: self.body(body), answer: answer) { call, json in
            _ = try call.query.decode(NoQuery.shape)
            return try await handle(call, try body.payload(json))
        }
    }

    /// A route that writes what its body says.
    func write<Payload: Sendable>(
        _ method: HTTPRequest.Method,
        _ pattern: String,
        _ summary: String,
        body: Shape<Payload>,
        isBatch: Bool = false,
        isBodyOptional: Bool = false,
        isRepeatable: Bool = true,
        actsForWorkspace: Bool = false,
        status: HTTPResponse.Status = .ok,
        answer: Schema,
        _ handle: @escaping @Sendable (Call, Payload, any MemoryTransaction) async throws -> Reply
    ) -> Route {
        route(
            method,
            pattern,
            summary,
            scope: writes,
            isWrite: true,
            isRepeatable: isRepeatable,
            body: self.body(body, isBatch: isBatch, isOptional: isBodyOptional),
            parameters: WriteQuery.shape.parameters,
            status: status,
            answer: answer
        ) { call, json in
            let query = try call.query.decode(WriteQuery.shape)
            let payload = try body.payload(json)
            let principal = actsForWorkspace ? call.principal.actingForWorkspace : call.principal
            return try await edge.write(call, as: principal, waitsUntilIndexed: query.wait != nil) { tx in
                try await handle(call, payload, tx)
            }
        }
    }

    /// A route that writes and takes no body.
    func write(
        _ method: HTTPRequest.Method,
        _ pattern: String,
        _ summary: String,
        status: HTTPResponse.Status = .ok,
        answer: Schema,
        _ handle: @escaping @Sendable (Call, any MemoryTransaction) async throws -> Reply
    ) -> Route {
        route(
            method,
            pattern,
            summary,
            scope: writes,
            isWrite: true,
            parameters: WriteQuery.shape.parameters,
            status: status,
            answer: answer
        ) { call, _ in
            let query = try call.query.decode(WriteQuery.shape)
            return try await edge.write(call, waitsUntilIndexed: query.wait != nil) { tx in try await handle(call, tx) }
        }
    }

    /// A route that deletes something with all that it owns, also what the caller does not see.
    func erase<Query: Sendable>(
        _ pattern: String,
        _ summary: String,
        query: ObjectShape<Query>,
        _ handle: @escaping @Sendable (Call, Query, any MemoryTransaction) async throws -> Reply
    ) -> Route {
        route(
            .delete,
            pattern,
            summary,
            scope: writes,
            isWrite: true,
            // What would be kept may be deleted as well.
            isRepeatable: false,
            parameters: query.parameters,
            answer: Nouns.deletion.schema
        ) { call, _ in
            let query = try call.query.decode(query)
            return try await edge.write(call, as: call.principal.actingForWorkspace, waitsUntilIndexed: false) { tx in
                try await handle(call, query, tx)
            }
        }
    }

    func route(
        _ method: HTTPRequest.Method,
        _ pattern: String,
        _ summary: String,
        scope: AccessScope,
        isWrite: Bool = false,
        isRepeatable: Bool? = nil,
        body: Route.Body? = nil,
        parameters: [Route.Parameter] = [],
        status: HTTPResponse.Status = .ok,
        answer: Schema,
        _ handle: @escaping @Sendable (Call, JSONValue?) async throws -> Reply
    ) -> Route {
        Route(
            method: method,
            pattern: pattern,
            access: .scope(scope, handle),
            tag: tag,
            summary: summary,
            rateClass: isWrite ? writeRate : readRate,
            isWrite: isWrite,
            isRepeatable: isRepeatable ?? isWrite,
            body: body,
            parameters: parameters,
            status: status,
            answer: answer
        )
    }

    private func body<Payload>(
        _ shape: Shape<Payload>,
        isBatch: Bool = false,
        isOptional: Bool = false
    ) -> Route.Body {
        Route.Body(
            schema: shape.schema,
            limit: isBatch ? edge.configuration.batchBodyLimit : edge.configuration.bodyLimit,
            isOptional: isOptional
        )
    }
}

/// The query of a route that takes no parameters.
struct NoQuery: Sendable {
    static let shape = ObjectShape("NoQuery", NoQuery(), [])
}

/// The query of every write.
struct WriteQuery: Sendable {
    /// What an answer may wait for.
    enum Wait: String, Sendable, CaseIterable {
        /// The indexes of this node have seen the write.
        case indexed
    }

    var wait: Wait?

    static let shape = ObjectShape("WriteQuery", WriteQuery(), [.optional("wait", \.wait, .word())])
}

extension ObjectShape {
    /// The fields as parameters of a query string.
    var parameters: [Route.Parameter] {
        fields.map { Route.Parameter(name: $0.name, schema: $0.schema, isRequired: $0.isRequired) }
    }
}

extension QueryString {
    /// Reads a query; unknown and repeated parameters are refused.
    func decode<Query>(_ shape: ObjectShape<Query>) throws(Problem) -> Query {
        var problems = FieldProblems(isQuery: true)
        let forms = Dictionary(uniqueKeysWithValues: shape.fields.map { ($0.name, $0.textForm) })
        let members = members(forms: forms, &problems)
        guard let query = shape.decode(members, &problems), problems.found.isEmpty else {
            throw Problem(.invalidRequest, errors: problems.found)
        }
        return query
    }
}

extension Shape {
    /// Reads a body; one that is absent counts as an empty object.
    func payload(_ json: JSONValue?) throws(Problem) -> Value {
        var problems = FieldProblems()
        guard let value = decode(json ?? .object([:]), &problems), problems.found.isEmpty else {
            throw Problem(.invalidRequest, errors: problems.found)
        }
        return value
    }
}
