import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// The few calls the benchmarks make of a running service.
struct ServiceClient: Sendable {
    let http: HTTPClient
    let base: String
    let key: String

    /// Asks for a context pack; true where the answer is a pack.
    func context(_ query: String, tokenBudget: Int) async throws -> Bool {
        let body = try JSONSerialization.data(withJSONObject: ["query": query, "token_budget": tokenBudget])
        return try await send("/v1/context", body: body)
    }

    /// Searches messages; true where the answer is a page of hits.
    func searchMessages(_ words: String) async throws -> Bool {
        var query = URLComponents()
        query.queryItems = [URLQueryItem(name: "q", value: words), URLQueryItem(name: "limit", value: "20")]
        return try await send("/v1/search/messages?" + (query.percentEncodedQuery ?? ""), body: nil)
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
        return response.status == .ok
    }
}
