import HTTPTypes
package import MemoryModel

/// A request that was authorised and read: what a handler works from.
package struct Call: Sendable {
    /// Who asks.
    package let principal: Principal
    /// When the answer is no longer of use.
    package let deadline: ContinuousClock.Instant
    /// The id for logs and problems.
    package let requestID: String
    /// The route's method and pattern, such as `POST /v1/items`.
    package let route: String
    /// The path as it came, without query.
    let path: String
    /// The query's parameters in order, for links.
    let query: QueryString
    /// The values of the pattern's parameters.
    let pathValues: [String: String]
    /// The request's header fields.
    let headers: HTTPFields
    /// The request as the idempotency record knows it, where it came with a key.
    let repeatable: RepeatableRequest?
    /// The write that the answer must have seen, from header or query.
    let token: ConsistencyToken?

    /// The id in the path; anything that is no UUID is not there.
    package func id<Noun>(_ name: String, of noun: Noun.Type = Noun.self) throws(Problem) -> Identifier<Noun> {
        guard let text = pathValues[name], let id = Identifier<Noun>(text) else { throw Problem(.notFound) }
        return id
    }

    /// The version in `If-Match`, where there is one; `*` asks for none.
    func expectedVersion() throws(Problem) -> Int32? {
        guard let text = headers[.ifMatch]?.trimmingSpace, text != "*" else { return nil }
        guard let version = Self.version(ofTag: text) else {
            throw Problem(
                .invalidRequest,
                errors: [FieldProblem(.parameter("If-Match"), "must be one version in quotes, such as \"3\"")]
            )
        }
        return version
    }

    /// Whether the caller has this version already.
    func has(version: Int32) -> Bool {
        guard let text = headers[.ifNoneMatch] else { return false }
        return text.split(separator: ",").contains { Self.version(ofTag: String($0).trimmingSpace) == version }
    }

    private static func version(ofTag tag: String) -> Int32? {
        var tag = tag[...]
        if tag.hasPrefix("W/") { tag = tag.dropFirst(2) }
        guard tag.count >= 3, tag.first == "\"", tag.last == "\"" else { return nil }
        return Int32(tag.dropFirst().dropLast())
    }
}

extension String {
    /// The text without spaces and tabs around it.
    var trimmingSpace: String {
        let isSpace: (Character) -> Bool = { $0 == " " || $0 == "\t" }
        guard let start = firstIndex(where: { !isSpace($0) }), let end = lastIndex(where: { !isSpace($0) }) else {
            return ""
        }
        return String(self[start...end])
    }
}
