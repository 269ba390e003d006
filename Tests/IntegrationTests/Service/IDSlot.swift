import HTTPTypes
import MemoryAPI
import MemoryAPITestSupport
import MemoryModel

/// A place of a request where an id goes; found in the route table, so that new routes are covered.
struct IDSlot: Sendable, CustomStringConvertible {
    /// Where it is.
    enum Place: Sendable, Hashable {
        case path(String)
        case query(String)
        /// The keys on the way to it; `*` is an element of an array.
        case body([String])

        /// The way to it as a text.
        var keys: String {
            switch self {
            case .path(let name), .query(let name): name
            case .body(let keys): keys.joined(separator: ".")
            }
        }
    }

    let route: Route
    let place: Place
    /// What of `Samples` it takes.
    let noun: String
    /// Whether the id is part of a scope.
    var isScope = false

    /// Whether it is the id that the caller chooses for what is made.
    var isChosen: Bool {
        if case .body(let keys) = place { keys.last == "id" && !isScope } else { false }
    }

    /// Whether the id is only noted with what is made, and given back to who wrote it: where it came from, where it holds.
    var isNoted: Bool {
        guard case .body(let keys) = place, route.isWrite else { return false }
        return isScope || keys.contains("provenance")
    }

    var description: String { "\(route.name) \(place)\(isScope ? " (scope)" : "")" }

    /// The value that carries an id.
    func value(_ id: String) -> JSONValue {
        guard isScope else { return .string(id) }
        if case .query = place { return .string("thread:\(id)") }
        return .object(["kind": .string("thread"), "id": .string(id)])
    }

    /// Every place of every route.
    static func all(_ routes: [Route]) -> [IDSlot] {
        routes.flatMap { route in
            route.pathParameters.map { IDSlot(route: route, place: .path($0), noun: $0) } + inQuery(route)
                + inBody(route)
        }
    }

    private static func inQuery(_ route: Route) -> [IDSlot] {
        route.parameters.compactMap { parameter in
            let schema = JSONValue.object(parameter.schema.json)
            let place = Place.query(parameter.name)
            if parameter.name == "scope" {
                return IDSlot(route: route, place: place, noun: "thread_id", isScope: true)
            }
            guard isID(schema) || isID(schema["items"]) else { return nil }
            return IDSlot(route: route, place: place, noun: noun(parameter.name, route))
        }
    }

    private static func inBody(_ route: Route) -> [IDSlot] {
        guard let schema = route.body?.schema else { return [] }
        return paths(.object(schema.json), schema.definitions).map { path in
            let name = path.last { $0 != "*" } ?? ""
            let isScope = name == "scope" || name == "scopes"
            return IDSlot(
                route: route,
                place: .body(path),
                noun: isScope ? "thread_id" : noun(name, route),
                isScope: isScope
            )
        }
    }

    /// The ways to all ids and scopes of a schema.
    private static func paths(_ schema: JSONValue, _ definitions: [String: JSONValue]) -> [[String]] {
        guard case .object = schema else { return [] }
        if case .string(let reference) = schema["$ref"] {
            let name = reference.split(separator: "/").last.map(String.init) ?? ""
            if name == "ScopePayload" { return [[]] }
            return paths(definitions[name] ?? .null, definitions)
        }
        if isID(schema) { return [[]] }
        let element = paths(schema["items"], definitions).map { ["*"] + $0 }
        let alternatives = schema["anyOf"].elements.flatMap { paths($0, definitions) }
        let members = schema["properties"].members.sorted { $0.key < $1.key }.flatMap { name, property in
            paths(property, definitions).map { [name] + $0 }
        }
        return element + alternatives + members
    }

    private static func isID(_ schema: JSONValue) -> Bool { schema["format"] == .string("uuid") }

    /// The name of the sample that a field takes; one that is not known has no sample, and fails the test.
    private static func noun(_ field: String, _ route: Route) -> String {
        switch field {
        case "owner_id": return "user_id"
        case "fork_point_id", "reply_to", "source_message_ids": return "message_id"
        case "derived_from", "supersedes", "useful", "not_useful": return "item_id"
        case let several where several.hasSuffix("_ids"): return String(several.dropLast())
        case "id": break
        default: return field
        }
        // The id that the caller chooses for what is made.
        let made = route.pattern.split(separator: "/").last { $0 != "batch" }.map(String.init) ?? ""
        let nouns = ["supersede": "item_id", "pin": "item_id", "rotate": "key_id", "invitations": "user_id"]
        return nouns[made] ?? String(made.dropLast()) + "_id"
    }
}
