import HTTPTypes
import MemoryAPI
import MemoryAPITestSupport
import MemoryModel
import Synchronization
import Testing

struct OperationRoutesTests {
    @Test func healthNeedsNoCredential() async throws {
        let service = try await TestService()
        try await service.run { caller in
            let caller = caller.with(nil)
            #expect(try await caller.get("/livez").string("status") == "ok")
            let ready = try await caller.get("/readyz")
            #expect(ready.status == 200)
            service.service.beginDraining()
            let draining = try await caller.get("/readyz")
            #expect(draining.status == 503)
            #expect(draining["checks"]["serving"] == .bool(false))
            #expect(try await caller.get("/livez").status == 200)
            #expect(try await caller.send(.head, "/livez").status == 200)
        }
    }

    @Test func aCheckThatFailsIsNamed() async throws {
        let checks = [ReadinessCheck("database") { false }, ReadinessCheck("migrations") { true }]
        try await TestService(readiness: checks).run { caller in
            let answer = try await caller.get("/readyz")
            #expect(answer.status == 503)
            #expect(answer["checks"]["database"] == .bool(false))
            #expect(answer["checks"]["migrations"] == .bool(true))
        }
    }

    @Test func metricsAreByPatternAndHoldNoIds() async throws {
        try await TestService().run { caller in
            let samples = try await Samples.make(caller)
            _ = try await caller.get("/v1/items/\(samples.ids["item_id"] ?? "")?version=1")
            _ = try await caller.get("/v1/made/up/path")
            let text = try await caller.with(nil).get("/metrics").text
            #expect(text.contains(#"http_requests_total{method="GET",route="/v1/items/{item_id}",status="200"} 1"#))
            #expect(text.contains(#"route="unmatched",status="404""#))
            #expect(!text.contains(samples.ids["item_id"] ?? "?"))
            #expect(!text.contains("made"))
        }
    }

    @Test func logsNameRoutesAndHoldNoTextNoPathAndNoCredential() async throws {
        let log = CapturedLog()
        let service = try await TestService(log: log)
        try await service.run { [stranger = service.stranger] caller in
            let samples = try await Samples.make(caller)
            _ = try await caller.get("/v1/search/messages?q=kettle")
            _ = try await caller.send(.post, "/v1/items", #"{"content":"kettle","kettle":1}"#)
            _ = try await caller.with("mn_kettle").get("/v1/items")
            _ = try await caller.send(.post, "/v1/context", #"{"query":"kettle"}"#)
            let text = log.lines.joined(separator: "\n")
            #expect(text.contains("/v1/search/messages"))
            #expect(text.contains("invalid_credential"))
            let secrets = [
                "kettle", "tea is at four", "hello", caller.key ?? "", stranger, samples.ids["item_id"] ?? "",
            ]
            for secret in secrets { #expect(!text.contains(secret), "\(secret)") }
        }
    }

    @Test func theDocumentIsOpenAPIAndHoldsEveryRoute() async throws {
        let service = try await TestService()
        try await service.run { [routes = service.service.table.routes] caller in
            let document = try await caller.with(nil).get("/openapi.json").json
            #expect(document["openapi"] == .string("3.1.0"))
            let schemas = document["components"]["schemas"].members
            var operationIDs: Set<String> = []
            for route in routes {
                let operation = document["paths"][route.pattern][route.method.rawValue.lowercased()]
                #expect(operation != .null, "\(route.name)")
                #expect(operationIDs.insert(operation["operationId"].text).inserted, "\(route.name)")
                #expect(operation["responses"][String(route.status.code)] != .null)
                let declared = operation["parameters"].elements.filter { $0["in"] == .string("path") }.map {
                    $0["name"].text
                }
                #expect(declared == route.pathParameters)
                #expect((operation["requestBody"] != .null) == (route.body != nil))
                #expect(operation["security"].elements.isEmpty == (route.access.scope == nil))
            }
            let count = document["paths"].members.values.reduce(0) { $0 + $1.members.count }
            #expect(count == routes.count)
            for reference in references(document) {
                let name = String(reference.dropFirst("#/components/schemas/".count))
                #expect(schemas[name] != nil, "\(reference)")
            }
        }
    }

    private func references(_ value: JSONValue) -> [String] {
        switch value {
        case .object(let members):
            members.flatMap { key, value in key == "$ref" ? [value.text] : references(value) }
        case .array(let elements): elements.flatMap(references)
        default: []
        }
    }
}
