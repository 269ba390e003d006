import HTTPTypes
import MemoryEngine
import MemoryModel

/// Forks: create, list, get, resolve, abandon.
struct ForkRoutes {
    let edge: Edge

    private var group: RouteGroup { RouteGroup(edge: edge, tag: "forks", reads: .messagesRead, writes: .messagesWrite) }
    private var shared: SharedShapes { SharedShapes(edge.configuration) }

    var routes: [Route] { [create, list, get, resolve, record, abandon] }

    private var create: Route {
        let shape = ObjectShape(
            "ForkCreation",
            ForkPayload(),
            [
                .required("fork_point_id", \.forkPointID, .id()), .required("title", \.title, shared.label),
                .optional("id", \.id, .id()), .optional("created_at", \.createdAt, .time),
            ]
        ).shape
        return group.write(
            .post,
            "/v1/threads/{thread_id}/forks",
            "Start a side conversation at a message of the thread, or of one of its forks.",
            body: shape,
            status: .created,
            answer: Nouns.fork.schema
        ) { [conversations = edge.services.conversations] call, payload, tx in
            let thread = try await tx.thread(try call.id("thread_id"))
            let fork = try await conversations.fork(
                id: payload.id,
                at: payload.forkPointID,
                title: payload.title,
                createdAt: payload.createdAt,
                in: tx
            )
            guard fork.threadID == thread.id else { throw StoreError(.notFound, "no such message in the thread") }
            return Reply(.created, fork, Nouns.fork)
        }
    }

    private var list: Route {
        group.list(
            "/v1/threads/{thread_id}/forks",
            "List the forks of a thread, newest first.",
            rows: "forks",
            of: Nouns.fork
        ) { call, page, tx in
            let thread = try await tx.thread(try call.id("thread_id"))
            return try await tx.forks(of: thread.id, page)
        }
    }

    private var get: Route {
        group.get("/v1/forks/{fork_id}", "Get a fork.", answer: Nouns.fork.schema) { call, tx in
            Reply(.ok, try await tx.fork(try call.id("fork_id")), Nouns.fork)
        }
    }

    private var resolve: Route {
        let fields: [Field<ResolutionPayload>] =
            [
                .optional("summary", \.summary, .text(1...edge.configuration.limits.summary)),
                .defaulted("source", \.source, shared.label),
            ] + Field.target
        let shape = ObjectShape("ForkResolution", ResolutionPayload(), fields) { $0.target.check(&$1) }.shape
        return group.write(
            .post,
            "/v1/forks/{fork_id}/resolve",
            "End a fork with a summary, which is posted into the parent and kept as an item; made by a job where none is given.",
            body: shape,
            isBodyOptional: true,
            answer: Nouns.resolvedFork.schema
        ) { [conversations = edge.services.conversations] call, payload, tx in
            let resolved = try await conversations.resolve(
                try call.id("fork_id"),
                summary: payload.summary,
                target: payload.target.target,
                source: payload.source,
                in: tx
            )
            return Reply(.ok, resolved, Nouns.resolvedFork)
        }
    }

    private var record: Route {
        let shape = ObjectShape(
            "ForkRecord",
            RecordPayload(),
            [
                .required("summary", \.summary, .text(1...edge.configuration.limits.summary)),
                .required("ended_at", \.endedAt, .time),
            ]
        ).shape
        return group.write(
            .post,
            "/v1/forks/{fork_id}/record",
            "Write down how a fork was resolved elsewhere, for imports: nothing is posted and no item is made.",
            body: shape,
            answer: Nouns.fork.schema
        ) { [conversations = edge.services.conversations] call, payload, tx in
            let fork = try await conversations.recordResolution(
                of: try call.id("fork_id"),
                summary: payload.summary,
                endedAt: payload.endedAt,
                in: tx
            )
            return Reply(.ok, fork, Nouns.fork)
        }
    }

    private var abandon: Route {
        group.write(
            .post,
            "/v1/forks/{fork_id}/abandon",
            "End a fork without a summary.",
            body: ObjectShape("ForkEnd", EndPayload(), [.optional("ended_at", \.endedAt, .time)]).shape,
            isBodyOptional: true,
            answer: Nouns.fork.schema
        ) { [conversations = edge.services.conversations] call, payload, tx in
            let fork = try await conversations.abandon(try call.id("fork_id"), endedAt: payload.endedAt, in: tx)
            return Reply(.ok, fork, Nouns.fork)
        }
    }
}

/// The body of a new fork.
private struct ForkPayload: Sendable {
    var id: Identifier<Fork>?
    var forkPointID = Identifier<Message>(high: 0, low: 0)
    var title = ""
    var createdAt: Timestamp?
}

/// The body of an end without a summary.
private struct EndPayload: Sendable {
    var endedAt: Timestamp?
}

/// The body of a resolution that happened elsewhere.
private struct RecordPayload: Sendable {
    var summary = ""
    var endedAt = Timestamp(microseconds: 0)
}

/// The body of a resolution.
private struct ResolutionPayload: Targeted {
    var summary: String?
    var source = "api"
    var target = TargetPayload()
}
