import HTTPTypes
import MemoryEngine
import MemoryModel

/// Context packs: ask for one, replay one, say what of it was of use.
struct ContextRoutes {
    let edge: Edge

    private var group: RouteGroup {
        RouteGroup(edge: edge, tag: "context", reads: .contextRead, writes: .contextRead, readRate: .context)
    }

    var routes: [Route] { [ask, replay, feedback] }

    private var shape: Shape<ContextPayload> {
        let limits = edge.configuration.limits
        let shared = SharedShapes(edge.configuration)
        return ObjectShape(
            "ContextQuery",
            ContextPayload(),
            [
                .defaulted("query", \.query.query, .text(0...limits.query)),
                .optional("agent_id", \.query.agentID, .id()), .optional("channel_id", \.query.channelID, .id()),
                .optional("thread_id", \.query.threadID, .id()), .optional("fork_id", \.query.forkID, .id()),
                .optional("task_id", \.query.taskID, shared.label),
                .optional("collection_ids", \.query.collectionIDs, .list(.id(), 1...limits.collections)),
                .defaulted("types", \.query.types, .set(.word(), 1...2)),
                .defaulted("filter", \.query.filter, ItemShapes(edge.configuration).filter),
                .defaulted("message_filter", \.query.messageFilter, MessageShapes(edge.configuration).filter),
                .defaulted("token_budget", \.query.tokenBudget, .integer(1...limits.tokenBudget)),
                .defaulted("tokenizer", \.query.tokenizer, .word()), .defaulted("format", \.query.format, .word()),
                .defaulted("recent_messages", \.query.recentMessages, .integer(0...limits.recentMessages)),
                .optional("as_of", \.query.asOf, .time), .optional("consistency_token", \.token, .text(1...65_536)),
            ]
        ) { payload, problems in
            if payload.query.forkID != nil, payload.query.threadID == nil {
                problems.add("is required where a fork is named", at: .key("thread_id"))
            }
        }.shape
    }

    private var ask: Route {
        group.ask(
            "/v1/context",
            "Ask for the context that matters now: ranked, explained, cut to a token budget.",
            body: shape,
            answer: Nouns.pack.schema
        ) { call, payload in
            var query = payload.query
            query.token = try edge.token(of: payload.token, call)
            let pack = try await edge.services.contexts.answer(query, as: call.principal, deadline: call.deadline)
            return Reply(.ok, AnsweredContext(query: query, pack: pack), Nouns.pack)
        }
    }

    private var replay: Route {
        group.get(
            "/v1/context/{context_id}",
            "Replay an answered pack from its trace, and say where something was erased since.",
            query: NoQuery.shape,
            answer: Nouns.replay.schema
        ) { call, _ in
            let replay = try await edge.services.contexts.replay(
                try call.id("context_id"),
                as: call.principal,
                deadline: call.deadline
            )
            return Reply(.ok, replay, Nouns.replay)
        }
    }

    private var feedback: Route {
        let ids: Shape<[String]> = .list(
            Shape<Identifier<IndexEntryChange>>.id().map { id, _ in id.description },
            0...200
        )
        let shape = ObjectShape(
            "ContextFeedback",
            FeedbackPayload(),
            [.defaulted("useful", \.useful, ids), .defaulted("not_useful", \.notUseful, ids)]
        ).shape
        return group.ask(
            "/v1/context/{context_id}/feedback",
            "Say which items and messages of an answered pack were of use, and which not.",
            body: shape,
            answer: Nouns.keptFeedback.schema
        ) { call, payload in
            let id = try call.id("context_id", of: ContextPack.self)
            let kept = try await edge.services.contexts.recordFeedback(
                useful: payload.useful,
                notUseful: payload.notUseful,
                on: id,
                as: call.principal,
                deadline: call.deadline
            )
            return Reply(.ok, KeptFeedback(contextID: id, count: kept), Nouns.keptFeedback)
        }
    }
}

/// The body of feedback.
private struct FeedbackPayload: Sendable {
    var useful: [String] = []
    var notUseful: [String] = []
}

/// The body of a context query.
private struct ContextPayload: Sendable {
    var query = ContextQuery(query: "")
    var token: String?
}
