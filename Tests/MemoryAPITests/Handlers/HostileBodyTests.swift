import HTTPTypes
import MemoryAPI
import MemoryAPITestSupport
import MemoryModel
import Testing

/// Bodies that mean harm get a 4xx that names the field, on every route that takes a body.
struct HostileBodyTests {
    private func path(_ route: Route, _ samples: Samples) -> String {
        route.pattern.split(separator: "/").reduce(into: "") { path, part in
            path += "/" + (part.hasPrefix("{") ? samples.ids[String(part.dropFirst().dropLast())] ?? "" : String(part))
        }
    }

    /// Whether an admin's key or the operator's gets as far as the body; an invitation is shown once and elsewhere.
    private func isOpen(_ route: Route) -> Bool { route.isOpenToAdmins || route.access.scope == .workspacesCreate }

    @Test func everyRouteRefusesWhatIsNotItsPayload() async throws {
        let key = "the key of the operator in tests"
        let service = try await TestService(operatorKey: key)
        try await service.run { [routes = service.service.table.routes] admin in
            let samples = try await Samples.make(admin)
            let cases: [(String, Int, String?)] = [
                ("", 400, nil), ("{", 400, ""), ("[]", 400, ""), ("null", 400, ""), ("\"text\"", 400, ""),
                ("1", 400, ""),
                ("{\"no_such_field\":1}", 400, "/no_such_field"), ("{\"a\":1,\"a\":2}", 400, "/a"),
                ("{\"content\":\"\\u0000\"}", 400, "/content"), ("{\"content\":\"\\ud800\"}", 400, "/content"),
                (String(repeating: "[", count: 10_000) + String(repeating: "]", count: 10_000), 400, nil),
                (String(repeating: "{\"a\":", count: 10_000) + "1" + String(repeating: "}", count: 10_000), 400, nil),
            ]
            for route in routes {
                guard let body = route.body, isOpen(route) else { continue }
                let caller = route.access.scope == .workspacesCreate ? admin.with(key) : admin
                for (text, status, field) in cases where !(text.isEmpty && body.isOptional) {
                    let answer = try await caller.send(route.method, path(route, samples), text)
                    #expect(answer.status == status, "\(route.name) \(text.prefix(40)) \(answer.text.prefix(200))")
                    if let field {
                        #expect(answer.fields.contains(field), "\(route.name) \(text.prefix(40)) \(answer.text)")
                    }
                }
                let large = [UInt8](repeating: UInt8(ascii: " "), count: 10 << 20)
                let answer = try await caller.send(route.method, path(route, samples), bytes: large)
                #expect(answer.status == 413, "\(route.name)")
                #expect(answer.code == "body_too_large")
            }
        }
    }

    @Test func everyFieldOfEveryPayloadRefusesOtherTypes() async throws {
        let key = "the key of the operator in tests"
        let service = try await TestService(operatorKey: key)
        try await service.run { [routes = service.service.table.routes] admin in
            let samples = try await Samples.make(admin)
            for route in routes {
                guard isOpen(route), let schema = route.body?.schema,
                    case .string(let reference)? = schema.json["$ref"]
                else { continue }
                let caller = route.access.scope == .workspacesCreate ? admin.with(key) : admin
                let name = reference.split(separator: "/").last.map(String.init) ?? ""
                let properties = try #require(schema.definitions[name])["properties"].members
                for (field, property) in properties {
                    let wrong = property["type"] == .string("array") ? "\"text\"" : "[[]]"
                    let answer = try await caller.send(route.method, path(route, samples), "{\"\(field)\":\(wrong)}")
                    #expect(answer.status == 400, "\(route.name) \(field)")
                    #expect(
                        answer.fields.contains { $0.hasPrefix("/\(field)") },
                        "\(route.name) \(field) \(answer.text)"
                    )
                }
            }
        }
    }

    @Test func aTextThatIsTooLongIsNamed() async throws {
        try await TestService().run { caller in
            let samples = try await Samples.make(caller)
            let long = String(repeating: "x", count: 100_000)
            for (path, field) in [
                ("/v1/items", "content"), ("/v1/agents", "name"),
                ("/v1/threads/\(samples.ids["thread_id"] ?? "")/messages", "content"),
            ] {
                let answer = try await caller.send(.post, path, "{\"\(field)\":\"\(long)\"}")
                #expect(answer.status == 400)
                #expect(answer.fields.contains("/\(field)"))
                #expect(!answer.text.contains("xxxxx"))
            }
        }
    }

    @Test func onlyPlainJSONIsTaken() async throws {
        try await TestService().run { caller in
            for headers: HTTPFields in [
                [.contentType: "text/plain"], [.contentType: "application/x-www-form-urlencoded"],
                [.contentType: "application/json", .contentEncoding: "gzip"],
            ] {
                let answer = try await caller.send(.post, "/v1/items", "{}", headers: headers)
                #expect(answer.status == 415)
            }
            let charset = try await caller.send(
                .post,
                "/v1/agents",
                #"{"name":"a"}"#,
                headers: [.contentType: "application/json; charset=utf-8"]
            )
            #expect(charset.status == 201)
        }
    }

    @Test func deadlinesMustBePositiveAndAreKept() async throws {
        try await TestService().run { caller in
            for value in ["0", "-1", "x", ""] {
                let answer = try await caller.send(.get, "/v1/items", headers: [.deadline: value])
                #expect(answer.status == 400)
                #expect(answer.fields == ["Mneme-Deadline-Ms"])
            }
            #expect(try await caller.send(.get, "/v1/items", headers: [.deadline: "5000"]).status == 200)
        }
        let late = try await TestService { $0.requestDeadline = .zero }
        try await late.run { caller in
            let answer = try await caller.get("/v1/items")
            #expect(answer.status == 504)
            #expect(answer.code == "deadline_exceeded")
        }
    }
}
