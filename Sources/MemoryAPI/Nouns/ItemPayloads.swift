import MemoryEngine
import MemoryModel

/// The body of a new item: a draft, and at most one way to say which collection it goes to.
struct ItemPayload: Targeted {
    var draft = ItemDraft(content: "")
    var target = TargetPayload()

    /// The draft, with its target.
    var resolved: ItemDraft {
        var draft = draft
        draft.target = target.target
        return draft
    }
}

/// Which collection a write goes to; none of the three is the caller's own.
struct TargetPayload: Sendable {
    var collectionID: Identifier<MemoryCollection>?
    var agentID: Identifier<Agent>?
    var userID: Identifier<User>?

    var target: CollectionTarget {
        if let collectionID { return .collection(collectionID) }
        if let agentID { return .agent(agentID) }
        if let userID { return .user(userID) }
        return .own
    }

    func check(_ problems: inout FieldProblems) {
        let named = [collectionID != nil, agentID != nil, userID != nil].filter(\.self).count
        if named > 1 { problems.add("excludes agent_id and user_id: name one of the three", at: .key("collection_id")) }
    }
}

/// A payload that says which collection it goes to.
protocol Targeted: Sendable {
    var target: TargetPayload { get set }
}

extension Field where Root: Targeted & SendableMetatype {
    /// The three ways to name a collection.
    static var target: [Field] {
        [
            .optional("collection_id", \.target.collectionID, .id()),
            .optional("agent_id", \.target.agentID, .id()),
            .optional("user_id", \.target.userID, .id()),
        ]
    }
}

/// The two parts of a scope.
struct ScopePayload: Sendable {
    var kind = ""
    var id: String?

    static func shape(_ shared: SharedShapes) -> Shape<ItemScope> {
        let kinds = ["global", "channel", "thread", "task"]
        return ObjectShape(
            "ScopePayload",
            ScopePayload(),
            [.required("kind", \.kind, .words(kinds.map { ($0, $0) })), .optional("id", \.id, shared.label)]
        ).shape.map { payload, problems in
            guard let scope = ItemScope(kind: payload.kind, id: payload.id) else {
                problems.add(
                    payload.kind == "global" ? "must be absent for the scope global" : "must be the id of the scope",
                    at: .key("id")
                )
                return nil
            }
            return scope
        }
    }

    /// A scope in a query string: `global`, `channel:<id>`, `thread:<id>` or `task:<id>`.
    static let text = Shape<String>.text(1...300).map { text, problems -> ItemScope? in
        let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
        guard let scope = ItemScope(kind: parts.first ?? "", id: parts.count == 2 ? parts[1] : nil) else {
            return problems.refuse("must be global, channel:<id>, thread:<id> or task:<id>")
        }
        return scope
    }
}

/// The shapes of items' bodies under the configured limits.
struct ItemShapes: Sendable {
    let shared: SharedShapes
    let configuration: APIConfiguration

    init(_ configuration: APIConfiguration) {
        self.shared = SharedShapes(configuration)
        self.configuration = configuration
    }

    var content: Shape<String> { .text(1...configuration.limits.itemContent) }

    static var trust: Shape<Trust> { .words(Trust.allCases.map { ($0.name, $0) }) }

    var provenance: Shape<Provenance> {
        ObjectShape(
            "ProvenancePayload",
            Provenance(),
            [
                .optional("message_id", \.messageID, .id()), .optional("thread_id", \.threadID, .id()),
                .optional("fork_id", \.forkID, .id()), .optional("task_id", \.taskID, shared.label),
                .optional("url", \.url, .text(1...configuration.limits.url)),
                .optional("principal", \.principal, shared.label),
                .defaulted("derived_from", \.derivedFrom, .list(.id(), 0...configuration.limits.derivedFrom)),
            ]
        ).shape
    }

    /// A vector of the caller's, with the model that made it.
    static var embedding: Shape<GivenVector> {
        ObjectShape(
            "GivenVector",
            GivenVector(model: "", vector: []),
            [.required("model", \.model, .text(1...256)), .required("vector", \.vector, .vector)]
        ).shape
    }

    /// A new item.
    var creation: Shape<ItemPayload> {
        let supersedes: Field<ItemPayload> = .optional("supersedes", \.draft.supersedes, .id())
        return ObjectShape("ItemCreation", ItemPayload(), fields + [supersedes]) { $0.target.check(&$1) }.shape
    }

    /// A new item in place of the one that the path names.
    var replacement: Shape<ItemPayload> {
        ObjectShape("ItemReplacement", ItemPayload(), fields) { $0.target.check(&$1) }.shape
    }

