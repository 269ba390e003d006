import HTTPTypes
import MemoryModel

/// The part of a list's query that every list has.
struct PageQuery: Sendable {
    /// Rows on a page where none are asked for.
    static let defaultLimit = 50
    /// The most rows on a page.
    static let maximumLimit = 1000

    var limit = defaultLimit
    var cursor: String?
}

/// What is said beside the rows of a list that has nothing to say.
struct NoRemarks: Sendable {
    static let representation = Representation<NoRemarks>("NoRemarks", [])
}

extension RouteGroup {
    /// A route that lists rows by page, read in a transaction.
    func list<Filters: Sendable, Row: Sendable>(
        _ pattern: String,
        _ summary: String,
        filters: ObjectShape<Filters>,
        rows name: String,
        of row: Representation<Row>,
        _ fetch: @escaping @Sendable (Call, Filters, PageRequest, any MemoryTransaction) async throws -> Page<Row>
    ) -> Route {
        page(pattern, summary, filters: filters, rows: name, of: row, beside: NoRemarks.representation) {
            call,
            filters,
            page in
            (try await edge.read(call) { tx in try await fetch(call, filters, page, tx) }, NoRemarks())
        }
    }

    /// A route that lists rows by page, read in a transaction, without filters.
    func list<Row: Sendable>(
        _ pattern: String,
        _ summary: String,
        rows name: String,
        of row: Representation<Row>,
        _ fetch: @escaping @Sendable (Call, PageRequest, any MemoryTransaction) async throws -> Page<Row>
    ) -> Route {
        list(pattern, summary, filters: NoQuery.shape, rows: name, of: row) { call, _, page, tx in
            try await fetch(call, page, tx)
        }
    }

    /// A route that lists rows by page, found in its own way, with remarks beside them.
    func page<Filters: Sendable, Row: Sendable, Remarks: Sendable>(
        _ pattern: String,
        _ summary: String,
        filters: ObjectShape<Filters>,
        rows name: String,
        of row: Representation<Row>,
        beside remarks: Representation<Remarks>,
        limit: (standard: Int, maximum: Int) = (PageQuery.defaultLimit, PageQuery.maximumLimit),
        _ fetch: @escaping @Sendable (Call, Filters, PageRequest) async throws -> (Page<Row>, Remarks)
    ) -> Route {
        let pageShape = ObjectShape(
            "PageQuery",
            PageQuery(limit: limit.standard),
            [
                .defaulted("limit", \.limit, .integer(1...limit.maximum)),
                .optional("cursor", \.cursor, .text(1...4096)),
            ]
        )
        let answer = Schema.object(
            [(name, row.schema.list()), ("next_cursor", Schema.text.nullable)]
                + remarks.properties.map { ($0.name, $0.schema) },
            required: [name, "next_cursor"],
            closed: false
        )
        return route(
            .get,
            pattern,
            summary,
            scope: reads,
            parameters: filters.parameters + pageShape.parameters,
            answer: answer
        ) { call, _ in
            let pageNames = Set(pageShape.fields.map(\.name))
            let own = call.query.without(pageNames)
            let filters = try own.decode(filters)
            let page = try call.query.only(pageNames).decode(pageShape)
            let cursor = Cursor(edge.sealer, workspace: call.principal.workspaceID, route: call.path, filters: own.text)
            let after = try page.cursor.map { text throws(Problem) in try cursor.position(of: text) }
            let (found, remark) = try await fetch(call, filters, PageRequest(after: after, limit: page.limit))
            return reply(found, name, row, call: call, next: found.next.map(cursor.text(of:))) {
                remarks.writeMembers(remark, to: &$0)
            }
        }
    }

    private func reply<Row>(
        _ page: Page<Row>,
        _ name: String,
        _ row: Representation<Row>,
        call: Call,
        next: String?,
        remarks: (inout JSONWriter) -> Void
    ) -> Reply {
        var writer = JSONWriter(capacity: 512 * (page.rows.count + 1))
        writer.object { writer in
            writer.key(name)
            writer.array { writer in
                for noun in page.rows { row.write(noun, to: &writer) }
            }
            writer.key("next_cursor")
            if let next { writer.string(next) } else { writer.null() }
            remarks(&writer)
        }
        var reply = Reply(body: writer.bytes)
        if let next {
            let query = call.query.without(["cursor"]).text
            reply.headers[.link] = "<\(call.path)?\(query.isEmpty ? "" : query + "&")cursor=\(next)>; rel=\"next\""
        }
        return reply
    }
}

extension QueryString {
    /// Some parameters alone.
    func only(_ names: Set<String>) -> QueryString {
        without(Set(parameters.map(\.name)).subtracting(names))
    }
}
