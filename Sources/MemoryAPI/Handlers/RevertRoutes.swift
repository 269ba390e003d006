import HTTPTypes
import MemoryEngine
import MemoryModel

/// Taking back everything of one origin in one call.
struct RevertRoutes {
    let edge: Edge

    private var group: RouteGroup {
        RouteGroup(edge: edge, tag: "items", reads: .itemsRead, writes: .itemsWrite)
    }

    private var shared: SharedShapes { SharedShapes(edge.configuration) }

    var routes: [Route] { [revert] }

    private var revert: Route {
        let shape = ObjectShape(
            "RevertRequest",
            RevertPayload(),
            [
                .optional("source", \.origin.source, shared.label),
                .optional("principal", \.origin.principal, shared.label),
                .optional("message_id", \.origin.messageID, .id()), .optional("thread_id", \.origin.threadID, .id()),
                .optional("url", \.origin.url, .text(1...edge.configuration.limits.url)),
                .optional("from", \.origin.from, .time), .defaulted("dry_run", \.isDryRun, .flag),
            ]
        ).shape
        return group.write(
            .post,
            "/v1/reverts",
            "Take back everything that one source, principal, message, thread or address has written.",
            body: shape,
            answer: Nouns.revert.schema
        ) { [items = edge.services.items] _, payload, tx in
            // Not looked up: what was deleted since is taken back as well.
            let outcome = try await items.revert(payload.origin, isDryRun: payload.isDryRun, in: tx)
            return Reply(.ok, outcome, Nouns.revert)
        }
    }
}

/// The body of a revert.
private struct RevertPayload: Sendable {
    var origin = ItemOrigin()
    var isDryRun = false
}
