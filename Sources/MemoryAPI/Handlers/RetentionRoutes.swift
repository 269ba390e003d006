import HTTPTypes
import MemoryEngine
import MemoryModel

/// How long a collection's items are kept: the policy, pruning by it, and bringing back what was pruned.
struct RetentionRoutes {
    let edge: Edge

    private var group: RouteGroup {
        RouteGroup(edge: edge, tag: "collections", reads: .agentsRead, writes: .agentsWrite)
    }

    var routes: [Route] { [get, set, prune, restore] }

    private var get: Route {
        group.get(
            "/v1/collections/{collection_id}/retention",
            "Get how long a collection's items are kept.",
            answer: Nouns.retention.schema
        ) { [retention = edge.services.retention] call, tx in
            Reply(.ok, try await retention.policy(of: try call.id("collection_id"), in: tx), Nouns.retention)
        }
    }

    private var set: Route {
        group.write(
            .put,
            "/v1/collections/{collection_id}/retention",
            "Set how long a collection's items are kept; what is absent asks for nothing.",
            body: RetentionPayload.shape,
            answer: Nouns.retention.schema
        ) { [retention = edge.services.retention] call, policy, tx in
            try await retention.setPolicy(policy, of: try call.id("collection_id"), in: tx)
            return Reply(.ok, policy, Nouns.retention)
        }
    }

    private var prune: Route {
        let shape = ObjectShape(
            "PruneRequest",
            PrunePayload(),
            [.defaulted("dry_run", \.isDryRun, .flag), .optional("policy", \.policy, RetentionPayload.shape)],
            check: { $0.check(&$1) }
        ).shape
        return group.write(
            .post,
            "/v1/collections/{collection_id}/prune",
            "Prune up to 1,000 items by the policy now, or tell which; another policy than the set one is only told of.",
            body: shape,
            isBodyOptional: true,
            answer: Nouns.pruning.schema
        ) { [retention = edge.services.retention] call, payload, tx in
            let id = try call.id("collection_id", of: MemoryCollection.self)
            let outcome =
                payload.isDryRun
                ? try await retention.preview(payload.policy, of: id, in: tx) : try await retention.prune(id, in: tx)
            return Reply(.ok, outcome, Nouns.pruning)
        }
    }

    private var restore: Route {
        let shape = ObjectShape(
            "RestoreRequest",
            RestorePayload(),
            [
                .optional("since", \.selection.since, .time),
                .optional("item_ids", \.selection.items, .list(.id(), 1...1_000)),
            ],
            check: { $0.check(&$1) }
        ).shape
        return group.write(
            .post,
            "/v1/collections/{collection_id}/restore",
            "Bring back up to 1,000 items that were pruned and are not erased yet: since a time, or by their ids.",
            body: shape,
            answer: Nouns.restored.schema
        ) { [retention = edge.services.retention] call, payload, tx in
            let ids = try await retention.restore(payload.selection, in: try call.id("collection_id"), tx)
            return Reply(.ok, ids, Nouns.restored)
        }
    }
}

/// A policy as it is asked for.
private struct RetentionPayload: Sendable {
    private static let secondsPerDay: Int64 = 86_400

    private var maximumAge: Int?
    private var maximumCount: Int?
    private var maximumUnused: Int?
    private var minimumImportance: Float?
    private var importanceAge = 7
    private var undo = 7

    static var shape: Shape<RetentionPolicy> {
        let days = Shape<Int>.integer(1...36_500)
        return ObjectShape(
            "RetentionPolicyPayload",
            RetentionPayload(),
            [
                .optional("max_age_days", \.maximumAge, days),
                .optional("max_count", \.maximumCount, .integer(1...10_000_000)),
                .optional("max_unused_days", \.maximumUnused, days),
                .optional("min_importance", \.minimumImportance, .number(0...1)),
                .defaulted("min_importance_days", \.importanceAge, .integer(0...36_500)),
                .defaulted("undo_days", \.undo, .integer(0...36_500)),
            ]
        ).shape.map { payload, _ in payload.policy }
    }

    private var policy: RetentionPolicy {
        RetentionPolicy(
            maximumAge: maximumAge.map(Self.days),
            maximumCount: maximumCount.map { Int32(clamping: $0) },
            maximumUnused: maximumUnused.map(Self.days),
            minimumImportance: minimumImportance,
            importanceAge: Self.days(importanceAge),
            undoWindow: Self.days(undo)
        )
    }

    private static func days(_ count: Int) -> Duration { .seconds(Int64(count) * secondsPerDay) }
}

/// The body of a pruning.
private struct PrunePayload: Sendable {
    var isDryRun = false
    var policy: RetentionPolicy?

    func check(_ problems: inout FieldProblems) {
        if policy != nil, !isDryRun {
            problems.add("is told of alone: set dry_run, or set the policy first", at: .key("policy"))
        }
    }
}

/// The body of a restoring.
private struct RestorePayload: Sendable {
    var selection = PrunedSelection()

    func check(_ problems: inout FieldProblems) {
        if selection == PrunedSelection() { problems.add("is required where item_ids is absent", at: .key("since")) }
    }
}
