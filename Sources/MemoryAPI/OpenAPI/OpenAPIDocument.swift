import HTTPTypes
package import MemoryModel

/// Writes the OpenAPI 3.1 document of a route table.
package struct OpenAPIDocument: Sendable {
    /// The document.
    package let json: JSONValue

    /// Makes the document of some routes.
    package init(_ routes: [Route], version: String = "1") {
        var definitions: [String: JSONValue] = ["Problem": .object(Self.problem.json)]
        var paths: [String: [String: JSONValue]] = [:]
        for route in routes {
            for schema in [route.body?.schema, route.answer].compactMap({ $0 }) + route.parameters.map(\.schema) {
                definitions.merge(schema.definitions) { kept, _ in kept }
            }
            paths[route.pattern, default: [:]][route.method.rawValue.lowercased()] = Self.operation(route)
        }
        json = .object([
            "openapi": .string("3.1.0"),
            "info": .object([
                "title": .string("Mneme"),
                "version": .string(version),
                "description": .string("Memory for AI agents: context items, conversations, context packs, search."),
            ]),
            "paths": .object(paths.mapValues(JSONValue.object)),
            "components": .object([
                "schemas": .object(definitions),
                "securitySchemes": .object([
                    "bearer": .object(["type": .string("http"), "scheme": .string("bearer")]),
                    "apiKey": .object([
                        "type": .string("apiKey"), "in": .string("header"), "name": .string("api-key"),
                    ]),
                ]),
            ]),
        ])
    }

    /// The document's bytes.
    package var bytes: [UInt8] {
        var writer = JSONWriter(capacity: 65_536)
        writer.value(json)
        return writer.bytes
    }

    private static func operation(_ route: Route) -> JSONValue {
        var operation: [String: JSONValue] = [
            "operationId": .string(operationID(route)),
            "summary": .string(route.summary),
            "tags": .array([.string(route.tag)]),
            "parameters": .array(parameters(route)),
            "responses": .object(responses(route)),
        ]
        if let scope = route.access.scope {
            let scopes = JSONValue.array([.string(scope.rawValue)])
            operation["security"] = .array([.object(["bearer": scopes]), .object(["apiKey": scopes])])
            operation["x-scope"] = .string(scope.rawValue)
        } else {
            operation["security"] = .array([])
        }
        if let body = route.body {
            operation["requestBody"] = .object([
                "required": .bool(!body.isOptional),
                "content": content("application/json", body.schema.json),
            ])
        }
        return .object(operation)
    }

    /// Method and pattern as one camel-case word, such as `postItemsByItemIDSupersede`.
    private static func operationID(_ route: Route) -> String {
        let words = route.pattern.split(separator: "/").filter { $0 != "v1" }
        return words.reduce(into: route.method.rawValue.lowercased()) { text, word in
            let isParameter = word.hasPrefix("{")
            if isParameter { text += "By" }
            for part in word.split(whereSeparator: { !$0.isLetter && !$0.isNumber }) {
                text += part.prefix(1).uppercased() + part.dropFirst()
            }
        }
    }

    private static func parameters(_ route: Route) -> [JSONValue] {
        var all = route.pathParameters.map { parameter($0, in: "path", Schema.id.json, isRequired: true) }
        all += route.parameters.map { parameter($0.name, in: "query", $0.schema.json, isRequired: $0.isRequired) }
        guard route.access.scope != nil else { return all }
        if route.isRepeatable {
            let key: [String: JSONValue] = [
                "type": .string("string"), "minLength": .integer(1), "maxLength": .integer(255),
            ]
            all.append(parameter("Idempotency-Key", in: "header", key))
        }
        if !route.isWrite {
            all.append(parameter("consistency_token", in: "query", Schema.text.json))
        }
        all.append(parameter("X-Request-Id", in: "header", Schema.text.json))
        all.append(parameter("Mneme-Deadline-Ms", in: "header", Schema.integer.json))
        return all
    }

    private static func parameter(
        _ name: String,
        in place: String,
        _ schema: [String: JSONValue],
        isRequired: Bool = false
    ) -> JSONValue {
        .object([
            "name": .string(name), "in": .string(place), "required": .bool(isRequired), "schema": .object(schema),
        ])
    }

    private static func responses(_ route: Route) -> [String: JSONValue] {
        var good: [String: JSONValue] = ["description": .string("Done.")]
        if let answer = route.answer { good["content"] = content("application/json", answer.json) }
        let problem: JSONValue = .object([
            "description": .string("A problem as of RFC 9457."),
            "content": content(
                "application/problem+json",
                ["$ref": .string("#/components/schemas/Problem")]
            ),
        ])
        let statuses = route.problemStatuses.map { String($0.code) }
        var responses = [String: JSONValue](
            uniqueKeysWithValues: (statuses.isEmpty ? ["default"] : statuses).map { ($0, problem) }
        )
        responses[String(route.status.code)] = .object(good)
        if route.status == .created {
            good["description"] = .string("It is there already, just so; of what can be made twice.")
            responses["200"] = .object(good)
        }
        return responses
    }

    private static func content(_ type: String, _ schema: [String: JSONValue]) -> JSONValue {
        .object([type: .object(["schema": .object(schema)])])
    }

    private static var problem: Schema {
        let field = Schema.object(
            [("pointer", .text), ("parameter", .text), ("detail", .text)],
            required: ["detail"],
            closed: false
        )
        return Schema.object(
            [
                ("type", .text), ("title", .text), ("status", .integer),
                ("code", .word(ProblemCode.allCases.map(\.rawValue))), ("detail", .text), ("request_id", .text),
                ("errors", field.list()),
            ],
            required: ["type", "title", "status", "code", "detail", "request_id"],
            closed: false
        )
    }
}