    private var fields: [Field<ItemPayload>] {
        [
            .required("content", \.draft.content, content), .optional("id", \.draft.id, .id()),
            .defaulted("kind", \.draft.kind, .word()),
            .defaulted("scope", \.draft.scope, ScopePayload.shape(shared)),
            .defaulted("tags", \.draft.tags, shared.tags), .defaulted("source", \.draft.source, shared.label),
            .defaulted("provenance", \.draft.provenance, provenance),
            .defaulted("importance", \.draft.importance, .number(0...1)),
            .defaulted("pinned", \.draft.isPinned, .flag), .optional("trust", \.draft.trust, Self.trust),
            .optional("valid_from", \.draft.validFrom, .time), .optional("invalid_at", \.draft.invalidAt, .time),
            .optional("expires_at", \.draft.expiresAt, .time),
            .optional("created_at", \.draft.createdAt, .time),
            .defaulted("metadata", \.draft.metadata, shared.metadata),
            .optional("embedding", \.draft.embedding, Self.embedding),
            .defaulted("restore_erased", \.draft.restoresErased, .flag),
        ] + Field.target
    }

    /// A batch of new items.
    var batch: Shape<[ItemPayload]> {
        ObjectShape(
            "ItemBatch",
            Batch<ItemPayload>(),
            [.required("items", \.elements, .list(creation, 1...configuration.limits.batch))]
        ).shape.map { batch, _ in batch.elements }
    }

    /// Changes to an item.
    var patch: Shape<ItemPatch> {
        ObjectShape(
            "ItemPatch",
            ItemPatch(),
            [
                .optional("content", \.content, content), .optional("kind", \.kind, .word()),
                .optional("scope", \.scope, ScopePayload.shape(shared)), .optional("tags", \.tags, shared.tags),
                .optional("importance", \.importance, .number(0...1)), .optional("pinned", \.isPinned, .flag),
                .optional("trust", \.trust, Self.trust),
                .optional("state", \.state, .words([("active", .active), ("quarantined", .quarantined)])),
                .optional("valid_from", \.validFrom, .time), .change("invalid_at", \.invalidAt, .time),
                .change("expires_at", \.expiresAt, .time), .optional("metadata", \.metadata, shared.metadata),
            ]
        ).shape
    }

    /// Filters of a list.
    static var query: ObjectShape<ItemQuery> { ObjectShape("ItemQuery", ItemQuery(), Field.filters) }

    /// Filters in a body.
    var filter: Shape<ItemFilter> {
        ObjectShape(
            "ItemFilter",
            ItemFilter(),
            [
                .defaulted("kinds", \.kinds, .set(.word(), 0...8)),
                .defaulted("tags", \.tags, .set(shared.label, 0...64)),
                .defaulted("scopes", \.scopes, .set(ScopePayload.shape(shared), 0...32)),
                .defaulted("sources", \.sources, .set(shared.label, 0...32)),
                .defaulted("states", \.states, .set(.word(), 1...5)), .optional("pinned", \.isPinned, .flag),
                .optional("min_trust", \.minimumTrust, Self.trust),
                .optional("created_from", \.createdFrom, .time), .optional("created_before", \.createdBefore, .time),
            ]
        ).shape
    }
}

/// A query that filters items.
protocol Filtering: Sendable {
    var filter: ItemFilter { get set }
}

/// The query of a list of items.
struct ItemQuery: Filtering {
    var filter = ItemFilter()
}

extension Field where Root: Filtering & SendableMetatype {
    /// Filters of items as query parameters; those that are lists may come several times.
    static var filters: [Field] {
        [
            .optional("collection_id", \.filter.collections, .list(.id(), 1...100)),
            .defaulted("kind", \.filter.kinds, .set(.word(), 1...8)),
            .defaulted("tag", \.filter.tags, .set(.text(1...256), 1...64)),
            .defaulted("scope", \.filter.scopes, .set(ScopePayload.text, 1...32)),
            .defaulted("source", \.filter.sources, .set(.text(1...256), 1...32)),
            .defaulted("state", \.filter.states, .set(.word(), 1...5)),
            .optional("pinned", \.filter.isPinned, .flag),
            .optional("min_trust", \.filter.minimumTrust, ItemShapes.trust),
            .optional("created_from", \.filter.createdFrom, .time),
            .optional("created_before", \.filter.createdBefore, .time),
        ]
    }
}

/// The one list of a batch's body.
struct Batch<Element: Sendable>: Sendable {
    var elements: [Element] = []
}

extension Shape {
    /// An array whose elements count once each.
    static func set<Element>(_ element: Shape<Element>, _ count: ClosedRange<Int>) -> Shape
    where Value == Set<Element> {
        Shape<[Element]>.list(element, count).map { elements, _ in Set(elements) }
    }
}
