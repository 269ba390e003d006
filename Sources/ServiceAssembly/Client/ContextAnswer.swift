package import MemoryModel

/// A context pack as the service answered it, and what a person wants to see of it.
package struct ContextAnswer: Sendable {
    /// The whole answer.
    package let json: JSONValue

    /// Takes an answer of `POST /v1/context`.
    package init(_ json: JSONValue) {
        self.json = json
    }

    /// What goes into the prompt, whatever its format.
    package var text: String {
        if let text = json["rendered"]["text"].text { return text }
        let parts = json["rendered"]["messages"].elements ?? json["rendered"]["content"].elements ?? []
        return parts.compactMap { $0["content"].text ?? $0["text"].text }.joined(separator: "\n")
    }

    /// The ids of the items in the pack.
    package var itemIDs: Set<String> {
        Set((json["entries"].elements ?? []).compactMap { $0["item"]["id"].text })
    }

    /// How many entries are in the pack.
    package var entryCount: Int { json["entries"].elements?.count ?? 0 }

    /// Why the answer is less than it could be.
    package var degradations: [String] { (json["degradations"].elements ?? []).compactMap(\.text) }

    /// How many items of the searched collections have no vector yet.
    package var awaitingVectors: Int { json["freshness"]["awaiting_vectors"].integer ?? 0 }

    /// One line for people: size, time, and what is missing.
    package var remark: String {
        let tokens = json["token_count"].integer ?? 0
        let budget = json["token_budget"].integer ?? 0
        var remark = "\(entryCount) entries, \(tokens) of \(budget) tokens"
        if let total = json["timings_ms"]["total"].double {
            remark += ", \((total * 10).rounded() / 10) ms"
        }
        if !degradations.isEmpty { remark += "; degraded: \(degradations.joined(separator: ", "))" }
        return remark
    }
}

extension ServiceClient {
    /// Asks for context.
    package func context(_ query: [String: JSONValue]) async throws(ServiceClientError) -> ContextAnswer {
        ContextAnswer(try await ask("/v1/context", .object(query)))
    }
}
