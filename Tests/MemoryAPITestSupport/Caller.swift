package import HTTPTypes
package import HummingbirdTesting
internal import NIOCore

/// Sends requests as one principal.
package struct Caller: Sendable {
    package let client: any TestClientProtocol
    package var key: String?

    /// Calls with a key, or without one.
    package init(client: any TestClientProtocol, key: String?) {
        self.client = client
        self.key = key
    }

    /// The same with another key.
    package func with(_ key: String?) -> Caller { Caller(client: client, key: key) }

    /// Sends a request with a text as its body.
    package func send(
        _ method: HTTPRequest.Method,
        _ path: String,
        _ body: String? = nil,
        headers: HTTPFields = [:]
    ) async throws -> Answer {
        try await send(method, path, bytes: body.map { Array($0.utf8) }, headers: headers)
    }

    /// Sends a request with bytes as its body.
    package func send(
        _ method: HTTPRequest.Method,
        _ path: String,
        bytes: [UInt8]?,
        headers: HTTPFields = [:]
    ) async throws -> Answer {
        var headers = headers
        if let key { headers[.authorization] = "Bearer \(key)" }
        if bytes != nil, headers[.contentType] == nil { headers[.contentType] = "application/json" }
        let response = try await client.execute(
            uri: path,
            method: method,
            headers: headers,
            body: bytes.map { ByteBuffer(bytes: $0) }
        ) { $0 }
        return Answer(
            status: response.status.code,
            headers: response.headers,
            bytes: Array(response.body.readableBytesView)
        )
    }

    /// Gets a path.
    package func get(_ path: String) async throws -> Answer { try await send(.get, path) }

    /// Posts, and throws where it does not succeed.
    package func post(_ path: String, _ body: String) async throws -> Answer {
        let answer = try await send(.post, path, body)
        guard (200..<300).contains(answer.status) else { throw Refusal(request: "POST \(path)", answer: answer.text) }
        return answer
    }
}

/// A request that should have succeeded was refused.
package struct Refusal: Error, CustomStringConvertible {
    package let request: String
    package let answer: String

    package var description: String { "\(request): \(answer)" }
}
