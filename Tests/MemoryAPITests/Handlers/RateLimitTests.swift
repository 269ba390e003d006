import AccessControl
import HTTPTypes
import MemoryAPI
import MemoryAPITestSupport
import MemoryModel
import MemoryTestSupport
import Testing

/// Rate limits as a caller meets them: fields, refusals, and what is not counted.
struct RateLimitTests {
    private static func field(_ answer: Answer, _ name: String) -> String? {
        HTTPField.Name(name).flatMap { answer.headers[$0] }
    }

    private func service(_ policy: RatePolicy) async throws -> TestService {
        let now = ContinuousClock().now
        let ledger = InMemoryRateLimits { now }
        return try await TestService(limiter: RateLimiter(store: ledger, policy: policy) { now })
    }

    @Test func everyAnswerSaysWhereTheCallerStands() async throws {
        let service = try await service(RatePolicy(user: RequestRates(total: 100, byClass: [.search: 30])))
        let user = service.identifiers.next(User.self)
        let key = try await service.key(Set(AccessScope.allCases), user: user)
        try await service.run { caller in
            let caller = caller.with(key)
            let read = try await caller.get("/v1/items")
            #expect(Self.field(read, "RateLimit-Policy") == "\"user\";q=100;w=60")
            #expect(Self.field(read, "RateLimit") == "\"user\";r=99;t=1")
            let search = try await caller.get("/v1/search/items?q=x")
            #expect(Self.field(search, "RateLimit-Policy") == "\"user\";q=100;w=60, \"user-search\";q=30;w=60")
            #expect(Self.field(search, "RateLimit") == "\"user\";r=98;t=2, \"user-search\";r=29;t=2")
            let missing = try await caller.get("/v1/items/\(service.identifiers.next(ContextItem.self))")
            #expect(missing.status == 404)
            #expect(Self.field(missing, "RateLimit") == "\"user\";r=97;t=2")
        }
    }

    @Test func theHundredAndFirstRequestIsRefusedBeforeItsBodyIsRead() async throws {
        let service = try await service(RatePolicy())
        let user = service.identifiers.next(User.self)
        let key = try await service.key(Set(AccessScope.allCases), user: user)
        let other = try await service.key(Set(AccessScope.allCases), user: service.identifiers.next(User.self))
        try await service.run { caller in
            for _ in 0..<100 { #expect(try await caller.with(key).get("/v1/channels").status == 200) }
            let refused = try await caller.with(key).send(.post, "/v1/items", "not even JSON")
            #expect(refused.status == 429 && refused.code == "rate_limited")
            #expect(Self.field(refused, "Retry-After") == "1")
            #expect(Self.field(refused, "RateLimit") == "\"user\";r=0;t=60")
            #expect(refused.string("detail").contains("user"))
            // Others are not concerned, nor is what needs no credential.
            #expect(try await caller.with(other).get("/v1/channels").status == 200)
            #expect(try await caller.get("/v1/channels").status == 200)
            #expect(try await caller.with(key).get("/livez").status == 200)
        }
    }

    @Test func aKeyForNobodyInParticularIsNotLimitedByDefault() async throws {
        let service = try await service(RatePolicy())
        try await service.run { caller in
            for _ in 0..<300 {
                let answer = try await caller.get("/v1/workspace")
                #expect(answer.status == 200)
                #expect(Self.field(answer, "RateLimit") == nil)
            }
        }
    }

    @Test func everyRouteWithAScopeHasARateClass() async throws {
        for route in try await TestService().service.table.routes {
            #expect((route.rateClass != nil) == (route.access.scope != nil), "\(route.name)")
        }
        let error = #expect(throws: RouteTableError.self) {
            try RouteTable([
                Route(
                    method: .get,
                    pattern: "/v1/x",
                    access: .scope(.itemsRead) { _, _ in Reply(body: []) },
                    tag: "t",
                    summary: "s",
                    isWrite: false,
                    isRepeatable: false,
                    body: nil,
                    parameters: [],
                    status: .ok,
                    answer: nil
                )
            ])
        }
        #expect(error?.code == .withoutRateClass)
    }
}
