import HTTPTypes
import MemoryAPI
import MemoryAPITestSupport
import MemoryModel

/// A place of a request where a text goes, whatever it should be: found in the route table.
struct TextSlot: Sendable, CustomStringConvertible {
    /// Where it is.
    enum Place: Sendable, Hashable {
        case path(String)
        case query(String)
        case body([String])
        case header(String)
    }

    let route: Route
    let place: Place

    var description: String { "\(route.name) \(place)" }

    /// Header fields that are read.
    private static let headers = [
        "Authorization", "api-key", "X-Request-Id", "Idempotency-Key", "Mneme-Consistency-Token", "Mneme-Deadline-Ms",
        "If-Match", "If-None-Match",
    ]

    /// Every place of every route that has a scope.
    static func all(_ routes: [Route]) -> [TextSlot] {
        routes.filter { $0.access.scope != nil }.flatMap { route in
            route.pathParameters.map { TextSlot(route: route, place: .path($0)) }
                + route.parameters.map { TextSlot(route: route, place: .query($0.name)) }
                + headers.map { TextSlot(route: route, place: .header($0)) } + inBody(route)
        }
    }

    private static func inBody(_ route: Route) -> [TextSlot] {
        guard let schema = route.body?.schema else { return [] }
        return paths(.object(schema.json), schema.definitions).map { TextSlot(route: route, place: .body($0)) }
    }

    /// The ways to all texts of a schema, and to the members of free objects.
    private static func paths(_ schema: JSONValue, _ definitions: [String: JSONValue]) -> [[String]] {
        guard case .object = schema else { return [] }
        if case .string(let reference) = schema["$ref"] {
            return paths(definitions[reference.split(separator: "/").last.map(String.init) ?? ""] ?? .null, definitions)
        }
        let types = schema["type"].elements + [schema["type"]]
        if types.contains(.string("string")) { return [[]] }
        if schema["additionalProperties"] == .bool(true) { return [["x"]] }
        let element = paths(schema["items"], definitions).map { ["*"] + $0 }
        let alternatives = schema["anyOf"].elements.flatMap { paths($0, definitions) }
        let members = schema["properties"].members.sorted { $0.key < $1.key }.flatMap { name, property in
            paths(property, definitions).map { [name] + $0 }
        }
        return element + alternatives + members
    }
}

extension TextSlot {
    /// Sends a request that is right in every respect but for the text in this place.
    func send(_ text: String, _ samples: Samples, _ caller: Caller, number: Int) async throws -> Answer {
        let whole = IDRequest(
            IDSlot(route: route, place: .path(""), noun: ""),
            id: "",
            samples: samples,
            name: "\(number)"
        )
        var path = whole.path
        var body = whole.body
        var headers: HTTPFields = [:]
        switch place {
        case .path(let name):
            let parts = route.pattern.split(separator: "/").map { part in
                guard part.hasPrefix("{") else { return String(part) }
                let own = String(part.dropFirst().dropLast())
                return own == name ? Self.encoded(text) : samples.ids[own] ?? ""
            }
            path = "/" + parts.joined(separator: "/")
        case .query(let name):
            path += (path.contains("?") ? "&" : "?") + "\(name)=\(Self.encoded(text))"
        case .body(let keys):
            let json = ((try? JSONParser.parse(Array((body ?? "{}").utf8))) ?? .null).setting(keys, to: .string(text))
            var writer = JSONWriter()
            writer.value(json)
            body = String(decoding: writer.bytes, as: UTF8.self)
        case .header(let name):
            // What a header field cannot hold does not reach a server.
            let plain = String(
                String.UnicodeScalarView(text.unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7F })
            )
            guard let field = HTTPField.Name(name) else { break }
            headers[field] = plain
            if field == .authorization {
                return try await caller.with(nil).send(route.method, path, body, headers: headers)
            }
        }
        return try await caller.send(route.method, path, body, headers: headers)
    }

    private static func encoded(_ text: String) -> String {
        text.utf8.map { "%" + ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true) }.joined()
    }
}
