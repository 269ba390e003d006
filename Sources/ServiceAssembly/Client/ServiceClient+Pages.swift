package import MemoryModel

extension ServiceClient {
    /// Hands the rows of a list to a closure, page by page, in the order of the list.
    ///
    /// - Throws: ``ServiceClientError``, and what the closure throws.
    package func pages(
        _ path: String,
        rows name: String,
        _ parameters: [(name: String, value: String)] = [],
        limit: Int = 500,
        _ body: ([JSONValue]) async throws -> Void
    ) async throws {
        var cursor: String?
        repeat {
            var all = parameters + [(name: "limit", value: String(limit))]
            if let cursor { all.append((name: "cursor", value: cursor)) }
            let page = try await get(path, all)
            guard let rows = page[name].elements else {
                throw ServiceClientError(.malformedAnswer, "the list \(path) has no \(name)")
            }
            try await body(rows)
            cursor = page["next_cursor"].text
        } while cursor != nil
    }

    /// The id of an agent named by its id or its name.
    ///
    /// - Throws: ``ServiceClientError`` where there is none.
    package func agentID(_ nameOrID: String) async throws -> String {
        if Identifier<Agent>(nameOrID) != nil { return nameOrID }
        var found: String?
        try await pages("/v1/agents", rows: "agents") { agents in
            for agent in agents where agent["name"].text == nameOrID { found = agent["id"].text }
        }
        guard let found else {
            throw ServiceClientError(.notFound, "there is no agent \(nameOrID) that this key may see")
        }
        return found
    }
}
