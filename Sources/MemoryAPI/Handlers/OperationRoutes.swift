import HTTPTypes
import MemoryModel

/// What operators and tools ask without a credential: health, metrics, the API's own description.
struct OperationRoutes {
    let edge: Edge
    let isDraining: @Sendable () -> Bool

    /// The routes; the OpenAPI document describes `described` and these.
    func routes(describing described: [Route]) -> [Route] {
        var all = [livez, readyz, metrics, erasureKey]
        let description = open("/openapi.json", "Describe the API (OpenAPI 3.1).") { Reply(body: []) }
        let document = OpenAPIDocument(described + all + [description]).bytes
        all.append(
            open("/openapi.json", "Describe the API (OpenAPI 3.1).") {
                var reply = Reply(body: document)
                reply.headers[.cacheControl] = "max-age=300"
                return reply
            }
        )
        return all
    }

    private var livez: Route {
        open("/livez", "Tell whether the process runs.") { Self.status("ok", checks: []) }
    }

    private var readyz: Route {
        open("/readyz", "Tell whether this node takes requests.") { [checks = edge.services.readiness, isDraining] in
            var results: [(String, Bool)] = [("serving", !isDraining())]
            for check in checks { results.append((check.name, await check.isReady())) }
            let isReady = results.allSatisfy(\.1)
            var reply = Self.status(isReady ? "ok" : "not_ready", checks: results)
            if !isReady { reply.status = .serviceUnavailable }
            return reply
        }
    }

    private var metrics: Route {
        open("/metrics", "Write metrics in Prometheus' text format.", answer: nil) {
            [exposition = edge.services.exposition] in
            Reply(contentType: "text/plain; version=0.0.4; charset=utf-8", body: Array(exposition().utf8))
        }
    }

    private var erasureKey: Route {
        open("/v1/erasure-key", "Get the public key that erasure receipts are signed with, as a JWK set.") {
            [signer = edge.services.receipts] in
            ErasureRoutes.key(signer)
        }
    }

    private func open(
        _ pattern: String,
        _ summary: String,
        answer: Schema? = .freeObject,
        _ handle: @escaping @Sendable () async -> Reply
    ) -> Route {
        Route(
            method: .get,
            pattern: pattern,
            access: .open(handle),
            tag: "operation",
            summary: summary,
            isWrite: false,
            isRepeatable: false,
            body: nil,
            parameters: [],
            status: .ok,
            answer: answer
        )
    }

    private static func status(_ status: String, checks: [(String, Bool)]) -> Reply {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("status", status)
            guard !checks.isEmpty else { return }
            writer.key("checks")
            writer.object { writer in
                for (name, isReady) in checks {
                    writer.key(name)
                    writer.bool(isReady)
                }
            }
        }
        return Reply(body: writer.bytes)
    }
}
