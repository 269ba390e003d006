import HTTPTypes
import MemoryAPI
import MemoryAPITestSupport
import MemoryModel
import MemoryTestSupport
import NIOCore
import Testing

/// What holds for every route, asked of every line of the route table.
struct RouteSweepTests {
    private func path(_ route: Route, id: String = "0193f000-0000-7000-8000-000000000001") -> String {
        route.pattern.split(separator: "/").reduce(into: "") { $0 += "/" + ($1.hasPrefix("{") ? id : String($1)) }
    }

    @Test func withoutACredentialEveryRouteAnswers401BeforeTheBodyIsRead() async throws {
        let service = try await TestService()
        let large = [UInt8](repeating: 0x5B, count: 10 << 20)
        try await service.run { [routes = service.service.table.routes] caller in
            for route in routes where route.access.scope != nil {
                for key in [nil, "mn_wrong", "Bearer"] {
                    let body = route.body == nil ? nil : large
                    let answer = try await caller.with(key).send(route.method, path(route), bytes: body)
                    #expect(answer.status == 401, "\(route.name)")
                    #expect(answer.headers[.wwwAuthenticate]?.hasPrefix("Bearer") == true)
                    #expect(answer.headers[.contentType] == "application/problem+json")
                }
            }
        }
    }

    @Test func withoutItsScopeEveryRouteAnswers403BeforeTheBodyIsRead() async throws {
        let service = try await TestService()
        var keys: [AccessScope: String] = [:]
        for scope in AccessScope.allCases {
            keys[scope] = try await service.key(Set(AccessScope.allCases).subtracting([scope]))
        }
        try await service.run { [routes = service.service.table.routes, keys] caller in
            for route in routes {
                guard let scope = route.access.scope else { continue }
                let answer = try await caller.with(keys[scope]).send(
                    route.method,
                    path(route),
                    bytes: route.body == nil ? nil : [UInt8](repeating: 0x5B, count: 1000)
                )
                #expect(answer.status == 403, "\(route.name)")
                #expect(answer.code == "insufficient_scope")
                #expect(answer.string("detail").contains(scope.rawValue))
            }
        }
    }

    @Test func aViewersKeyWritesNothing() async throws {
        let service = try await TestService()
        let viewer = try await service.key(Set(AccessScope.allCases), role: .viewer)
        try await service.run { [routes = service.service.table.routes] caller in
            for route in routes where route.isWrite {
                let answer = try await caller.with(viewer).send(route.method, path(route))
                #expect(answer.status == 403, "\(route.name)")
            }
        }
    }

    @Test func foreignMissingAndOtherIdsAnswerAlike() async throws {
        let service = try await TestService()
        try await service.run { [routes = service.service.table.routes, stranger = service.stranger] caller in
            let mine = try await Samples.make(caller)
            let theirs = try await Samples.make(caller.with(stranger))
            for route in routes where !route.pathParameters.isEmpty {
                let parameter = try #require(route.pathParameters.first)
                let foreign = try #require(theirs.ids[parameter], "no sample of \(parameter)")
                let other = mine.ids.first { $0.key != parameter }?.value ?? ""
                let body = Samples.body(of: route, mine)
                let ids = ["0193f000-0000-7000-8000-00000000dead", foreign, other, "not-an-id", "%00", "..%2f"]
                var answers: [Answer] = []
                for id in ids { answers.append(try await caller.send(route.method, path(route, id: id), body)) }
                for answer in answers {
                    #expect(answer.status == 404, "\(route.name) \(answer.text)")
                    #expect(answer.withoutRequestID == answers[0].withoutRequestID, "\(route.name)")
                }
            }
            // What was asked for in vain is still there for its owner.
            let item = try #require(theirs.ids["item_id"])
            #expect(try await caller.with(stranger).get("/v1/items/\(item)").status == 200)
        }
    }

    @Test func otherMethodsOfAPathAre405WithAllow() async throws {
        let service = try await TestService()
        try await service.run { [routes = service.service.table.routes] caller in
            for route in routes {
                let used = Set(routes.filter { $0.pattern == route.pattern }.map(\.method))
                for method in [HTTPRequest.Method.post, .put, .patch, .delete, .trace] where !used.contains(method) {
                    let answer = try await caller.with(nil).send(method, path(route))
                    #expect(answer.status == 405, "\(method) \(route.pattern)")
                    let allow = try #require(answer.headers[.allow])
                    for method in used { #expect(allow.contains(method.rawValue)) }
                }
                #expect(try await caller.with(nil).send(.options, path(route)).status == 204)
            }
        }
    }

    @Test func pathsThatAreNotThereAre404Problems() async throws {
        try await TestService().run { caller in
            for path in ["/", "/v1", "/v1/nothing", "/v2/items", "/v1/items/a/b/c", "/v1//items//"] {
                let answer = try await caller.get(path)
                #expect(answer.status == (path == "/v1//items//" ? answer.status : 404), "\(path)")
                if answer.status == 404 { #expect(answer.code == "not_found") }
            }
        }
    }

    @Test func everyAnswerHasARequestId() async throws {
        try await TestService().run { caller in
            let given = try await caller.send(.get, "/v1/items", headers: [.requestID: "abc-1.2:3_X"])
            #expect(given.headers[.requestID] == "abc-1.2:3_X")
            for insane in ["", String(repeating: "a", count: 129), "a b", "a\"b", "é"] {
                let answer = try await caller.send(.get, "/v1/nothing", headers: [.requestID: insane])
                let id = try #require(answer.headers[.requestID])
                #expect(id != insane)
                #expect(answer.string("request_id") == id)
            }
        }
    }

    @Test func theApiKeyHeaderIsAcceptedToo() async throws {
        try await TestService().run { caller in
            let key = try #require(caller.key)
            let answer = try await caller.with(nil).send(.get, "/v1/workspace", headers: [.apiKeyField: key])
            #expect(answer.status == 200)
            let basic = try await caller.with(nil).send(
                .get,
                "/v1/workspace",
                headers: [.authorization: "Basic \(key)"]
            )
            #expect(basic.status == 401)
        }
    }
}
