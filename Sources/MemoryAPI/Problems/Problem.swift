package import HTTPTypes
package import MemoryModel

/// A failure as the caller sees it: problem details as of RFC 9457, with a stable `code`.
package struct Problem: Error, Sendable {
    /// What went wrong, as programs act on it.
    package let code: ProblemCode
    /// A sentence for people; never holds contents, SQL or secrets.
    package let detail: String
    /// The fields at fault.
    package let errors: [FieldProblem]
    /// After how many seconds it is worth trying again.
    package let retryAfter: Int?
    /// Methods that the path has, for 405.
    package let allow: [HTTPRequest.Method]

    /// Makes a problem.
    package init(
        _ code: ProblemCode,
        _ detail: String? = nil,
        errors: [FieldProblem] = [],
        retryAfter: Int? = nil,
        allow: [HTTPRequest.Method] = []
    ) {
        self.code = code
        self.detail = detail ?? code.title + "."
        self.errors = errors
        self.retryAfter = retryAfter ?? code.retryAfter
        self.allow = allow
    }

    /// The same with fields of the body named as parameters.
    var namingParameters: Problem {
        let errors = errors.map { error in
            guard case .body(let pointer) = error.place, case .key(let name)? = pointer.steps.first else {
                return error
            }
            return FieldProblem(.parameter(name), error.detail)
        }
        return Problem(code, detail, errors: errors, retryAfter: retryAfter, allow: allow)
    }

    /// The body, as `application/problem+json`.
    func body(requestID: String) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("type", "urn:mneme:problem:\(code.rawValue)")
            writer.member("title", code.title)
            writer.key("status")
            writer.integer(code.status.code)
            writer.member("code", code.rawValue)
            writer.member("detail", detail)
            writer.member("request_id", requestID)
            guard !errors.isEmpty else { return }
            writer.key("errors")
            writer.array { writer in
                for error in errors { error.write(to: &writer) }
            }
        }
        return writer.bytes
    }
}

/// One field at fault.
package struct FieldProblem: Sendable, Hashable {
    /// Where the field is.
    package enum Place: Sendable, Hashable {
        /// In the body.
        case body(JSONPointer)
        /// A query parameter, a path parameter or a header.
        case parameter(String)
    }

    /// Where.
    package let place: Place
    /// What is wrong with it, to be read after its name.
    package let detail: String

    /// Makes a field problem.
    package init(_ place: Place, _ detail: String) {
        self.place = place
        self.detail = detail
    }

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            switch place {
            case .body(let pointer): writer.member("pointer", pointer.description)
            case .parameter(let name): writer.member("parameter", name)
            }
            writer.member("detail", detail)
        }
    }
}
