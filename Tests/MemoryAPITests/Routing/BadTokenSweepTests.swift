import AccessControlTestSupport
import HTTPTypes
import MemoryAPI
import MemoryAPITestSupport
import MemoryModel
import MemoryTestSupport
import Testing

/// Every class of bad token at every route.
struct BadTokenSweepTests {
    @Test func everyBadTokenIs401AtEveryRouteAndTheGoodOneIsNot() async throws {
        let maker = try TokenMaker()
        let service = try await TestService(keySet: ScriptedKeySet(try maker.keySet()))
        let user = try await service.user(externalID: "ada", role: .admin)
        let good = TokenMaker.claims(service.workspace, "ada", at: service.clock.now)
        let samples = try BadTokens(maker: maker, good: good, at: service.clock.now).all()
        #expect(samples.count >= 60)
        try await service.run { [routes = service.service.table.routes] caller in
            let guarded = routes.filter { $0.access.scope != nil }
            var requests = 0
            for route in guarded {
                let path = route.pattern.split(separator: "/").reduce(into: "") {
                    $0 += "/" + ($1.hasPrefix("{") ? user.description : String($1))
                }
                let body = route.body == nil ? nil : "{}"
                for sample in samples {
                    let answer = try await caller.with(sample.text).send(route.method, path, body)
                    #expect(answer.status == 401, "\(route.name): \(sample)")
                    #expect(answer.code == "invalid_credential", "\(route.name): \(sample)")
                    requests += 1
                }
                // What no role has is for the operator and for invitations.
                guard let scope = route.access.scope, AccessScope.grantable.contains(scope) else { continue }
                let token = try maker.token(good)
                let answer = try await caller.with(token).send(route.method, path, body)
                #expect(answer.status != 401 && answer.status != 403, "\(route.name): \(answer.text)")
            }
            #expect(requests == samples.count * guarded.count)
        }
    }
}
