import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// The few calls the benchmarks make of a running service.
struct ServiceClient: Sendable {
    let http: HTTPClient
    let base: String
    let key: String
    /// Whose items are written; nil for the key's own.
    let user: String?

    /// Asks for a context pack; true where the answer is a pack.
    func context(_ query: String, tokenBudget: Int) async throws -> Bool {
        try await post("/v1/context", ["query": query, "token_budget": tokenBudget])
    }

    /// Searches messages; true where the answer is a page of hits.
    func searchMessages(_ words: String) async throws -> Bool {
        var query = URLComponents()
        query.queryItems = [URLQueryItem(name: "q", value: words), URLQueryItem(name: "limit", value: "20")]
        return try await send("/v1/search/messages?" + (query.percentEncodedQuery ?? ""), body: nil)
    }

    /// Asks for the ten items nearest to a random vector.
    func nearest(_ vectors: RandomVectors) async throws -> Bool {
        try await post("/v1/search/items", ["embedding": vectors.embedding(), "limit": 10])
    }

    /// Writes items to the key's own collection; with vectors, nothing is embedded.
    func write(_ contents: [String], vectors: RandomVectors? = nil) async throws -> Bool {
        let items = contents.map { content in
            var item = item(content)
            item["embedding"] = vectors?.embedding()
            return item
        }
        return try await post("/v1/items/batch", ["items": items])
    }

    /// Writes an item and waits until it can be found.
    func writeIndexed(_ content: String) async throws -> Bool {
        try await post("/v1/items?wait=indexed", item(content))
    }

    private func item(_ content: String) -> [String: Any] {
        var item: [String: Any] = ["content": content]
        item["user_id"] = user
        return item
    }

    private func post(_ path: String, _ body: [String: Any]) async throws -> Bool {
        try await send(path, body: try JSONSerialization.data(withJSONObject: body))
    }

    private func send(_ path: String, body: Data?) async throws -> Bool {
        var request = HTTPClientRequest(url: base + path)
        request.headers.add(name: "authorization", value: "Bearer \(key)")
        if let body {
            request.method = .POST
            request.headers.add(name: "content-type", value: "application/json")
            request.body = .bytes(ByteBuffer(bytes: body))
        }
        let response = try await http.execute(request, timeout: .seconds(10))
        _ = try await response.body.collect(upTo: 16 << 20)
        return (200..<300).contains(response.status.code)
    }
}
