internal import MemoryModel
internal import PostgresDriver

extension PostgresMemoryTransaction {
    /// Reads a page, newest first, of nouns that are listed by their creation, rows `t`.
    ///
    /// - Parameters:
    ///   - select: the noun's columns, and the tables, without WHERE.
    ///   - conditions: what must hold, besides the workspace.
    ///   - request: the page.
    /// - Returns: the page, with the place where the next one starts.
    /// - Throws: `StoreError`.
    func page<Noun: ListedNoun>(
        _ select: PostgresQuery,
        where conditions: [PostgresQuery] = [],
        _ request: PageRequest
    ) async throws(StoreError) -> Page<Noun> {
        try await page(select, where: conditions, request) { row throws(PostgresError) in
            let noun = try Noun(row: row)
            return (noun, noun.createdAt, noun.id)
        }
    }

    /// Reads a page, newest first, of rows `t` that have `created_at` and `id`.
    ///
    /// - Parameters:
    ///   - select: the columns and tables, without WHERE.
    ///   - conditions: what must hold, besides the workspace.
    ///   - request: the page.
    ///   - decode: a row, and its two sort values.
    /// - Returns: the page, with the place where the next one starts.
    /// - Throws: `StoreError`.
    func page<Row: Sendable, Noun>(
        _ select: PostgresQuery,
        where conditions: [PostgresQuery] = [],
        _ request: PageRequest,
        _ decode: (PostgresRow) throws(PostgresError) -> (Row, Timestamp, Identifier<Noun>)
    ) async throws(StoreError) -> Page<Row> {
        try request.validate()
        var conditions = ["t.workspace_id = \(workspaceID)"] + conditions
        if let after = request.after {
            let moment = Timestamp(microseconds: after.order)
            let id = Identifier<Noun>(high: after.high, low: after.low)
            conditions.append("(t.created_at, t.id) < (\(moment), \(id))")
        }
        let rows = try await read(
            """
            \(fragment: select) WHERE \(fragment: conditions.joined(separator: " AND "))
            ORDER BY t.created_at DESC, t.id DESC LIMIT \(request.limit + 1)
            """,
            decode
        )
        return Page(rows, limit: request.limit) {
            PagePosition(order: $0.1.microseconds, id: $0.2)
        } row: {
            $0.0
        }
    }
}

/// A noun whose rows are listed newest first.
protocol ListedNoun: Sendable {
    var id: Identifier<Self> { get }
    var createdAt: Timestamp { get }

    /// Reads its columns, in their order.
    init(row: PostgresRow) throws(PostgresError)
}

extension Agent: ListedNoun {}
extension Channel: ListedNoun {}
extension ContextItem: ListedNoun {}
extension ConversationThread: ListedNoun {}
extension Erasure: ListedNoun {}
extension Fork: ListedNoun {}
extension ItemProposal: ListedNoun {}
extension MemoryCollection: ListedNoun {}
extension User: ListedNoun {}

extension PageRequest {
    /// Refuses a limit outside 1 to 1,000.
    func validate() throws(StoreError) {
        guard (1...1000).contains(limit) else { throw StoreError(.invalid, "the limit is 1 to 1,000", field: "limit") }
    }
}

extension Page {
    /// Makes a page of one row more than fits it, if there are so many.
    init<Found>(_ found: [Found], limit: Int, position: (Found) -> PagePosition, row: (Found) -> Row) {
        let shown = found.prefix(limit)
        self.init(rows: shown.map(row), next: found.count > limit ? shown.last.map(position) : nil)
    }
}
