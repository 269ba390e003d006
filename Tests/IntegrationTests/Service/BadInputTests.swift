import HTTPTypes
import MemoryAPI
import MemoryAPITestSupport
import MemoryModel
import Testing

/// Input that is wrong in every way gets a 4xx that names the field, with Postgres behind it as well.
struct BadInputTests {
    private static func path(_ route: Route, _ samples: Samples) -> String {
        route.pattern.split(separator: "/").reduce(into: "") { path, part in
            path += "/" + (part.hasPrefix("{") ? samples.ids[String(part.dropFirst().dropLast())] ?? "" : String(part))
        }
    }

    /// Values that no field takes, or that some take; as JSON.
    private static let values: [String] = [
        #""\u0000""#, #""tea\u0000tea""#, #""\ud800""#, #""\udc00\ud800""#,
        "\"\(String(repeating: "x", count: 100_000))\"",
        "-1", "0", "9223372036854775807", "99999999999999999999", "1e400", "-0.5", "null", "true", "{}", "[]", "[[]]",
        #"{"":{}}"#, #"["a","a"]"#, #""0193f000""#, #""0193f000-0000-7000-8000-00000000dead""#,
        #""2026-13-45T99:99:99Z""#,
        #""9999-12-31T23:59:59Z""#, #""0000-01-01T00:00:00Z""#, #""''; DROP TABLE items; --""#, #""\u202e\ufeff""#,
        #""""#,
    ]

