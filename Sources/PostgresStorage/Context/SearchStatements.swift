internal import MemoryModel
internal import PostgresDriver

extension PostgresMemoryTransaction {
    func searchMessages(_ query: MessageQuery, _ page: PageRequest) async throws(StoreError) -> Page<MessageHit> {
        try page.validate()
        guard query.expression.size <= SearchExpression.sizeLimit else {
            throw StoreError(.invalid, "the search has too many parts", field: "q")
        }
        let after = page.after.map { (order: $0.order, id: Identifier<Message>(high: $0.high, low: $0.low)) }
        // The gate says which messages match; the rows come from the table itself, under the principal's policies.
        let rows = try await self.query(
            """
            SELECT \(fragment: Message.columns), s.rank, s.rank_order
            FROM (SELECT mneme.text_language() AS name) AS language
            CROSS JOIN LATERAL mneme.search_messages(
                \(fragment: query.expression.tsquery), \(query.channelID), \(query.threadID), \(query.forkID),
                \(query.author), \(query.authorType), \(query.from), \(query.before), \(after?.order), \(after?.id),
                \(Int32(page.limit + 1))) AS s
            JOIN mneme.messages AS t ON t.workspace_id = \(workspaceID) AND t.id = s.message_id
            ORDER BY s.rank_order DESC, s.message_id DESC
            """
        )
        let hits = try rows.readAll { row throws(PostgresError) in
            var reader = RowReader(row)
            let message = try Message(reader: &reader)
            let hit = MessageHit(message: message, rank: try reader.next())
            return (hit: hit, order: try reader.next(Int64.self))
        }
        return Page(hits, limit: page.limit) {
            PagePosition(order: $0.order, id: $0.hit.message.id)
        } row: {
            $0.hit
        }
    }
}

extension SearchExpression {
    /// More parts than this are refused: nobody types so many.
    static let sizeLimit = 200

    /// How many parts it has.
    var size: Int {
        switch self {
        case .word: 1
        case .phrase(let words), .bigrams(let words): 1 + words.count
        case .all(let parts), .any(let parts): parts.reduce(1) { $0 + $1.size }
        case .not(let part): 1 + part.size
        }
    }

    /// The expression as a `tsquery`; texts are parameters, `language.name` is the workspace's configuration.
    ///
    /// What holds stop words alone becomes the empty query, which the operators leave out.
    var tsquery: PostgresQuery {
        switch self {
        case .word(let word): "plainto_tsquery(language.name, \(word))"
        case .phrase(let words): "phraseto_tsquery(language.name, \(words.joined(separator: " ")))"
        case .bigrams(let bigrams): "mneme.bigram_query(\(bigrams))"
        case .all(let parts): Self.joined(parts, by: " && ")
        case .any(let parts): Self.joined(parts, by: " || ")
        case .not(let part): "(!! \(fragment: part.tsquery))"
        }
    }

    private static func joined(_ parts: [SearchExpression], by separator: PostgresQuery) -> PostgresQuery {
        guard !parts.isEmpty else { return "''::tsquery" }
        return "(\(fragment: parts.map(\.tsquery).joined(separator: separator)))"
    }
}
