/// A request to be sent once; redirects are not followed.
public struct HTTPRequest: Sendable {
    /// The methods that providers use.
    public enum Method: String, Sendable {
        /// Reads.
        case get = "GET"
        /// Sends a body and reads the answer.
        case post = "POST"
    }

    /// The method.
    public var method: Method
    /// An absolute `https` URL, or `http` for a host that the transport's configuration names; no user information.
    public var url: String
    /// Header fields in order.
    ///
    /// A line break or NUL in a name or value makes the request invalid.
    public var headers: [(name: String, value: String)]
    /// The body, for `post`.
    public var body: [UInt8]

    /// Makes a request.
    public init(_ method: Method, _ url: String, headers: [(name: String, value: String)] = [], body: [UInt8] = []) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
    }

    /// Checks that each header field is one line of the wire format (RFC 9110, section 5).
    func validatedHeaderLines() throws(TransportError) -> [String] {
        var lines: [String] = []
        for header in headers {
            let isToken = !header.name.isEmpty && header.name.utf8.allSatisfy(Self.isTokenByte)
            let isPlain = header.value.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }
            guard isToken, isPlain else {
                throw TransportError(.invalidRequest, "a header field has a forbidden character")
            }
            // libcurl reads "Name:" as "leave it out", and "Name;" as a field without value.
            lines.append(header.value.isEmpty ? "\(header.name);" : "\(header.name): \(header.value)")
        }
        return lines
    }

    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default:
            "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}

/// A complete answer.
public struct HTTPResponse: Sendable {
    /// The status code, of the final response where interim ones came before.
    public let status: Int
    /// Header fields in order, as they came.
    public let headers: [(name: String, value: String)]
    /// The body.
    public let body: [UInt8]

    /// The first value of a header field; names differ in case only are the same.
    public func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }
}