    @Test func noValueOfAnyFieldIsAFaultOfOurs() async throws {
        try await ServiceUnderTest.run { service, caller in
            let samples = try await Samples.make(caller)
            for route in service.routes {
                guard let schema = route.body?.schema, case .string(let reference)? = schema.json["$ref"] else {
                    continue
                }
                let name = reference.split(separator: "/").last.map(String.init) ?? ""
                let properties = try #require(schema.definitions[name])["properties"].members
                let slot = IDSlot(route: route, place: .path(""), noun: "")
                let whole = IDRequest(slot, id: "", samples: samples, name: "").body ?? "{}"
                for (field, value) in properties.keys.sorted().flatMap({ field in Self.values.map { (field, $0) } }) {
                    // The rest of the body is right, so that the value reaches whatever it can reach.
                    let body = Self.replacing(field, with: value, in: whole)
                    let answer = try await caller.send(route.method, Self.path(route, samples), body)
                    #expect(
                        answer.status < 500,
                        "\(route.name) \(field) \(value.prefix(40)): \(answer.text.prefix(300))"
                    )
                    guard answer.status == 400 else { continue }
                    #expect(
                        !answer.fields.isEmpty,
                        "\(route.name) \(field) \(value.prefix(40)): \(answer.text.prefix(300))"
                    )
                }
            }
        }
    }

    @Test func noValueOfAnyParameterIsAFaultOfOurs() async throws {
        try await ServiceUnderTest.run { service, caller in
            let samples = try await Samples.make(caller)
            let texts = [
                "%00", "%ED%A0%80", "%ff", "%", "-1", "0", "99999999999999999999", "", "x", "true", "%27%3B--",
                "9999-12-31T23:59:59Z", "0193f000-0000-7000-8000-00000000dead", String(repeating: "y", count: 20_000),
                "thread:x", "global", "%22%22%22", "((((", "-%22", "OR", "%E4%B8%AD",
            ]
            // A route that takes a body looks at that first; bodies have tests of their own.
            for route in service.routes where route.access.scope != nil && !route.isWrite && route.body == nil {
                for name in route.parameters.map(\.name) + ["consistency_token", "no_such"] {
                    for text in texts {
                        let required = route.parameters.filter { $0.isRequired && $0.name != name }.map {
                            "\($0.name)=tea"
                        }
                        let query = (required + ["\(name)=\(text)"]).joined(separator: "&")
                        let answer = try await caller.send(route.method, "\(Self.path(route, samples))?\(query)")
                        #expect(
                            answer.status < 500,
                            "\(route.name) \(name)=\(text.prefix(40)): \(answer.text.prefix(300))"
                        )
                        guard answer.status == 400 else { continue }
                        #expect(!answer.fields.isEmpty, "\(route.name) \(name)=\(text.prefix(40)): \(answer.text)")
                    }
                }
            }
        }
    }

    @Test func bodiesThatAreTooLargeOrTooDeepAreRefused() async throws {
        try await ServiceUnderTest.run { service, caller in
            let samples = try await Samples.make(caller)
            let large = [UInt8](repeating: UInt8(ascii: " "), count: 10 << 20)
            let deep = String(repeating: "[", count: 10_000) + String(repeating: "]", count: 10_000)
            for route in service.routes where route.body != nil && route.isOpenToAdmins {
                let path = Self.path(route, samples)
                #expect(try await caller.send(route.method, path, bytes: large).status == 413, "\(route.name)")
                for text in [deep, #"{"metadata":\#(deep)}"#, #"{"filter":\#(deep)}"#] {
                    let answer = try await caller.send(route.method, path, text)
                    #expect(answer.status == 400, "\(route.name)")
                }
            }
        }
    }

    @Test func theFieldAtFaultIsNamed() async throws {
        try await ServiceUnderTest.run { _, caller in
            let samples = try await Samples.make(caller)
            let long = String(repeating: "x", count: 100_000)
            let thread = samples.ids["thread_id"] ?? ""
            let collection = samples.ids["collection_id"] ?? ""
            let cases: [(path: String, body: String, field: String)] = [
                ("/v1/items", #"{"content":"\#(long)","collection_id":"\#(collection)"}"#, "/content"),
                ("/v1/items", #"{"content":"","collection_id":"\#(collection)"}"#, "/content"),
                ("/v1/items", #"{"content":"a\u0000b","collection_id":"\#(collection)"}"#, "/content"),
                ("/v1/items", #"{"content":"a","tags":["ok","\ud800"]}"#, "/tags/1"),
                ("/v1/items", #"{"content":"a","color":"red"}"#, "/color"),
                ("/v1/items", #"{"content":"a","collection_id":"\#(thread)x"}"#, "/collection_id"),
                ("/v1/items/batch", #"{"items":[{"content":"a"},{"content":1}]}"#, "/items/1/content"),
                (
                    "/v1/threads/\(thread)/messages", #"{"content":"\#(long)","author":"A","author_type":"human"}"#,
                    "/content"
                ),
                (
                    "/v1/threads/\(thread)/messages", #"{"content":"a","author":"A","author_type":"cat"}"#,
                    "/author_type"
                ),
                ("/v1/context", #"{"query":"tea","token_budget":-1}"#, "/token_budget"),
                ("/v1/context", #"{"query":"tea","token_budget":"many"}"#, "/token_budget"),
                ("/v1/context", #"{"query":"\#(long)"}"#, "/query"),
                ("/v1/context", #"{"query":7}"#, "/query"),
            ]
            for (path, body, field) in cases {
                let answer = try await caller.send(.post, path, body)
                #expect(answer.status == 400, "\(path) \(body.prefix(60))")
                #expect(answer.fields.contains(field), "\(path) \(body.prefix(60)): \(answer.text.prefix(300))")
                #expect(answer.text.count < 2_000)
            }
            for query in ["", "q=", "q=%20%20", "q=%00"] {
                for path in ["/v1/search/messages", "/v1/search/items"] {
                    let answer = try await caller.get("\(path)?\(query)")
                    #expect(answer.status == 400, "\(path)?\(query)")
                    #expect(answer.fields == ["q"], "\(path)?\(query): \(answer.text)")
                }
            }
        }
    }

    @Test func anIDOfAnotherKindIsNotThere() async throws {
        try await ServiceUnderTest.run { service, caller in
            for slot in IDSlot.all(service.routes) where !slot.isScope {
                guard case .path = slot.place else { continue }
                let samples = try await Samples.make(caller, suffix: slot.route.name)
                for (noun, id) in samples.ids where noun != slot.noun {
                    let request = IDRequest(slot, id: id, samples: samples, name: "")
                    let answer = try await caller.send(slot.route.method, request.path, request.body)
                    #expect(answer.status == 404, "\(slot) with a \(noun): \(answer.text)")
                }
            }
        }
    }

    /// A body with a member replaced by JSON text, which need not be JSON that our writer would write.
    private static func replacing(_ field: String, with value: String, in body: String) -> String {
        let members = ((try? JSONParser.parse(Array(body.utf8))) ?? .null).members.filter { $0.key != field }
        var writer = JSONWriter()
        writer.value(.object(members))
        let rest = String(decoding: writer.bytes, as: UTF8.self).dropFirst()
        return "{\"\(field)\":\(value)" + (rest == "}" ? "" : ",") + rest
    }
}
