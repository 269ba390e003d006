import ArgumentParser

/// What is asked of the service, one row each.
enum Scenario: String, CaseIterable, ExpressibleByArgument {
    /// Context queries that were never asked before: each is embedded.
    case context
    /// Context queries out of a few that were asked just before: their vectors are kept.
    case contextWarm = "context-warm"
    /// People's search in messages.
    case messages
    /// The items nearest to a vector that comes with the request.
    case vector
    /// Items written with `wait=indexed`: answered once they can be found by vector.
    case indexed

    /// The name of its row.
    var title: String {
        switch self {
        case .context: "context query, query cache cold"
        case .contextWarm: "context query, query cache warm"
        case .messages: "message search"
        case .vector: "vector search, vector given"
        case .indexed: "item written and searchable by vector"
        }
    }
}
