import HTTPTypes
import MemoryEngine
import MemoryModel

/// Search for people: messages by words, items by words and meaning.
struct SearchRoutes {
    let edge: Edge

    private static let limit = (standard: 20, maximum: 100)

    var routes: [Route] { [messages, items, nearest] }

    private var messages: Route {
        let limits = edge.configuration.limits
        let filters = ObjectShape(
            "MessageSearchQuery",
            MessageSearchQuery(text: ""),
            [
                .required("q", \.text, .text(1...limits.query)), .optional("channel_id", \.channelID, .id()),
                .optional("thread_id", \.threadID, .id()), .optional("fork_id", \.forkID, .id()),
                .optional("author", \.author, .text(1...limits.label)),
                .optional("author_type", \.authorType, .word()), .optional("from", \.from, .time),
                .optional("before", \.before, .time),
            ]
        )
        return RouteGroup(edge: edge, tag: "search", reads: .messagesRead, writes: .messagesWrite, readRate: .search)
            .page(
                "/v1/search/messages",
                "Search messages, best first: words, \"phrases\", -not, OR.",
                filters: filters,
                rows: "messages",
                of: Nouns.foundMessage,
                beside: NoRemarks.representation,
                limit: Self.limit
            ) { [search = edge.services.messageSearch] call, query, page in
                var query = query
                query.page = page
                return (try await search.search(query, as: call.principal, deadline: call.deadline), NoRemarks())
            }
    }

    private var nearest: Route {
        let limits = edge.configuration.limits
        let shape = ObjectShape(
            "NearestItemsQuery",
            NearestItemsPayload(),
            [
                .required("embedding", \.query.embedding, ItemShapes.embedding),
                .optional("agent_id", \.query.agentID, .id()),
                .optional("collection_ids", \.collectionIDs, .list(.id(), 1...limits.collections)),
                .defaulted("filter", \.query.filter, ItemShapes(edge.configuration).filter),
                .optional("as_of", \.query.asOf, .time),
                .defaulted("limit", \.query.limit, .integer(1...Self.limit.maximum)),
                .optional("consistency_token", \.token, .text(1...65_536)),
            ]
        ).shape
        return RouteGroup(edge: edge, tag: "search", reads: .itemsRead, writes: .itemsWrite, readRate: .search).ask(
            "/v1/search/items",
            "Find the items nearest to a vector of the caller's.",
            body: shape,
            answer: Nouns.nearestItems.schema
        ) { [search = ItemSearch(sharing: edge.services.contexts)] call, payload in
            var query = payload.query
            query.filter.collections = payload.collectionIDs
            query.token = try edge.token(of: payload.token, call)
            let answer = try await search.nearest(query, as: call.principal, deadline: call.deadline)
            return Reply(.ok, answer, Nouns.nearestItems)
        }
    }

    private var items: Route {
        let fields: [Field<ItemSearchPayload>] =
            [
                .required("q", \.text, .text(1...edge.configuration.limits.query)),
                .optional("agent_id", \.agentID, .id()), .optional("as_of", \.asOf, .time),
            ] + Field.filters
        return RouteGroup(edge: edge, tag: "search", reads: .itemsRead, writes: .itemsWrite, readRate: .search).page(
            "/v1/search/items",
            "Search items by words and meaning, best first.",
            filters: ObjectShape("ItemSearchQuery", ItemSearchPayload(), fields),
            rows: "items",
            of: Nouns.foundItem,
            beside: Nouns.searchRemarks,
            limit: Self.limit
        ) { [search = ItemSearch(sharing: edge.services.contexts)] call, query, page in
            let answer = try await search.search(
                ItemSearchQuery(
                    text: query.text,
                    agentID: query.agentID,
                    filter: query.filter,
                    asOf: query.asOf,
                    token: call.token,
                    page: page
                ),
                as: call.principal,
                deadline: call.deadline
            )
            return (answer.page, SearchRemarks(freshness: answer.freshness, degradations: answer.degradations))
        }
    }
}

/// The body of a search by a vector.
private struct NearestItemsPayload: Sendable {
    var query = NearestItemsQuery(embedding: GivenVector(model: "", vector: []))
    var collectionIDs: [Identifier<MemoryCollection>]?
    var token: String?
}

/// The query of an item search.
private struct ItemSearchPayload: Filtering {
    var text = ""
    var agentID: Identifier<Agent>?
    var filter = ItemFilter()
    var asOf: Timestamp?
}

/// What an item search had seen.
struct SearchRemarks: Sendable {
    let freshness: ContextFreshness
    let degradations: [ContextDegradation]
}

extension Nouns {
    static let foundMessage = Representation<FoundMessage>(
        "FoundMessage",
        [
            .nested("message", message, \.message), .number("rank", \.rank), .text("html", \.highlights.html),
            .ranges("highlights", \.highlights.ranges),
        ]
    )

    static let foundItem = Representation<FoundItem>(
        "FoundItem",
        [
            .nested("item", item, \.item), .scores("scores", \.scores), .text("html", \.highlights.html),
            .ranges("highlights", \.highlights.ranges),
        ]
    )

    static let nearestItems = Representation<NearestItemsAnswer>(
        "NearestItems",
        [
            .list("items", nearestItem, \.items), .nested("freshness", freshness, \.freshness),
            .flag("degraded") { !$0.degradations.isEmpty },
            .texts("degradations") { $0.degradations.map(\.rawValue) },
        ]
    )

    private static let nearestItem = Representation<NearestItem>(
        "NearestItem",
        [.nested("item", item, \.item), .number("similarity", \.similarity)]
    )

    static let searchRemarks = Representation<SearchRemarks>(
        "SearchRemarks",
        [
            .nested("freshness", freshness, \.freshness), .flag("degraded") { !$0.degradations.isEmpty },
            .texts("degradations") { $0.degradations.map(\.rawValue) },
        ]
    )
}

extension Property {
    /// Ranges of characters (Unicode scalars) as pairs of start and end.
    static func ranges(_ name: String, _ value: @escaping @Sendable (Noun) -> [Range<Int>]) -> Property {
        Property(name, Schema.integer.list(2...2).list()) { noun, writer in
            writer.array { writer in
                for range in value(noun) {
                    writer.array { writer in
                        writer.integer(range.lowerBound)
                        writer.integer(range.upperBound)
                    }
                }
            }
        }
    }
}
