package import HTTPTypes
import Hummingbird
import NIOCore

/// The answer to a request, before it becomes HTTP.
package struct Reply: Sendable {
    /// The status.
    package var status: HTTPResponse.Status
    /// Fields beside the content type.
    package var headers: HTTPFields
    /// The content type.
    package var contentType: String
    /// The body.
    package var body: [UInt8]

    /// Makes a reply.
    package init(
        _ status: HTTPResponse.Status = .ok,
        headers: HTTPFields = [:],
        contentType: String = "application/json",
        body: [UInt8]
    ) {
        self.status = status
        self.headers = headers
        self.contentType = contentType
        self.body = body
    }

    /// A noun as JSON.
    package init<Noun>(
        _ status: HTTPResponse.Status = .ok,
        _ noun: Noun,
        _ representation: Representation<Noun>
    ) {
        self.init(status, body: representation.bytes(noun))
    }

    /// The noun named as an entity with a version.
    package func tagged(version: Int32) -> Reply {
        var reply = self
        reply.headers[.eTag] = "\"\(version)\""
        return reply
    }

    /// The reply with more members at the end of its JSON object.
    func adding(_ members: (inout JSONWriter) -> Void) -> Reply {
        var writer = JSONWriter()
        writer.object(members)
        let added = writer.bytes.dropFirst().dropLast()
        guard !added.isEmpty, body.last == UInt8(ascii: "}") else { return self }
        var reply = self
        reply.body.removeLast()
        if body.count > 2 { reply.body.append(UInt8(ascii: ",")) }
        reply.body += added
        reply.body.append(UInt8(ascii: "}"))
        return reply
    }

    /// The HTTP response.
    func response() -> Response {
        var headers = headers
        headers[.contentType] = contentType
        headers[.xContentTypeOptions] = "nosniff"
        if headers[.cacheControl] == nil { headers[.cacheControl] = "no-store" }
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
    }
}

extension HTTPField.Name {
    static let xRequestID = Self.known("X-Request-Id")
    static let apiKey = Self.known("api-key")
    static let idempotencyKey = Self.known("Idempotency-Key")
    static let idempotencyReplayed = Self.known("Idempotency-Replayed")
    static let consistencyToken = Self.known("Mneme-Consistency-Token")
    static let deadlineMilliseconds = Self.known("Mneme-Deadline-Ms")
    static let link = Self.known("Link")
    static let rateLimit = Self.known("RateLimit")
    static let rateLimitPolicy = Self.known("RateLimit-Policy")

    /// A field name written in this file, which is a token as HTTP wants it.
    private static func known(_ name: String) -> HTTPField.Name {
        guard let name = HTTPField.Name(name) else { preconditionFailure("not a field name") }
        return name
    }
}
