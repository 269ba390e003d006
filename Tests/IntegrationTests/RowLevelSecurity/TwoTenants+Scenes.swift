import HTTPTypes
import MemoryAPI
import MemoryAPITestSupport
import MemoryModel
import Testing

extension TwoTenants {
    /// What the route table alone does not lead to.
    nonisolated func scenes() -> [Probe] {
        [
            scene("an answer is repeated") { tenants in
                let body = #"{"content":"tea, once"}"#
                for _ in 0..<2 {
                    let answer = try await tenants.caller.send(
                        .post,
                        "/v1/items",
                        body,
                        headers: [.idempotency: "scene-\(await tenants.mine.ids["item_id"] ?? "")"]
                    )
                    await tenants.expectClosed(answer, "repeated")
                }
            },
            scene("everything is asked for") { tenants in
                for body in [
                    #"{"query":"tea \#(tenants.canary)"}"#, #"{"query":"tea","recent_messages":50}"#,
                    #"{"query":"tea","as_of":"2031-01-01T00:00:00Z"}"#,
                ] {
                    await tenants.expectClosed(try await tenants.caller.send(.post, "/v1/context", body), "context")
                }
                for path in ["/v1/search/messages?q=tea", "/v1/search/items?q=tea", "/v1/items?state=active"] {
                    await tenants.expectClosed(try await tenants.caller.get(path), path)
                }
            },
        ]
    }

    private nonisolated func scene(
        _ name: String,
        _ play: @escaping @Sendable (TwoTenants) async throws -> Void
    ) -> Probe {
        let route = service.routes[0]
        return Probe(name: "scene: \(name)", slot: IDSlot(route: route, place: .path(""), noun: ""), kind: .scene(play))
    }

    private func expectClosed(_ answer: Answer, _ name: String) {
        expectClosed(answer, Probe(name: name, slot: IDSlot(route: service.routes[0], place: .path(""), noun: ""), kind: .own))
    }
}
