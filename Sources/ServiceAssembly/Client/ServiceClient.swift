internal import CurlTransport
internal import Foundation
internal import MemoryAPI
package import MemoryModel

/// A caller of a running service's HTTP API.
///
/// What may pass by itself (an overloaded or restarting service, a broken exchange) is tried again within
/// ``patience``; every write carries an Idempotency-Key, so trying again never writes twice.
package struct ServiceClient: Sendable {
    /// Where the service answers, without a slash at the end.
    package let url: String
    /// How long a request is tried again before its failure is reported.
    package var patience: Duration

    private let key: Secret
    private let transport: CurlTransport
    private let sleep: @Sendable (Duration) async throws -> Void

    /// Makes a client; the URL's host may be a private one, since the operator names it.
    ///
    /// - Throws: ``ServiceClientError`` where the URL is none or libcurl does not start.
    package init(
        url: String,
        key: Secret,
        patience: Duration = .seconds(10),
        sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    ) throws(ServiceClientError) {
        guard let host = URLComponents(string: url)?.host, !host.isEmpty else {
            throw ServiceClientError(.unreachable, "\(url) is not the URL of a service")
        }
        let name = host.trimmingCharacters(in: CharacterSet(charactersIn: "[]"))
        do throws(TransportError) {
            transport = try CurlTransport(
                settings: TransportSettings(addresses: AddressPolicy(trustedHosts: [name]), connectionsPerHost: 4)
            )
        } catch {
            throw ServiceClientError(.unreachable, error.message)
        }
        self.url = url.hasSuffix("/") ? String(url.dropLast()) : url
        self.key = key
        self.patience = patience
        self.sleep = sleep
    }

    /// Reads.
    package func get(
        _ path: String,
        _ parameters: [(name: String, value: String)] = []
    ) async throws(ServiceClientError) -> JSONValue {
        try await send(.get, path + Self.query(parameters), body: [], headers: [])
    }

    /// Asks with a body, without writing anything.
    package func ask(_ path: String, _ body: JSONValue) async throws(ServiceClientError) -> JSONValue {
        try await send(.post, path, body: Self.bytes(body), headers: [])
    }

    /// Writes, once.
    package func post(_ path: String, _ body: JSONValue) async throws(ServiceClientError) -> JSONValue {
        let headers = [(name: "Idempotency-Key", value: UUID().uuidString)]
        return try await send(.post, path, body: Self.bytes(body), headers: headers)
    }

    /// Whether the service takes requests.
    package func isReady() async -> Bool {
        var hasty = self
        hasty.patience = .zero
        return (try? await hasty.get("/readyz")) != nil
    }

    private func send(
        _ method: HTTPRequest.Method,
        _ target: String,
        body: [UInt8],
        headers: [(name: String, value: String)]
    ) async throws(ServiceClientError) -> JSONValue {
        var all = headers + [(name: "Authorization", value: "Bearer \(key.revealed)")]
        if method == .post { all.append((name: "Content-Type", value: "application/json")) }
        let request = HTTPRequest(method, url + target, headers: all, body: body)
        let clock = ContinuousClock()
        let latest = clock.now + patience
        var pause = Duration.milliseconds(200)
        while true {
            var wait = pause
            let failure: ServiceClientError
            switch await exchange(request) {
            case .success(let response) where (200..<300).contains(response.status):
                return try Self.json(response.body)
            case .success(let response):
                let problem = ServiceClientError.Problem(
                    status: response.status,
                    try? JSONParser.parse(response.body)
                )
                failure = ServiceClientError(refused: problem)
                guard Self.passes(problem) else { throw failure }
                if let seconds = response.header("Retry-After").flatMap(Int.init) { wait = .seconds(max(0, seconds)) }
            case .failure(let error):
                failure = try mapped(error)
            }
            guard clock.now + wait <= latest else { throw failure }
            do {
                try await sleep(wait)
            } catch {
                throw ServiceClientError(.interrupted, "cancelled")
            }
            pause = min(pause * 2, .seconds(2))
        }
    }

    private func exchange(_ request: HTTPRequest) async -> Result<HTTPResponse, TransportError> {
        do throws(TransportError) {
            return .success(try await transport.send(request))
        } catch {
            return .failure(error)
        }
    }

    /// The failure of an exchange; thrown at once where trying again is of no use.
    private func mapped(_ error: TransportError) throws(ServiceClientError) -> ServiceClientError {
        switch error.code {
        case .connectionFailed:
            return ServiceClientError(.unreachable, "no service answers at \(url); start one with `mneme up`")
        case .timedOut, .connectionLost:
            return ServiceClientError(.interrupted, "the exchange with \(url) broke off: \(error.message)")
        case .unresolvedHost, .tlsFailed:
            throw ServiceClientError(.unreachable, "cannot reach \(url): \(error.message)")
        case .cancelled, .closed:
            throw ServiceClientError(.interrupted, "cancelled")
        case .invalidRequest, .forbiddenAddress:
            throw ServiceClientError(.unreachable, "cannot ask \(url): \(error.message)")
        case .responseTooLarge, .malformedResponse, .failed:
            throw ServiceClientError(.malformedAnswer, "the answer cannot be read: \(error.message)")
        }
    }

    /// Whether a refusal passes by itself.
    private static func passes(_ problem: ServiceClientError.Problem) -> Bool {
        switch problem.status {
        case 429, 503: true
        case 409: problem.code == "request_in_progress"
        default: false
        }
    }

    private static func json(_ body: [UInt8]) throws(ServiceClientError) -> JSONValue {
        do throws(JSONError) {
            return try JSONParser.parse(body)
        } catch {
            throw ServiceClientError(.malformedAnswer, "the answer \(error.detail); is this a Mneme service?")
        }
    }

    private static func bytes(_ value: JSONValue) -> [UInt8] {
        var writer = JSONWriter(capacity: 4096)
        writer.value(value)
        return writer.bytes
    }

    private static func query(_ parameters: [(name: String, value: String)]) -> String {
        var unreserved = CharacterSet.alphanumerics.intersection(CharacterSet(charactersIn: "\u{0}"..."\u{7F}"))
        unreserved.insert(charactersIn: "-._~")
        let pairs = parameters.map { parameter in
            let value = parameter.value.addingPercentEncoding(withAllowedCharacters: unreserved) ?? ""
            return "\(parameter.name)=\(value)"
        }
        return pairs.isEmpty ? "" : "?" + pairs.joined(separator: "&")
    }
}
